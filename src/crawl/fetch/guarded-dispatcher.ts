import { lookup as systemLookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { Agent, Client, type Dispatcher, Pool } from 'undici'
import { type Clock, systemClock } from '../../core/clock.js'
import { RiptideError } from '../../core/errors.js'
import { type Connector, createConnector } from './guarded-connector.js'
import type { PrivateNetwork } from './private-network.js'

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
 * literal, resolved or rebound. Sockets are never shared between host names.
 */
export function createDispatcher(options: DispatcherOptions): GuardedDispatcher {
  const { lookup = systemLookup, ca, clock = systemClock, maxConnectionsPerOrigin = 10 } = options
  const connector = createConnector({ ...options, lookup, ca, clock })
  const agent = new Agent({
    factory: (origin) =>
      new Pool(origin, {
        connections: maxConnectionsPerOrigin,
        factory: (url) => new CrawlClient(url, connector),
      }),
  })
  return {
    request: (request) => agent.request(request),
    close: () => agent.destroy(new RiptideError('SHUTDOWN', 'the crawler was closed', { retryable: true })),
  }
}

// -------------------------------------------------------------------------------------------------------------------

/** Enough for the cookies of any real site; Node's own 16 KiB are not. */
const maxHeaderSize = 64 * 1024

/**
 * One connection, for one request at a time. Undici leaves the signal of a request alone until there is a connection; here
 * it ends the attempt to connect too. A class, because undici's pool calls `dispatch` of whatever it is given.
 */
class CrawlClient extends Client {
  #signal = new AbortController().signal

  constructor(origin: URL, connector: Connector) {
    super(origin, {
      maxHeaderSize,
      // All waiting is watched by the one who asks: undici's own timers are a second coarse.
      headersTimeout: 0,
      bodyTimeout: 0,
      pipelining: 1,
      connect: (target, connected) => connector(target, this.#signal, connected),
    })
  }

  override dispatch(
    options: Dispatcher.DispatchOptions & { signal?: unknown },
    handler: Dispatcher.DispatchHandler,
  ): boolean {
    if (options.signal instanceof AbortSignal) this.#signal = options.signal
    return super.dispatch(options, handler)
  }
}
