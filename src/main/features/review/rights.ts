import { entities, findEntity } from '../../../shared/entities/index.js'
import { isGranted, type Permission, type Role } from '../../../shared/permissions.js'

/** What it takes to see the records of a kind and to change them. */
interface Rights {
  read: Permission
  write: Permission
}

const bySensitivity: Readonly<Record<string, Rights>> = {
  clinical: { read: 'chart.read', write: 'chart.write' },
  billing: { read: 'billing.read', write: 'billing.write' },
  clinic: { read: 'staff.read', write: 'staff.write' },
  identity: { read: 'patients.read', write: 'patients.write' },
}

/** Kinds whose own features ask for other permissions than their sensitivity says. */
const byKind: Readonly<Record<string, Rights>> = {
  appointment: { read: 'appointments.read', write: 'appointments.write' },
  media: { read: 'media.read', write: 'media.write' },
  clinic: { read: 'settings.read', write: 'settings.write' },
  user: { read: 'staff.write', write: 'staff.write' },
  workstation: { read: 'settings.write', write: 'settings.write' },
}

const rightsOf = (kind: string): Rights | undefined => byKind[kind] ?? bySensitivity[findEntity(kind)?.sensitivity ?? '']

/** Whether somebody may see records of a kind. Nobody is shown kinds of which nothing leaves the main process. */
export function maySee(role: Role, kind: string): boolean {
  const rights = rightsOf(kind)
  return rights !== undefined && isGranted(role, rights.read)
}

/** Whether somebody may change records of a kind. */
export function mayChange(role: Role, kind: string): boolean {
  const rights = rightsOf(kind)
  return rights !== undefined && isGranted(role, rights.read) && isGranted(role, rights.write)
}

/** The kinds whose records somebody may see. */
export const visibleKinds = (role: Role): string[] => entities.map(({ kind }) => kind).filter((kind) => maySee(role, kind))

/** Fields that nobody is shown, only that there are two of them and who wrote them. */
export const isHiddenField = (kind: string, field: string): boolean => kind === 'user' && (field === 'passwordHash' || field === 'pinHash')

/** What somebody may be asked about: kinds of records that their role may see, and the moment for double bookings. */
export interface Looking {
  visible: readonly string[]
  now: string
}
