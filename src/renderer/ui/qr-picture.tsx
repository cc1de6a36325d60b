import { encode } from 'uqr'
import classes from './qr-picture.module.css'

/** Light squares around the picture, without which scanners do not find it (ISO/IEC 18004). */
const quietZone = 4

/** A short text as a QR picture, for a scanner. `label` says what it holds. */
export function QrPicture({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { ecc: 'M', border: quietZone })
  const squares = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : []))).join('')
  return (
    <svg className={classes.picture} viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shapeRendering="crispEdges">
      <path d={squares} />
    </svg>
  )
}
