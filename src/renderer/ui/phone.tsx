import { useContext, useEffect, useState } from 'react'
import { RegionContext } from '../i18n/region.js'

type Format = (phone: string, country: string | undefined) => string

let format: Format | undefined
const loading = (): Promise<Format> =>
  import('./phone-format.js').then((module) => {
    format = module.formatPhone
    return module.formatPhone
  })

/** A telephone number as the clinic's country writes it; as stored until the number rules have loaded. Always left to right. */
export function Phone({ value }: { value: string | undefined }) {
  const { country } = useContext(RegionContext)
  const [, setIsLoaded] = useState(format !== undefined)
  useEffect(() => {
    if (!format) void loading().then(() => setIsLoaded(true))
  }, [])
  if (!value) return null
  return <bdi dir="ltr">{format ? format(value, country) : value}</bdi>
}
