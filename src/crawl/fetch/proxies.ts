import { type Place, asObject, idPattern, wrong } from '../../core/check.js'
import { RiptideError, describe } from '../../core/errors.js'
import { pointer } from '../../core/json.js'

/** The app's proxies by the name that a job calls them by. */
export type Proxies = Readonly<Record<string, string>>

const mostProxies = 1000

/** The setting as an app gives it; its messages show no url, since that may hold a password. */
export function asProxies(value: unknown, place: Place): Proxies {
  const given = Object.entries(asObject(value, place))
  if (given.length > mostProxies)
    throw wrong('RANGE', place, `must have at most ${mostProxies} proxies`, value)
  const proxies = given.map(([name, url]): [string, string] => {
    const path = pointer(place.path, name.slice(0, 200))
    if (!idPattern.test(name))
      throw wrong(
        'NAME_INVALID',
        { ...place, path },
        'must have a name that matches [A-Za-z0-9_.~-]{1,200}',
        name,
      )
    return [name, asProxyUrl(url, { ...place, path })]
  })
  return Object.freeze(Object.fromEntries(proxies))
}

/** Checks the url of one proxy; no message shows it. */
export function asProxyUrl(value: unknown, place: Place): string {
  const { path, code = 'URL_INVALID' } = place
  if (!isProxyUrl(value)) {
    throw new RiptideError(
      code,
      `${path} must be the url of a proxy such as http://user:password@proxy.example:3128, http or https, without a path`,
      { path },
    )
  }
  requireCredentials(new URL(value), place)
  return value
}

/** Checks the name of a proxy that a job asks for; a job can never bring the url of one. */
export function asProxyName(value: unknown, proxies: Proxies, place: Place): string {
  if (typeof value === 'string' && Object.hasOwn(proxies, value)) return value
  const names = Object.keys(proxies).slice(0, 20).join(', ')
  const rule =
    names === ''
      ? 'cannot be used: the app has no proxies'
      : `must name one of the proxies of the app: ${names}`
  throw new RiptideError('TYPE_MISMATCH', `${place.path} ${rule}; got ${nameOrKind(value)}`, {
    path: place.path,
  })
}

// -------------------------------------------------------------------------------------------------------------------

function isProxyUrl(value: unknown): value is string {
  if (typeof value !== 'string' || !URL.canParse(value)) return false
  const { protocol, hostname, pathname, search, hash } = new URL(value)
  const isPlain = (pathname === '/' || pathname === '') && search === '' && hash === ''
  return (protocol === 'http:' || protocol === 'https:') && hostname !== '' && isPlain
}

/** What is sent to the proxy (RFC 7617, 2): its user name ends at the first colon. */
function requireCredentials({ username, password }: URL, { path, code = 'URL_INVALID' }: Place): void {
  if (![username, password].every(canBeDecoded))
    throw new RiptideError(
      code,
      `${path} must have a percent sign in its user name or password written as %25: it is not followed by two hexadecimal digits, or these are no UTF-8`,
      { path },
    )
  if (decodeURIComponent(username).includes(':'))
    throw new RiptideError(code, `${path} must have a user name without a colon`, { path })
}

function canBeDecoded(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}

/** A url that came in place of a name may hold a password. */
function nameOrKind(value: unknown): string {
  return typeof value === 'string' && !idPattern.test(value) ? 'what is no name' : describe(value)
}
