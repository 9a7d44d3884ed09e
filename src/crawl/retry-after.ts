/**
 * The wait in ms that a `Retry-After` header asks for (RFC 9110, 10.2.3: seconds or a date), from 0 to `maxMs`; undefined
 * when there is none to be understood.
 */
export function retryAfterMs(header: string | undefined, now: number, maxMs: number): number | undefined {
  const text = header?.trim()
  if (text === undefined || text === '') return undefined
  const wanted = /^\d+$/.test(text) ? Number(text) * 1000 : dateOf(text) - now
  if (Number.isNaN(wanted)) return undefined
  return Math.min(Math.max(wanted, 0), maxMs)
}

// -------------------------------------------------------------------------------------------------------------------

/** Only what looks like an HTTP date, since `Date.parse` makes a date of nearly anything; one without a zone is in UTC. */
function dateOf(text: string): number {
  if (!/^[A-Z][a-z]{2,8},? .*\d$|^[A-Z][a-z]{2,8}, .* GMT$/.test(text)) return NaN
  return Date.parse(text.endsWith('GMT') ? text : `${text} GMT`)
}
