import type { ReactNode } from 'react'
import type { ServerFacts } from '../../../shared/contract/monitor-blocks.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { useDuration } from '../../ui/use-duration.js'
import classes from './monitor.module.css'
import { texts } from './server-texts.js'
import { Fact } from './table.js'
import { useFigures } from './use-figures.js'

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <>
      <h3 className={classes.group}>{title}</h3>
      <dl className={classes.facts}>{children}</dl>
    </>
  )
}

function Memory({ memory, keys }: { memory: NonNullable<ServerFacts['memory']>; keys: ServerFacts['keys'] }) {
  const t = useTexts(texts)
  const { number } = useFormats()
  const { bytes, share, number: figure } = useFigures()
  const { usedBytes, peakBytes, residentBytes, maxBytes, systemBytes, fragmentation } = memory
  const noLimit = systemBytes === null ? t('noLimitUnknown') : t('noLimit', { bytes: bytes(systemBytes) })
  return (
    <Group title={t('groupMemory')}>
      <Fact name={t('used')} note={maxBytes !== null && t('ofLimit', { share: share(usedBytes / maxBytes) })}>
        {bytes(usedBytes)}
      </Fact>
      <Fact name={t('limit')}>{maxBytes === null ? noLimit : bytes(maxBytes)}</Fact>
      <Fact name={t('peak')}>{bytes(peakBytes)}</Fact>
      <Fact name={t('resident')}>{bytes(residentBytes)}</Fact>
      <Fact name={t('fragmentation')}>{fragmentation === null ? t('fragmentationSmall') : t('fragmentationIs', { value: figure(fragmentation) })}</Fact>
      {keys && (
        <Fact name={t('keys')} note={t('withExpiry', { count: keys.withExpiry })}>
          {number(keys.count)}
        </Fact>
      )}
    </Group>
  )
}

function Traffic({ stats, clients }: Pick<ServerFacts, 'stats' | 'clients'>) {
  const t = useTexts(texts)
  const { number } = useFormats()
  const { bytesPerSecond, share, number: figure } = useFigures()
  const counted = (value: number | null): string => (value === null ? t('notCounted') : number(value))
  const asked = stats ? stats.keyspaceHits + stats.keyspaceMisses : 0
  return (
    <Group title={t('groupTraffic')}>
      {clients && (
        <Fact
          name={t('clients')}
          note={t('clientsNote', { blocked: clients.blocked, max: clients.max === null ? t('notTold') : number(clients.max), rejected: clients.rejected })}
        >
          {number(clients.connected)}
        </Fact>
      )}
      {stats && (
        <>
          <Fact name={t('operations')}>{figure(stats.operationsPerSecond)}</Fact>
          <Fact name={t('network')}>
            {bytesPerSecond(stats.inputBytesPerSecond)} · {bytesPerSecond(stats.outputBytesPerSecond)}
          </Fact>
          <Fact name={t('found')}>{asked === 0 ? t('notTold') : share(stats.keyspaceHits / asked)}</Fact>
          <Fact name={t('expired')}>{number(stats.expiredKeys)}</Fact>
          <Fact name={t('evicted')}>{number(stats.evictedKeys)}</Fact>
          <Fact name={t('errors')}>{counted(stats.errorReplies)}</Fact>
          <Fact name={t('rejected')}>{counted(stats.rejectedWrites)}</Fact>
        </>
      )}
    </Group>
  )
}

function Saving({ persistence, replication }: Pick<ServerFacts, 'persistence' | 'replication'>) {
  const t = useTexts(texts)
  const { dateTime } = useFormats()
  const role = replication && (replication.role === 'master' || replication.role === 'slave') ? t(`role.${replication.role}`) : replication?.role
  return (
    <Group title={t('groupSaving')}>
      {persistence && (
        <>
          <Fact name={t('appendOnly')} note={persistence.isLoading && t('loading')}>
            {persistence.appendOnly ? (persistence.isAppendOk ? t('yes') : t('fails')) : t('no')}
          </Fact>
          <Fact name={t('snapshot')} note={t('unsaved', { count: persistence.changesSinceSave })}>
            {persistence.isSaveOk ? (persistence.lastSaveAt ? dateTime(persistence.lastSaveAt) : t('never')) : t('fails')}
          </Fact>
        </>
      )}
      {replication && (
        <Fact name={t('role')} note={replication.isMasterLinkUp === false ? t('linkDown') : t('replicas', { count: replication.replicas })}>
          {role}
        </Fact>
      )}
    </Group>
  )
}

function Security({ security: { password, isEncrypted, bind, isProtected } }: Pick<ServerFacts, 'security'>) {
  const t = useTexts(texts)
  return (
    <Group title={t('groupSecurity')}>
      <Fact name={t('password')}>{t(`password.${password}`)}</Fact>
      <Fact name={t('encrypted')}>{t(isEncrypted ? 'isEncrypted' : 'isPlain')}</Fact>
      <Fact name={t('bind')}>{bind === null ? t('notTold') : bind.includes('*') ? t('bindAll') : <bdi dir="ltr">{bind.join(', ')}</bdi>}</Fact>
      <Fact name={t('protected')}>{isProtected === null ? t('notTold') : t(isProtected ? 'yes' : 'no')}</Fact>
    </Group>
  )
}

function Program({ version, mode, uptimeSeconds }: Pick<ServerFacts, 'version' | 'mode' | 'uptimeSeconds'>) {
  const t = useTexts(texts)
  const durationOf = useDuration()
  const kinds = ['standalone', 'cluster', 'sentinel'] as const
  const kind = kinds.find((each) => each === mode)
  return (
    <Group title={t('groupVersion')}>
      <Fact name={t('version')}>{version === null ? t('notTold') : <bdi dir="ltr">Redis {version}</bdi>}</Fact>
      <Fact name={t('mode')}>{kind ? t(`mode.${kind}`) : (mode ?? t('notTold'))}</Fact>
      <Fact name={t('uptime')}>{uptimeSeconds === null ? t('notTold') : durationOf(uptimeSeconds * 1000)}</Fact>
    </Group>
  )
}

/** The server's figures in groups, and what its memory policy means for records. */
export function ServerFigures({ facts }: { facts: ServerFacts }) {
  const t = useTexts(texts)
  const { policy, memory, keys, stats, clients, persistence, replication, security } = facts
  return (
    <div className={classes.padded}>
      <h3 className={classes.group}>{t('policyTitle')}</h3>
      <p className={classes.sentence}>{t(`policy.${policy.verdict}`, { value: policy.value ?? '' })}</p>
      {memory && <Memory memory={memory} keys={keys} />}
      {(stats || clients) && <Traffic stats={stats} clients={clients} />}
      {(persistence || replication) && <Saving persistence={persistence} replication={replication} />}
      <Security security={security} />
      <Program {...facts} />
    </div>
  )
}
