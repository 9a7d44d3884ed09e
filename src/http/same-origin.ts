import { RiptideError, describe } from '../core/errors.js'
import type { NeutralRequest } from './exchange.js'

/**
 * Refuses a request that changes something when a browser sent it for a page of another site. `Sec-Fetch-Site` decides where
 * it is sent, since no page can forge it and it is right behind a proxy that rewrites `Host`; for older browsers and plain
 * http, `Origin` must be the host that was asked. A client that is no browser sends neither.
 */
export function requireSameOrigin(request: NeutralRequest): void {
  const site = request.header('sec-fetch-site')
  if (site === 'same-origin' || site === 'none') return
  if (site !== undefined) throw refused(`sec-fetch-site is ${describe(site)}`)
  const origin = request.header('origin')
  if (origin === undefined) return
  if (!sameHost(origin, request.header('host'))) throw refused(`origin is ${describe(origin)}`)
}

// -------------------------------------------------------------------------------------------------------------------

function sameHost(origin: string, host: string | undefined): boolean {
  if (host === undefined) return false
  try {
    const asked = new URL(origin)
    // Parsed with the scheme of the origin, so that a default port is dropped on both sides.
    return asked.host !== '' && asked.host === new URL(`${asked.protocol}//${host}`).host
  } catch {
    return false
  }
}

function refused(what: string): RiptideError {
  return new RiptideError('CSRF', `only this origin's own pages may change anything; ${what}`)
}
