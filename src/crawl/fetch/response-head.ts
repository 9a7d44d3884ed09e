import type { Dispatcher } from 'undici'
import { RiptideError, describe } from '../../core/errors.js'
import { joinRobotsTags } from './robots-tag.js'

/** The headers of a response by lower-case name, those of one name joined by commas; `Set-Cookie` is left out. */
export function headersOf(raw: Dispatcher.ResponseData['headers']): Readonly<Record<string, string>> {
  const headers = new Map<string, string>()
  for (const [name, value] of Object.entries(raw)) {
    if (value === undefined || name === 'set-cookie') continue
    const values = typeof value === 'string' ? [value] : value
    headers.set(name, joined(name, values))
  }
  return Object.fromEntries(headers)
}

/** Undici (7.30) counts the bytes of HTTP/1.1 alone. */
export function requireWhole(headers: Readonly<Record<string, string>>, bytes: number): void {
  const announced = headers['content-length']
  if (announced === undefined || headers['transfer-encoding'] !== undefined) return
  if (!/^\d+$/.test(announced) || Number(announced) === bytes) return
  throw new RiptideError('FETCH_FAILED', 'the response is not as long as it says', { retryable: true })
}

/** Undici takes a body apart by its chunks and lets every other transfer coding through as if it were the page. */
export function requireChunked(header: string | undefined): void {
  if (header === undefined || ['chunked', 'identity'].includes(header.trim().toLowerCase())) return
  const got = describe(header)
  throw new RiptideError('ENCODING_UNSUPPORTED', `the response has the unknown transfer encoding ${got}`)
}

// -------------------------------------------------------------------------------------------------------------------

function joined(name: string, values: readonly string[]): string {
  if (single.has(name)) return values[0] ?? ''
  return name === 'x-robots-tag' && values.length > 1 ? joinRobotsTags(values) : values.join(', ')
}

/** Those of which a second one means nothing. */
const single: ReadonlySet<string> = new Set([
  'content-length',
  'content-type',
  'date',
  'etag',
  'expires',
  'last-modified',
  'location',
  'retry-after',
])
