import { z } from 'zod'
import { clearable, commandId, procedure } from './procedure.js'

/** Where the value of a setting comes from, the strongest first. */
export const settingOrigins = ['commandLine', 'environment', 'screen', 'default'] as const
export type SettingOrigin = (typeof settingOrigins)[number]

/** Text without blanks at its ends and without control characters, which would end a line of the protocol or of a log. */
const text = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^\P{Cc}*$/u)

/** `host:port`, as one node of a cluster or one sentinel. */
const node = text(260).regex(/^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):\d{1,5}$/)

/** A `redis://` or `rediss://` address. */
const address = text(500).refine(
  (value) => {
    if (!URL.canParse(value)) return false
    const { protocol, hostname } = new URL(value)
    return (protocol === 'redis:' || protocol === 'rediss:') && hostname !== ''
  },
  { error: 'not an address' },
)

const fields = {
  /** Whether this workstation exchanges with a server at all. */
  enabled: z.boolean(),
  /** The address in one; it stands for host, port, user, database and encryption. */
  url: address,
  host: text(253).regex(/^[A-Za-z0-9._:-]+$/),
  port: z.int().min(1).max(65_535),
  username: text(128),
  database: z.int().min(0).max(9999),
  /** Encrypts the connection. */
  tls: z.boolean(),
  /** Whole path of the certificate authority's PEM file, as this workstation sees it. */
  caFile: text(1000).regex(/^(?:\/|\\\\|[A-Za-z]:[\\/])/),
  /** First nodes of a cluster. */
  clusterNodes: z.array(node).min(1).max(32),
  /** Sentinels, and the name of the master that they watch. */
  sentinels: z.array(node).min(1).max(32),
  sentinelName: text(100).regex(/^\S+$/),
}

/** The settings of the connection to the clinic's server that one source gives; the password is never shown. */
export const ServerSettings = z.strictObject({ ...fields, password: z.string().min(1).max(512) }).partial()
export type ServerSettings = z.infer<typeof ServerSettings>

/** What the screen changes: what is absent stays, null takes the screen's value away, so that a weaker source decides. */
export const ServerChange = z.strictObject(clearable(ServerSettings.shape))
export type ServerChange = z.infer<typeof ServerChange>

/** Who decides a setting. `source` is the environment variable or option, as it was written. */
const decided = { origin: z.enum(settingOrigins), source: z.string().max(80).optional() }
const held = <Value extends z.ZodType>(value: Value) => z.strictObject({ value: value.nullable(), ...decided })

/** Every setting as it holds now; null where there is none. Addresses are shown without their password. */
export const ServerSettingsView = z.strictObject({
  enabled: z.strictObject({ value: z.boolean(), ...decided }),
  url: held(z.string()),
  host: held(z.string()),
  port: held(z.int()),
  username: held(z.string()),
  password: z.strictObject({ isSet: z.boolean(), ...decided }),
  database: held(z.int()),
  tls: held(z.boolean()),
  caFile: held(z.string()),
  clusterNodes: held(z.array(z.string())),
  sentinels: held(z.array(z.string())),
  sentinelName: held(z.string()),
})
export type ServerSettingsView = z.infer<typeof ServerSettingsView>

/**
 * How a trial went: what was tried, in order, up to the first step without which nothing works. `sentence` says in English what happened and what to
 * do, without a value; `code` is for its translation. A step that worked has one where the sentence is worth reading all the same.
 */
export const ServerTest = z.strictObject({
  steps: z.array(z.strictObject({ step: z.string().max(40), isOk: z.boolean(), code: z.string().max(40).optional(), sentence: z.string().max(500) })),
})
export type ServerTest = z.infer<typeof ServerTest>

/** Settings of the connection to the clinic's server. They are changed and tried on the workstation itself only: they name places that it can reach. */
export const server = {
  get: procedure({ permission: 'settings.write', type: 'query' })
    .route({ method: 'GET', path: '/settings/server' })
    .input(z.strictObject({}))
    .output(z.strictObject({ ...ServerSettingsView.shape, canChange: z.boolean() })),
  /** Keeps what the screen gives and connects anew. INVALID names the fields, never their values: `decided` where a stronger source decides. */
  set: procedure({ permission: 'settings.write', type: 'command' })
    .route({ method: 'PATCH', path: '/settings/server' })
    .input(z.strictObject({ ...ServerChange.shape, commandId }))
    .output(z.strictObject({ ...ServerSettingsView.shape, canChange: z.boolean() })),
  /** Tries to connect as the settings would be with these changes; keeps nothing. */
  test: procedure({ permission: 'settings.write', type: 'command', limit: 'costly' })
    .route({ method: 'POST', path: '/settings/server/test' })
    .input(z.strictObject({ ...ServerChange.shape, commandId }))
    .output(ServerTest),
}
