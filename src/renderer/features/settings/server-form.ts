import type { ServerChange, ServerSettingsView, SettingOrigin } from '../../../shared/contract/server-settings.js'

/** How the server is named: one address, its parts, the nodes of a cluster, or sentinels. */
export const ways = ['url', 'parts', 'cluster', 'sentinel'] as const
export type Way = (typeof ways)[number]

/** The form's values. Numbers are texts while they are typed; a password of null takes the kept one away, an empty one keeps it. */
export interface Values {
  enabled: boolean
  way: Way
  url: string
  host: string
  port: number | string
  username: string
  password: string | null
  database: number | string
  tls: boolean
  caFile: string
  clusterNodes: string
  sentinels: string
  sentinelName: string
}

type Field = Exclude<keyof ServerSettingsView, 'password' | 'enabled'>

/** Fields that each way shows; all others that the screen has set are taken away when it is saved. */
export const fieldsOf: Readonly<Record<Way, readonly Field[]>> = {
  url: ['url', 'caFile'],
  parts: ['host', 'port', 'username', 'database', 'tls', 'caFile'],
  cluster: ['clusterNodes', 'username', 'tls', 'caFile'],
  sentinel: ['sentinels', 'sentinelName', 'username', 'database', 'tls', 'caFile'],
}

/** Whether a stronger source than the screen decides. */
const isLocked = (origin: SettingOrigin): boolean => origin === 'commandLine' || origin === 'environment'

/** The way that the settings go now. */
function wayOf({ url, sentinels, clusterNodes }: ServerSettingsView): Way {
  if (url.value !== null) return 'url'
  if (sentinels.value !== null) return 'sentinel'
  return clusterNodes.value === null ? 'parts' : 'cluster'
}

/**
 * Whether a stronger source gives the address. It comes from one source as a whole, and the screen's user and password are for the screen's address
 * only: then all that the screen can still give is the certificate authority, and whether there is an exchange at all.
 */
export const isAddressLocked = ({ url, host, port, sentinels, clusterNodes }: ServerSettingsView): boolean =>
  [url, host, port, sentinels, clusterNodes].some(({ origin }) => isLocked(origin))

/** Whether a field can be changed on the screen. */
export const isFieldLocked = (view: ServerSettingsView, name: keyof ServerSettingsView): boolean =>
  isLocked(view[name].origin) || (name !== 'enabled' && name !== 'caFile' && isAddressLocked(view))

const lines = (nodes: readonly string[] | null): string => (nodes ?? []).join('\n')

/** The form as it begins. */
export function valuesOf(view: ServerSettingsView): Values {
  return {
    enabled: view.enabled.value,
    way: wayOf(view),
    url: view.url.value ?? '',
    host: view.host.value ?? '',
    port: view.port.value ?? '',
    username: view.username.value ?? '',
    password: '',
    database: view.database.value ?? '',
    tls: view.tls.value ?? false,
    caFile: view.caFile.value ?? '',
    clusterNodes: lines(view.clusterNodes.value),
    sentinels: lines(view.sentinels.value),
    sentinelName: view.sentinelName.value ?? '',
  }
}

const nodes = (text: string): string[] | null => {
  const found = text.split(/[\s,]+/).filter(Boolean)
  return found.length > 0 ? found : null
}
const words = (text: string): string | null => text.trim() || null
const whole = (value: number | string): number | null => (value === '' ? null : Number(value))

/** What a field's input means; null where it is empty. */
const meaning: { readonly [Name in Field]: (values: Values) => ServerChange[Name] } = {
  url: ({ url }) => words(url),
  host: ({ host }) => words(host),
  port: ({ port }) => whole(port),
  username: ({ username }) => words(username),
  database: ({ database }) => whole(database),
  tls: ({ tls }) => tls,
  caFile: ({ caFile }) => words(caFile),
  clusterNodes: ({ clusterNodes }) => nodes(clusterNodes),
  sentinels: ({ sentinels }) => nodes(sentinels),
  sentinelName: ({ sentinelName }) => words(sentinelName),
}

/** Parts that an address in one gives: the view shows them as they hold, but the screen has not set them by themselves. */
const inAddress: readonly Field[] = ['host', 'port', 'username', 'database', 'tls']

/** What the screen holds of a field, as far as the view tells; null where it gives nothing. */
function heldByScreen(view: ServerSettingsView, name: Field, isShown: boolean): unknown {
  const { value, origin } = view[name]
  if (view.url.value !== null && inAddress.includes(name)) return null
  // A default that is shown counts as given: leaving it as it is changes nothing.
  return isShown || origin === 'screen' ? value : null
}

/**
 * What the form changes against the settings as they hold: only what differs, never what a stronger source decides. What belongs to another way is
 * taken away, so that nothing unseen goes on deciding.
 */
export function changeOf(view: ServerSettingsView, values: Values): ServerChange {
  const change: Record<string, unknown> = {}
  if (!isFieldLocked(view, 'enabled') && values.enabled !== view.enabled.value) change.enabled = values.enabled
  for (const name of Object.keys(meaning) as Field[]) {
    if (isFieldLocked(view, name)) continue
    const isShown = fieldsOf[values.way].includes(name)
    const next = isShown ? meaning[name](values) : null
    if (JSON.stringify(next) !== JSON.stringify(heldByScreen(view, name, isShown))) change[name] = next
  }
  if (!isFieldLocked(view, 'password') && values.password !== '') change.password = values.password
  return change
}
