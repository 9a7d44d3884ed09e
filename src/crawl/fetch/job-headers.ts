import { type Place, asObject, wrong } from '../../core/check.js'
import { RiptideError, describe } from '../../core/errors.js'
import { pointer } from '../../core/json.js'
import { isForbiddenHeader, isHeader } from './request-headers.js'

/** The headers of one job, with lower-case names. */
export type JobHeaders = Readonly<Record<string, string>>

/**
 * Checks the headers that a job asks for: at most 50 of them and 8 KiB, all texts. Beside what frames and routes a message they
 * leave to the crawler who it is, what it may remember (cookies have an option of their own), what it has stored, and
 * which part of a page it wants. No message shows a value: it may be a secret.
 */
export function checkJobHeaders(value: unknown, place: Place): JobHeaders {
  // A text in the place of the object may be one header, with its secret.
  if (typeof value === 'string')
    throw new RiptideError('TYPE_MISMATCH', `${place.path} must be an object, not a text`, {
      path: place.path,
    })
  const given = Object.entries(asObject(value, place))
  if (given.length > mostHeaders)
    throw wrong('RANGE', place, `must have at most ${mostHeaders} headers`, value)
  const headers = new Map<string, string>()
  for (const [name, text] of given) {
    const lower = name.toLowerCase()
    const path = pointer(place.path, name.slice(0, 100))
    if (isForbiddenHeader(lower) || ofCrawler.has(lower))
      throw new RiptideError(
        'HEADER_FORBIDDEN',
        `${path}: the header ${describe(name)} is set by the crawler alone`,
        { path },
      )
    if (!isHeader(name, text) || lower === '__proto__')
      throw new RiptideError(
        'HEADER_INVALID',
        `${path}: a header has a token as its name and a text in Latin-1 without line breaks as its value; got the name ${describe(name)}`,
        { path },
      )
    if (headers.has(lower))
      throw new RiptideError('HEADER_INVALID', `${path}: the header ${describe(name)} is there twice`, {
        path,
      })
    headers.set(lower, text)
  }
  const bytes = [...headers].reduce((sum, [name, text]) => sum + name.length + text.length, 0)
  if (bytes > mostBytes)
    throw wrong('RANGE', place, `must have at most ${mostBytes} characters in all`, value)
  return Object.fromEntries(headers)
}

// -------------------------------------------------------------------------------------------------------------------

const mostHeaders = 50
const mostBytes = 8192

const ofCrawler: ReadonlySet<string> = new Set([
  'cookie',
  'cookie2',
  'user-agent',
  'range',
  'if-match',
  'if-none-match',
  'if-modified-since',
  'if-unmodified-since',
  'if-range',
])
