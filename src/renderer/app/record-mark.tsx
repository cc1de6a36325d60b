import { IconAlertTriangle, IconCloudCheck, IconCloudUp, IconDeviceFloppy } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { rpc } from '../api/client.js'
import { defineTexts, useTexts } from '../i18n/texts.js'
import classes from './record-mark.module.css'
import { useSession } from './session.js'

const texts = defineTexts('recordMark', {
  en: {
    local: 'Saved here',
    waiting: 'Saved here, not sent yet',
    sent: 'On the server',
    dead: 'Needs attention: not accepted by the server',
  },
  es: {
    local: 'Guardado aquí',
    waiting: 'Guardado aquí, aún sin enviar',
    sent: 'En el servidor',
    dead: 'Requiere atención: el servidor no lo aceptó',
  },
  ar: {
    local: 'محفوظ هنا',
    waiting: 'محفوظ هنا ولم يُرسل بعد',
    sent: 'على الخادم',
    dead: 'يحتاج إلى انتباه: لم يقبله الخادم',
  },
})

const icons = { local: IconDeviceFloppy, waiting: IconCloudUp, sent: IconCloudCheck, dead: IconAlertTriangle } as const

/** Where the last changes of a record are, small and in words. One that was refused leads to the queue. Nothing until it is known. */
export function RecordMark({ kind, id }: { kind: string; id: string }) {
  const t = useTexts(texts)
  const { can } = useSession()
  const { data } = useQuery(rpc.sync.recordState.queryOptions({ input: { kind, id }, staleTime: 0, enabled: can('sync.read'), retry: false }))
  if (!data) return null
  const Sign = icons[data.state]
  const words = (
    <>
      <Sign size={14} aria-hidden />
      {t(data.state)}
    </>
  )
  return data.state === 'dead' ? (
    <Link to="/storage" search={{ tab: 'queue', state: 'dead' } as never} className={classes.mark} data-state="dead">
      {words}
    </Link>
  ) : (
    <span className={classes.mark} data-state={data.state}>
      {words}
    </span>
  )
}
