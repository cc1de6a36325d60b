/** Every permission that a procedure may ask for. `session` needs only a signed-in user; `public` needs nobody. */
export const permissions = [
  'public',
  'session',
  'patients.read',
  'patients.write',
  'patients.erase',
  'chart.read',
  'chart.write',
  'appointments.read',
  'appointments.write',
  'billing.read',
  'billing.write',
  'media.read',
  'media.write',
  'staff.read',
  'staff.write',
  'settings.read',
  'settings.write',
  'sync.read',
  'sync.run',
  'audit.read',
  'import',
  'export',
  'backups',
  'monitor.read',
  'monitor.write',
] as const
export type Permission = (typeof permissions)[number]

/** The roles a staff account can have; one account has exactly one. */
export const roles = ['administrator', 'clinician', 'reception', 'billing', 'readOnly'] as const
export type Role = (typeof roles)[number]

const reading: Permission[] = ['patients.read', 'appointments.read', 'staff.read', 'settings.read', 'sync.read']

/** What each role may do. `public` and `session` are granted apart from roles. */
export const granted: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  administrator: new Set(permissions),
  clinician: new Set([
    ...reading,
    'patients.write',
    'chart.read',
    'chart.write',
    'appointments.write',
    'billing.read',
    'media.read',
    'media.write',
    'sync.run',
  ]),
  reception: new Set([...reading, 'patients.write', 'appointments.write', 'billing.read', 'billing.write', 'media.read', 'sync.run']),
  billing: new Set([...reading, 'billing.read', 'billing.write']),
  readOnly: new Set([...reading, 'chart.read', 'billing.read', 'media.read']),
}

/** Whether somebody with this role (or nobody, before sign-in) may use a procedure that asks for `permission`. */
export function isGranted(role: Role | undefined, permission: Permission): boolean {
  if (permission === 'public') return true
  if (!role) return false
  return permission === 'session' || granted[role].has(permission)
}
