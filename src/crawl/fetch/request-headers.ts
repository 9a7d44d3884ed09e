import { RiptideError, describe } from '../../core/errors.js'
import { acceptedCodings } from './content-coding.js'

/** Names that only a client itself may set, since they say how the message is framed, routed or coded. */
const forbidden: ReadonlySet<string> = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'host',
  'http2-settings',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** Whether only the crawler may set a header, by its lower-case name. */
export function isForbiddenHeader(name: string): boolean {
  return forbidden.has(name) || name.startsWith('proxy-')
}

/** Whether a header can be sent as it is: a token (RFC 9110, 5.1), and Latin-1 without line breaks. */
export function isHeader(name: string, value: unknown): value is string {
  const isName = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(name)
  return isName && typeof value === 'string' && /^[\t\x20-\x7e\x80-\xff]*$/.test(value)
}

/** The app's own headers with lower-case names; HEADER_INVALID or HEADER_FORBIDDEN for one that may not be sent. */
export function checkHeaders(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const checked = Object.entries(headers).map(([name, value]): [string, string] => {
    const lower = name.toLowerCase()
    if (isForbiddenHeader(lower)) {
      throw new RiptideError('HEADER_FORBIDDEN', `the header ${describe(name)} is set by the crawler alone`)
    }
    // The value stays out of the message: it may be a secret.
    if (!isHeader(name, value)) {
      throw new RiptideError(
        'HEADER_INVALID',
        `the header ${describe(name)} is not valid: no line breaks, Latin-1 only`,
      )
    }
    return [lower, value]
  })
  return Object.fromEntries(checked)
}

/** All headers of a request; the app's own may replace what is not about coding, and are replaced by those of this hop. */
export function requestHeaders(
  userAgent: string,
  own: Readonly<Record<string, string>>,
  ofHop: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return {
    accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,text/plain;q=0.8,*/*;q=0.5',
    'user-agent': userAgent,
    ...own,
    ...ofHop,
    'accept-encoding': acceptedCodings,
  }
}
