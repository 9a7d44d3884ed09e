import { RiptideError, describe } from '../../core/errors.js'
import { acceptedCodings } from './content-coding.js'

/** Names that only a client itself may set, since they say how the message is framed, routed or coded. */
const forbidden: ReadonlySet<string> = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** The app's own headers with lower-case names; HEADER_INVALID or HEADER_FORBIDDEN for one that may not be sent. */
export function checkHeaders(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const checked = Object.entries(headers).map(([name, value]): [string, string] => {
    const lower = name.toLowerCase()
    if (forbidden.has(lower) || lower.startsWith('proxy-')) {
      throw new RiptideError('HEADER_FORBIDDEN', `the header ${describe(name)} is set by the crawler alone`)
    }
    // The value stays out of the message: it may be a secret.
    if (
      !/^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(lower) ||
      typeof value !== 'string' ||
      !/^[\t\x20-\x7e\x80-\xff]*$/.test(value)
    ) {
      throw new RiptideError(
        'HEADER_INVALID',
        `the header ${describe(name)} is not valid: no line breaks, Latin-1 only`,
      )
    }
    return [lower, value]
  })
  return Object.fromEntries(checked)
}

/** All headers of a request; the app's own may replace what is not about coding. */
export function requestHeaders(
  userAgent: string,
  own: Readonly<Record<string, string>>,
): Record<string, string> {
  return {
    accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,text/plain;q=0.8,*/*;q=0.5',
    'user-agent': userAgent,
    ...own,
    'accept-encoding': acceptedCodings,
  }
}
