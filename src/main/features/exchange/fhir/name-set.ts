/**
 * A set of source names (`Patient/4e8e…`) that keeps 8 bytes for each instead of the text, so that an import of millions of
 * records knows what it has seen in a few tens of megabytes. Two names meet by chance once in some 10^12 imports of a million.
 */
export class NameSet {
  #slots = new BigUint64Array(1 << 12)
  #count = 0

  get size(): number {
    return this.#count
  }

  add(name: string): void {
    if ((this.#count + 1) * 2 > this.#slots.length) this.#grow()
    this.#insert(hash(name))
  }

  has(name: string): boolean {
    return this.#slots[this.#place(this.#slots, hash(name))] !== 0n
  }

  #insert(key: bigint): void {
    const at = this.#place(this.#slots, key)
    if (this.#slots[at] !== 0n) return
    this.#slots[at] = key
    this.#count++
  }

  #place(slots: BigUint64Array, key: bigint): number {
    const mask = slots.length - 1
    let at = Number(key & 0x7fff_ffffn) & mask
    while (slots[at] !== 0n && slots[at] !== key) at = (at + 1) & mask
    return at
  }

  #grow(): void {
    const larger = new BigUint64Array(this.#slots.length * 2)
    for (const key of this.#slots) if (key !== 0n) larger[this.#place(larger, key)] = key
    this.#slots = larger
  }
}

/** Two 32-bit multiplicative hashes side by side; never 0, which marks a free slot. */
function hash(name: string): bigint {
  let high = 0x811c9dc5
  let low = 0x9e3779b9
  for (let at = 0; at < name.length; at++) {
    const unit = name.charCodeAt(at)
    high = Math.imul(high ^ unit, 0x01000193)
    low = Math.imul(low ^ (unit + at), 0x85ebca6b)
    low ^= low >>> 13
  }
  const key = (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)
  return key === 0n ? 1n : key
}
