import { RiptideError } from '../core/errors.js'
import type { FetchOptions } from './fetch/fetch-page.js'
import { type DispatcherOptions, createDispatcher } from './fetch/guarded-dispatcher.js'
import type { Proxies } from './fetch/proxies.js'

/** The part of a fetch that says by which way it goes. */
export type Route = Pick<FetchOptions, 'dispatcher' | 'onHop'>

/** The ways out of a process: straight, or through one of the app's proxies. */
export interface Routes {
  /** The way through a proxy, opened with its first request; straight for `null`. */
  by(proxy: string | null): Route
  close(): Promise<void>
}

/** `politeBy` gives a way its manners: what a robots.txt says is asked for by the same way as the page. */
export function createRoutes(
  proxies: Proxies,
  options: DispatcherOptions,
  politeBy: (dispatcher: Route['dispatcher'], proxy: string | null) => Route['onHop'],
): Routes {
  const opened = new Map<string | null, Route>()
  const open = (proxy: string | null): Route => {
    if (proxy !== null && !Object.hasOwn(proxies, proxy))
      throw new RiptideError('NOT_SUPPORTED', 'the app has no such proxy any more')
    const proxyUrl = proxy === null ? undefined : proxies[proxy]
    const dispatcher = createDispatcher({ ...options, proxyUrl })
    const route = { dispatcher, onHop: politeBy(dispatcher, proxy) }
    opened.set(proxy, route)
    return route
  }
  return {
    by: (proxy) => opened.get(proxy) ?? open(proxy),
    async close() {
      await Promise.all([...opened.values()].map(({ dispatcher }) => dispatcher.close()))
    },
  }
}
