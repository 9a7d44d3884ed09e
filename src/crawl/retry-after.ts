import { httpDate } from './http-date.js'

/**
 * The wait in ms that a `Retry-After` header asks for (RFC 9110, 10.2.3: seconds or a date), from 0 to `maxMs`; undefined
 * when there is none to be understood.
 */
export function retryAfterMs(header: string | undefined, now: number, maxMs: number): number | undefined {
  const text = header?.trim()
  if (text === undefined || text === '') return undefined
  const wanted = /^\d+$/.test(text) ? Number(text) * 1000 : (httpDate(text) ?? NaN) - now
  if (Number.isNaN(wanted)) return undefined
  return Math.min(Math.max(wanted, 0), maxMs)
}
