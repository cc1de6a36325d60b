import { join } from 'node:path'
import envPaths from 'env-paths'
import product from '../../package.json' with { type: 'json' }
import { cacheTtlsOf } from './cache/ttl-settings.js'
import type { ClinicPlace } from './clinic.js'
import { type ClinicHome, clinicsIn, type HomeParts } from './clinic-home.js'
import { createLog, type Log } from './lib/log.js'
import { numberSetting, SettingProblem } from './lib/setting-problem.js'
import { costlyRuleOf } from './limits/limit-settings.js'
import { keyFileStore, passphraseStore } from './security/key-files.js'

/** The application's own folder of this user; clinics lie below it, one folder each. */
export const applicationFolder = (env: NodeJS.ProcessEnv = process.env): string => env.MEDINSIGHT_DATA || envPaths('medinsight-hub', { suffix: '' }).data

/** Where a clinic of the Node host lies and how its key is kept, from the environment. @throws SettingProblem */
export function placeOf(folder: string, options: { env?: NodeJS.ProcessEnv; isOneShot?: boolean; log?: Log; redis?: string | undefined } = {}): ClinicPlace {
  const env = options.env ?? process.env
  const { MEDINSIGHT_KEY_FILE: file, MEDINSIGHT_PASSPHRASE_FILE: passphraseFile } = env
  if (file && passphraseFile) throw new SettingProblem('Both MEDINSIGHT_KEY_FILE and MEDINSIGHT_PASSPHRASE_FILE are set; name only one of them.')
  const sessionTtl = numberSetting(env, 'SESSION_TTL', 60, 7 * 24 * 3600)
  const notificationTtl = numberSetting(env, 'NOTIFICATION_TTL', 60, 30 * 24 * 3600)
  return {
    folder,
    keyStore: passphraseFile ? passphraseStore({ passphraseFile, dataFolder: folder }) : keyFileStore({ ...(file && { file }), dataFolder: folder }),
    keyStoreKind: passphraseFile ? 'passphrase' : 'keyFile',
    log: options.log ?? createLog({ folder: join(folder, 'logs'), level: options.isOneShot ? 'warn' : 'info' }),
    version: product.version,
    server: { env, commandLine: options.redis },
    cacheTtls: cacheTtlsOf(env),
    costlyRule: costlyRuleOf(env),
    ...(options.isOneShot && { isOneShot: true }),
    ...(sessionTtl !== undefined && { sessionTtlMs: sessionTtl * 1000 }),
    ...(notificationTtl !== undefined && { notificationTtlMs: notificationTtl * 1000 }),
  }
}

/** The application's folder as a workstation's home: a folder for each clinic below `clinics`, and a log of its own. `placeAt` says how a clinic is kept there. */
export function homeIn(folder: string, { redis, ...parts }: Pick<HomeParts, 'placeAt' | 'answer'> & { redis?: string | undefined }): ClinicHome {
  const log = createLog({ folder: join(folder, 'logs') })
  return clinicsIn({ ...parts, folder: join(folder, 'clinics'), log, version: product.version, server: { env: process.env, commandLine: redis } })
}
