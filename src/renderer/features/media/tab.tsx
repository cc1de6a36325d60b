import { PatientMedia } from './patient-media.js'

/** The media tab of a chart. */
export const Tab = ({ patientId }: { patientId: string }) => <PatientMedia patientId={patientId} />
