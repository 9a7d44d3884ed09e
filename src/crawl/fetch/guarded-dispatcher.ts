import { lookup as systemLookup } from 'node:dns'
import type { LookupFunction, Socket } from 'node:net'
import { Agent, Client, type Dispatcher, Pool, errors } from 'undici'
import { type Clock, systemClock } from '../../core/clock.js'
import { RiptideError } from '../../core/errors.js'
import { type Connector, createConnector } from './guarded-connector.js'
import { limitInterims } from './interim-responses.js'
import { createIntroductions } from './introductions.js'
import type { PrivateNetwork } from './private-network.js'
import { asProxyUrl } from './proxies.js'
import { createProxyConnector } from './proxy-connector.js'

export interface DispatcherOptions {
  /** Allows addresses that are not public: all, or those of these origins. */
  readonly allowPrivateNetwork: PrivateNetwork
  /** Longest time for name, TCP and TLS together. */
  readonly connectTimeoutMs: number
  /** Most connections to one origin; further requests wait for one of them. @default 10 */
  readonly maxConnectionsPerOrigin?: number
  /** Resolves names; what it answers is checked like any other address. @default dns.lookup */
  readonly lookup?: LookupFunction | undefined
  /** Certificates to trust in place of the usual authorities, as PEM. */
  readonly ca?: string | undefined
  /** Speaks HTTP/2 with servers that offer it over TLS. @default false */
  readonly http2?: boolean | undefined
  /** Goes through a tunnel of this proxy, `http://user:password@host:port`; hosts are resolved and judged here all the same. */
  readonly proxyUrl?: string | undefined
  readonly clock?: Clock
}

/** The connections of a crawler: the only way by which its requests leave. */
export interface GuardedDispatcher {
  /** Sends one request, and follows nothing. */
  request(
    options: Dispatcher.RequestOptions & { readonly signal: AbortSignal },
  ): Promise<Dispatcher.ResponseData>
  /** Ends all requests and closes all connections. */
  close(): Promise<void>
}

/**
 * Opens connections, keeps them for later requests to the same origin, and lets none lead to an address that is not public:
 * literal, resolved or rebound. Sockets are never shared between host names. Throws CONFIG_INVALID for the url of a proxy that is
 * none.
 */
export function createDispatcher(options: DispatcherOptions): GuardedDispatcher {
  const { lookup = systemLookup, ca, clock = systemClock, maxConnectionsPerOrigin = 10 } = options
  const { http2 = false, proxyUrl } = options
  const settings = { ...options, lookup, ca, clock, http2 }
  const connector =
    proxyUrl === undefined
      ? createConnector(settings)
      : createProxyConnector({ ...settings, proxyUrl: asProxyUrl(proxyUrl, proxyPlace) })
  const agent = new Agent({
    factory: (origin) =>
      new Pool(origin, {
        connections: maxConnectionsPerOrigin,
        factory: (url) => new CrawlClient(url, connector, clock),
      }),
  })
  const introductions = http2 ? createIntroductions(agent) : undefined
  return {
    request: async (request) => {
      if (!introductions) return agent.request(request)
      return introductions.first(String(request.origin), request.signal, () => agent.request(request))
    },
    close: () => agent.destroy(new RiptideError('SHUTDOWN', 'the crawler was closed', { retryable: true })),
  }
}

// -------------------------------------------------------------------------------------------------------------------

const proxyPlace = { path: '/proxyUrl', code: 'CONFIG_INVALID' } as const

/** Enough for the cookies of any real site; Node's own 16 KiB are not. */
const maxHeaderSize = 64 * 1024
/** What servers allow by default, and undici's own limit. */
const mostStreams = 100

/** Undici's own for HTTP/1.1. */
const idleMs = 4_000

function isHttp2(socket: Socket): boolean {
  return 'alpnProtocol' in socket && socket.alpnProtocol === 'h2'
}

/**
 * One connection, for one request at a time, or for many where it speaks HTTP/2. Undici leaves the signal of a request alone
 * until there is a connection; here it ends the attempt to connect too. A class, because undici's pool calls `dispatch` of whatever it is given.
 */
class CrawlClient extends Client {
  #signal = new AbortController().signal
  #isUsed = false

  constructor(origin: URL, connector: Connector, clock: Clock) {
    super(origin, {
      maxHeaderSize,
      // All waiting is watched by the one who asks: undici's own timers are a second coarse.
      headersTimeout: 0,
      bodyTimeout: 0,
      pipelining: 1,
      connect: (target, connected) => {
        connector(target, this.#signal, (...outcome) => {
          const [, socket] = outcome
          if (socket) this.pipelining = isHttp2(socket) ? mostStreams : 1
          if (socket && isHttp2(socket)) this.#closeIdle(socket, clock)
          // There is a session by then, and no request in it.
          if (socket && isHttp2(socket)) this.once('connect', () => limitInterims(socket))
          connected(...outcome)
        })
      },
    })
  }

  override dispatch(
    options: Dispatcher.DispatchOptions & { signal?: unknown },
    handler: Dispatcher.DispatchHandler,
  ): boolean {
    if (options.signal instanceof AbortSignal) this.#signal = options.signal
    this.#isUsed = true
    return super.dispatch(options, handler)
  }

  /** Undici (7.30) ends an idle connection of HTTP/1.1, and keeps one of HTTP/2 for ever. */
  #closeIdle(socket: Socket, clock: Clock): void {
    let cancel = (): void => undefined
    const watch = (): void => {
      cancel = clock.after(idleMs, () => {
        const isIdle = !this.#isUsed && this.stats.size === 0
        this.#isUsed = false
        // With an error of undici's own: at a connection that closes without one it would throw into the process.
        if (isIdle) socket.destroy(new errors.InformationalError('idle'))
        else watch()
      })
    }
    socket.once('close', () => cancel())
    watch()
  }
}
