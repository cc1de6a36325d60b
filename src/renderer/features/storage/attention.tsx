import { IconAlertTriangle } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { SyncFacts } from '../../../shared/contract/sync.js'
import { useServerProblem } from '../../app/server-problem-texts.js'
import { useSession } from '../../app/session.js'
import { useTexts } from '../../i18n/texts.js'
import { Panel } from '../../ui/page-header.js'
import classes from './storage.module.css'
import { texts } from './sync-texts.js'

type Item = SyncFacts['attention'][number]

const counted = ['deadLetters', 'reviews', 'old', 'parked', 'damaged'] as const
const plain = ['clock', 'differs'] as const

/** Where what is wrong can be put right. */
type Way = 'openQueue' | 'openReview' | 'openServer' | 'openBackups'
const ways: Readonly<Record<string, Way>> = {
  deadLetters: 'openQueue',
  old: 'openQueue',
  reviews: 'openReview',
  damaged: 'openBackups',
  differs: 'openBackups',
  auth: 'openServer',
  permission: 'openServer',
  host: 'openServer',
  tls: 'openServer',
  certificate: 'openServer',
  readOnly: 'openServer',
  dataset: 'openServer',
  database: 'openServer',
  cluster: 'openServer',
  notRedis: 'openServer',
}

/** What needs a person and what they can do, in their language. */
function useWords(): (item: Item) => { what: string; todo: string } {
  const t = useTexts(texts)
  const problem = useServerProblem()
  return ({ code, count }) => {
    const many = counted.find((each) => each === code)
    if (many) return { what: t(`${many}.what`, { count }), todo: t(`${many}.todo`) }
    const one = plain.find((each) => each === code)
    if (one) return { what: t(`${one}.what`), todo: t(`${one}.todo`) }
    const { what, todo, isKnown } = problem(code)
    return isKnown ? { what, todo } : { what: t('unknown.what'), todo: t('unknown.todo') }
  }
}

function WayLink({ code }: { code: string }) {
  const t = useTexts(texts)
  const { can } = useSession()
  const way = ways[code]
  if (way === undefined || (way === 'openServer' && !can('settings.write')) || (way === 'openBackups' && !can('backups'))) return null
  if (way === 'openReview') return <Link to={'/review' as never}>{t(way)}</Link>
  if (way === 'openServer')
    return (
      <Link to="/settings/$section" params={{ section: 'server' }}>
        {t(way)}
      </Link>
    )
  const search = way === 'openBackups' ? { tab: 'backups' } : { tab: 'queue', state: code === 'deadLetters' ? 'dead' : 'waiting' }
  return (
    <Link to="/storage" search={search as never}>
      {t(way)}
    </Link>
  )
}

/** Everything that needs a person, each with what happened, what to do, and the way there. Nothing while there is nothing. */
export function Attention({ items }: { items: readonly Item[] }) {
  const t = useTexts(texts)
  const wordsOf = useWords()
  if (items.length === 0) return null
  return (
    <Panel title={t('attentionTitle')} isFlush>
      <ul className={classes.attention} aria-label={t('attentionTitle')}>
        {items.map((item) => {
          const { what, todo } = wordsOf(item)
          return (
            <li key={item.code}>
              <IconAlertTriangle size={18} aria-hidden />
              <div className={classes.attentionText}>
                <strong>{what}</strong>
                <span>{todo}</span>
                <WayLink code={item.code} />
              </div>
            </li>
          )
        })}
      </ul>
    </Panel>
  )
}
