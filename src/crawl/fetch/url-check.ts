import { isIP } from 'node:net'
import { wrong } from '../../core/check.js'
import type { RiptideError } from '../../core/errors.js'
import type { FetchErrorCode } from '../../core/errors.js'
import { isPublicAddress } from './address-guard.js'
import { type PrivateNetwork, isOpened } from './private-network.js'

/** What the app lets its urls name. */
export interface UrlRules {
  /** Allows hosts that are not public, and every port but 0: all, or those of these origins. */
  readonly allowPrivateNetwork: PrivateNetwork
  /** @default [80, 443, 8080, 8443] */
  readonly allowedPorts?: readonly number[] | undefined
}

const longest = 8192
const usualPorts: readonly number[] = [80, 443, 8080, 8443]

/**
 * The normalised form of a url that may be fetched, as far as its text tells; what a name resolves to is checked when the
 * connection is made. Otherwise URL_INVALID, URL_SCHEME, URL_CREDENTIALS, URL_PORT, URL_BLOCKED or URL_TOO_LONG, none of
 * which shows credentials.
 */
export function checkUrl(value: unknown, path: string, rules: UrlRules): string {
  const refuse = (code: FetchErrorCode, rule: string): RiptideError =>
    wrong(code, { path }, rule, withoutCredentials(value))
  if (typeof value !== 'string') throw refuse('URL_INVALID', 'must be a url, as a string')
  if (value.length > longest) throw refuse('URL_TOO_LONG', `must have at most ${longest} characters`)
  const text = value.trim()
  const url = hasOddCharacters(text) || isHostWithPort(text) ? null : parse(text)
  if (!url) throw refuse('URL_INVALID', 'must be a whole url such as https://example.com/page')
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw refuse('URL_SCHEME', 'must begin with http:// or https://')
  if (url.username !== '' || url.password !== '')
    throw refuse('URL_CREDENTIALS', 'must have no user name and no password')
  if (url.hostname.endsWith('.')) url.hostname = url.hostname.slice(0, -1)
  if (!isOpened(rules.allowPrivateNetwork, url.origin) && isPrivateHost(url.hostname))
    throw refuse('URL_BLOCKED', 'must name a public host')
  // Last of the checks of form: what WHATWG reads as a host without slashes must already have been found to be private.
  if (!/^https?:\/\/[^/\\?#]/i.test(text) || !isHost(url.hostname))
    throw refuse('URL_INVALID', 'must have a valid host name')
  if (!isPortAllowed(url, rules)) throw refuse('URL_PORT', `must have one of the ports ${portsOf(rules)}`)
  if (url.href.length > longest)
    throw refuse('URL_TOO_LONG', `must have at most ${longest} characters when normalised`)
  return url.href
}

// -------------------------------------------------------------------------------------------------------------------

function parse(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null
}

/** Control characters, which WHATWG drops without a word: what is shown would not be what is fetched. */
function hasOddCharacters(text: string): boolean {
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  return /[\u0000-\u001f\u007f]/.test(text)
}

/** `localhost:3000` and `example.com:80/x`, which WHATWG reads as schemes. */
function isHostWithPort(text: string): boolean {
  const host = /^([^/:?#]+):\d+(?:[/?#]|$)/.exec(text)?.[1]?.toLowerCase()
  // No one pattern for all of it: of many dots it would try each with each.
  return host !== undefined && (host === 'localhost' || host.slice(1, -1).includes('.'))
}

function isPrivateHost(hostname: string): boolean {
  const literal = hostname.replace(/^\[|\]$/g, '')
  if (isIP(literal) !== 0) return !isPublicAddress(literal)
  return hostname === 'localhost' || hostname.endsWith('.localhost')
}

function isHost(hostname: string): boolean {
  if (hostname.startsWith('[')) return true
  return hostname.length <= 253 && hostname.split('.').every((label) => /^[a-z0-9_-]{1,63}$/.test(label))
}

function isPortAllowed(url: URL, rules: UrlRules): boolean {
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port)
  return isOpened(rules.allowPrivateNetwork, url.origin)
    ? port !== 0
    : (rules.allowedPorts ?? usualPorts).includes(port)
}

function portsOf(rules: UrlRules): string {
  return rules.allowPrivateNetwork === true ? '1 to 65535' : (rules.allowedPorts ?? usualPorts).join(', ')
}

/** For a message. All up to the last `@` goes, since a password may hold anything and a broken url cannot be taken apart. */
function withoutCredentials(value: unknown): unknown {
  if (typeof value !== 'string') return value
  const at = value.lastIndexOf('@')
  return at === -1 ? value : `...${value.slice(at)}`
}
