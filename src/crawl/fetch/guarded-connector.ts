import { type LookupFunction, type Socket, connect as connectTcp, isIP } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { abortReason } from '../../core/abort.js'
import type { Clock } from '../../core/clock.js'
import { isPublicAddress } from './address-guard.js'
import { blockedHost, connectFailure, connectTimeout } from './connect-failure.js'
import { guardedLookup } from './guarded-lookup.js'
import { type PrivateNetwork, isOpened } from './private-network.js'

/** Where to, as undici says it: an IPv6 `hostname` has no brackets, a usual port is ''. */
export interface ConnectTarget {
  readonly hostname: string
  readonly protocol: string
  readonly port: string
}

export interface ConnectorOptions {
  readonly allowPrivateNetwork: PrivateNetwork
  readonly connectTimeoutMs: number
  readonly lookup: LookupFunction
  readonly clock: Clock
  /** Certificates to trust in place of the usual authorities. */
  readonly ca: string | undefined
  /** Offers HTTP/2 to servers with TLS. */
  readonly http2: boolean
}

/** What a connector calls back with, once. */
export type Connected = (...outcome: [null, Socket] | [Error, null]) => void

/**
 * Opens a connection, TLS included, to a host that is public by every address it has, within the time limit; or answers
 * with a typed error. Aborting the signal ends the attempt and its socket.
 */
export type Connector = (target: ConnectTarget, signal: AbortSignal, connected: Connected) => void

/**
 * Undici's own connector never shows a guard those hosts that are literal addresses, and cannot be stopped on its way. This
 * one checks literals itself, has names resolved by a guarded lookup whose answer is the very list that Node dials, and
 * looks at the peer once more before anything is sent.
 */
export function createConnector(options: ConnectorOptions): Connector {
  const { allowPrivateNetwork, connectTimeoutMs, clock } = options

  return ({ hostname, protocol, port }, signal, connected) => {
    if (signal.aborted) return connected(abortReason(signal), null)
    const isOpen = isOpened(allowPrivateNetwork, originOf(hostname, protocol, port))
    const isAllowed = (ip: string | undefined): boolean => isOpen || (ip !== undefined && isPublicAddress(ip))
    const lookup = guardedLookup(options.lookup, isAllowed)
    if (isIP(hostname) !== 0 && !isAllowed(hostname)) return connected(blockedHost(hostname), null)
    const secure = protocol === 'https:'
    const address = { ...socketOptions, lookup, host: hostname, port: Number(port || (secure ? 443 : 80)) }
    const socket = secure ? connectTls({ ...address, ...tlsOptions(hostname, options) }) : connectTcp(address)

    let isTcpOpen = false
    let isSettled = false
    const settle = (failure: Error | null): void => {
      if (isSettled) return
      isSettled = true
      stopTimer()
      signal.removeEventListener('abort', onAbort)
      if (failure) {
        socket.destroy()
        connected(failure, null)
      } else {
        socket.off('error', onError)
        connected(null, socket)
      }
    }
    const onError = (error: Error): void => settle(connectFailure(error, hostname, isTcpOpen))
    const onAbort = (): void => settle(abortReason(signal))
    const onOpen = (): void => settle(isAllowed(socket.remoteAddress) ? null : blockedHost(hostname))
    const stopTimer = clock.after(connectTimeoutMs, () => {
      // A turn for what is ready: in a busy process the timer may come before the answer that it waits for.
      clock.soon(() => settle(connectTimeout(hostname, connectTimeoutMs)))
    })

    signal.addEventListener('abort', onAbort, { once: true })
    // Stays after a failure: an error that comes late must not end the process.
    socket.on('error', onError)
    socket.once('close', () => settle(connectFailure({ code: 'ECONNRESET' }, hostname, isTcpOpen)))
    socket.once('connect', () => {
      isTcpOpen = true
      // Before the handshake: not even a greeting goes to a peer that is not allowed.
      if (!secure || !isAllowed(socket.remoteAddress)) onOpen()
    })
    if (secure) socket.once('secureConnect', onOpen)
  }
}

// -------------------------------------------------------------------------------------------------------------------

/** As `URL` writes it: an IPv6 address in brackets, no port that is the usual one. */
export function originOf(hostname: string, protocol: string, port: string): string {
  return new URL(`${protocol}//${isIP(hostname) === 6 ? `[${hostname}]` : hostname}${port && `:${port}`}`)
    .origin
}

const socketOptions = {
  autoSelectFamily: true,
  noDelay: true,
  keepAlive: true,
  keepAliveInitialDelay: 60_000,
}

/** How a host is greeted: by its name, unless that is an address, and with the protocols that are spoken here. */
export function tlsOptions(
  hostname: string,
  { ca, http2 }: Pick<ConnectorOptions, 'ca' | 'http2'>,
): { servername: string; ALPNProtocols: string[]; ca?: string } {
  // A server name must not be an address (RFC 6066, 3).
  const servername = isIP(hostname) === 0 ? hostname : ''
  return {
    servername,
    ALPNProtocols: http2 ? ['h2', 'http/1.1'] : ['http/1.1'],
    ...(ca === undefined ? {} : { ca }),
  }
}
