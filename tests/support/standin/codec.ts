/**
 * Carries values of the structured clone between Node and the page as JSON. The function is also sent to the page as
 * source text, so it must not use anything from outside itself.
 */
export function createCodec() {
  type Wire = null | boolean | number | string | Wire[] | { $: string; v?: Wire; n?: string }
  type ArrayMaker = new (buffer: ArrayBuffer) => ArrayBufferView

  const base64 = (bytes: Uint8Array): string => {
    let text = ''
    for (let at = 0; at < bytes.length; at += 32_768) text += String.fromCharCode(...bytes.subarray(at, at + 32_768))
    return btoa(text)
  }
  const bytesOf = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), (character) => character.charCodeAt(0))

  function encode(value: unknown): Wire {
    if (value === null || typeof value === 'boolean' || typeof value === 'string') return value
    if (value === undefined) return { $: 'undefined' }
    if (typeof value === 'bigint') return { $: 'bigint', v: String(value) }
    if (typeof value === 'number') return Number.isFinite(value) ? value : { $: 'number', v: String(value) }
    if (typeof value !== 'object') throw new Error('An object could not be cloned.')
    if (Array.isArray(value)) return value.map(encode)
    if (value instanceof Date) return { $: 'date', v: value.getTime() }
    if (value instanceof Map) return { $: 'map', v: [...value].map(([key, item]) => [encode(key), encode(item)]) }
    if (value instanceof Set) return { $: 'set', v: [...value].map(encode) }
    if (value instanceof ArrayBuffer) return { $: 'buffer', v: base64(new Uint8Array(value)) }
    if (ArrayBuffer.isView(value)) {
      // Node's Buffer arrives in a page as the plain array it is.
      const name = value.constructor.name === 'Buffer' ? 'Uint8Array' : value.constructor.name
      return { $: 'view', n: name, v: base64(new Uint8Array(value.buffer as ArrayBuffer, value.byteOffset, value.byteLength)) }
    }
    return { $: 'object', v: Object.entries(value).map(([key, item]) => [key, encode(item)]) }
  }

  function decode(wire: Wire): unknown {
    if (wire === null || typeof wire !== 'object') return wire
    if (Array.isArray(wire)) return wire.map(decode)
    const pairs = () => (wire.v as [Wire, Wire][]).map(([key, item]) => [decode(key), decode(item)] as const)
    if (wire.$ === 'undefined') return undefined
    if (wire.$ === 'bigint') return BigInt(String(wire.v))
    if (wire.$ === 'number') return Number(wire.v)
    if (wire.$ === 'date') return new Date(Number(wire.v))
    if (wire.$ === 'map') return new Map(pairs())
    if (wire.$ === 'set') return new Set((wire.v as Wire[]).map(decode))
    if (wire.$ === 'buffer') return bytesOf(String(wire.v)).buffer
    if (wire.$ === 'view') {
      const makers = globalThis as unknown as Record<string, ArrayMaker | undefined>
      const make = makers[wire.n ?? ''] ?? Uint8Array
      return new make(bytesOf(String(wire.v)).buffer)
    }
    return Object.fromEntries(pairs())
  }
  return { encode, decode }
}

export type Wire = ReturnType<ReturnType<typeof createCodec>['encode']>
