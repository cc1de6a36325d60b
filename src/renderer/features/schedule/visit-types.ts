/** Usual kinds of visits and how long they take, in minutes. The kind chosen gives a booking its length and its reason. */
export const visitTypes = [
  { id: 'checkUp', minutes: 30 },
  { id: 'firstVisit', minutes: 45 },
  { id: 'urgent', minutes: 20 },
  { id: 'cleaning', minutes: 45 },
  { id: 'filling', minutes: 45 },
  { id: 'rootCanal', minutes: 90 },
  { id: 'extraction', minutes: 45 },
  { id: 'crown', minutes: 60 },
  { id: 'orthodontics', minutes: 20 },
  { id: 'eyeExamination', minutes: 40 },
  { id: 'contactLenses', minutes: 30 },
  { id: 'followUp', minutes: 15 },
] as const
export type VisitTypeId = (typeof visitTypes)[number]['id']
