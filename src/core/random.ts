import { createHash, randomFillSync } from 'node:crypto'

/** A number in [0, 1). Decisions take it as an argument; only this file looks it up. */
export type Random = () => number

/** The runtime's own generator: for jitter, never for secrets. */
export const systemRandom: Random = () => Math.random()

/** Bytes that nobody can guess: for keys. */
export function secretBytes(count: number): Uint8Array {
  return randomFillSync(new Uint8Array(count))
}

const pool = new Uint8Array(4096)
const hex = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'))
let used = pool.length

/** A time-ordered UUID (RFC 9562, version 7): `now` in the first 48 bits, 74 random bits behind. */
export function newId(now: number): string {
  const b = take(10)
  const t = Math.max(0, Math.floor(now)).toString(16).padStart(12, '0').slice(-12)
  const rest = (from: number, to: number): string => {
    let out = ''
    for (let i = from; i < to; i++) out += hex[b[i] ?? 0] ?? ''
    return out
  }
  const version = hex[((b[0] ?? 0) & 0x0f) | 0x70]
  const variant = hex[((b[2] ?? 0) & 0x3f) | 0x80]
  return `${t.slice(0, 8)}-${t.slice(8)}-${version}${hex[b[1] ?? 0]}-${variant}${hex[b[3] ?? 0]}-${rest(4, 10)}`
}

/** The same UUID (RFC 9562, version 8) for the same parts, on every process. */
export function idOf(...parts: readonly (string | number)[]): string {
  const h = createHash('sha256').update(parts.map(String).join('\n')).digest('hex')
  const variant = ((parseInt(h.slice(16, 18), 16) & 0x3f) | 0x80).toString(16)
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-8${h.slice(13, 16)}-${variant}${h.slice(18, 20)}-${h.slice(20, 32)}`
}

/** A short digest of a text, to tell whether two submissions say the same. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22)
}

function take(n: number): Uint8Array {
  if (used + n > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += n
  return pool.subarray(used - n, used)
}
