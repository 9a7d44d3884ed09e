import { type IncomingMessage, request as requestPlain } from 'node:http'
import { request as requestSecure } from 'node:https'
import { type Socket, isIP } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { before } from '../../core/abort.js'
import { RiptideError } from '../../core/errors.js'
import { isPublicAddress } from './address-guard.js'
import { blockedHost, connectFailure, connectTimeout, dnsFailure } from './connect-failure.js'
import {
  type ConnectTarget,
  type Connector,
  type ConnectorOptions,
  originOf,
  tlsOptions,
} from './guarded-connector.js'
import { guardedLookup } from './guarded-lookup.js'
import { isOpened } from './private-network.js'

export interface ProxyConnectorOptions extends ConnectorOptions {
  /** Of the app's own: it may be private, and is dialled as it is. */
  readonly proxyUrl: string
}

/**
 * Opens connections by a tunnel (CONNECT) through a proxy. The host is resolved here and refused unless it is public by every
 * address it has; the proxy is given one of these addresses, not the name, so that it has nothing to look up once more. All
 * within the time limit; no error tells where the proxy is, or an address.
 */
export function createProxyConnector(options: ProxyConnectorOptions): Connector {
  const { clock, connectTimeoutMs: ms } = options
  return (target, signal, connected) => {
    const opening: Opening = { target, current: undefined, isOver: false }
    const late = (): RiptideError => connectTimeout(target.hostname, ms)
    before(open(opening, options), { clock, ms, late, signal }).then(
      (socket) => connected(null, socket),
      (error: unknown) => {
        opening.isOver = true
        opening.current?.destroy()
        connected(connectFailure(error, target.hostname, false), null)
      },
    )
  }
}

// -------------------------------------------------------------------------------------------------------------------

/** An attempt to connect, and what has to be ended with it. */
interface Opening {
  readonly target: ConnectTarget
  current: { destroy(): void } | undefined
  isOver: boolean
}

async function open(opening: Opening, options: ProxyConnectorOptions): Promise<Socket> {
  const { hostname, protocol, port } = opening.target
  const secure = protocol === 'https:'
  const address = await allowedAddress(opening.target, options)
  const authority = `${isIP(address) === 6 ? `[${address}]` : address}:${port || (secure ? 443 : 80)}`
  hold(opening, undefined)
  const tunnel = await tunnelTo(authority, opening, options.proxyUrl)
  return secure ? encrypted(tunnel, opening, hostname, options) : tunnel
}

/** Takes note of what is open now; what comes when all is over is ended at once. */
function hold(opening: Opening, what: Opening['current']): void {
  opening.current = what
  if (!opening.isOver) return
  what?.destroy()
  throw new RiptideError('ABORTED', 'the attempt to connect is over')
}

/** One address of the host, an IPv4 one if it has any: not every proxy reaches the others. */
function allowedAddress(target: ConnectTarget, options: ProxyConnectorOptions): Promise<string> {
  const { hostname, protocol, port } = target
  const isOpen = isOpened(options.allowPrivateNetwork, originOf(hostname, protocol, port))
  const isAllowed = (ip: string): boolean => isOpen || isPublicAddress(ip)
  return new Promise((resolve, reject) => {
    if (isIP(hostname) !== 0) return isAllowed(hostname) ? resolve(hostname) : reject(blockedHost(hostname))
    guardedLookup(options.lookup, isAllowed)(hostname, { all: true }, (error, answer) => {
      if (error) return reject(error)
      const addresses = typeof answer === 'string' ? [answer] : answer.map((one) => one.address)
      const chosen = addresses.find((address) => isIP(address) === 4) ?? addresses[0]
      if (chosen === undefined) reject(dnsFailure(hostname, undefined))
      else resolve(chosen)
    })
  })
}

function tunnelTo(authority: string, opening: Opening, proxyUrl: string): Promise<Socket> {
  const { protocol, hostname, port, username, password } = new URL(proxyUrl)
  const secure = protocol === 'https:'
  return new Promise((resolve, reject) => {
    const request = (secure ? requestSecure : requestPlain)({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: port || (secure ? 443 : 80),
      method: 'CONNECT',
      path: authority,
      headers: { host: authority, ...authorization(username, password) },
      agent: false,
    })
    hold(opening, request)
    request.once('error', (error) => reject(connectFailure(error, 'the proxy', false)))
    request.once('connect', (response: IncomingMessage, socket: Socket, head: Buffer) => {
      socket.on('error', () => undefined)
      const { statusCode: status = 0 } = response
      if (status < 200 || status > 299) {
        socket.destroy()
        return reject(refusal(status))
      }
      if (head.byteLength > 0) socket.unshift(head)
      opening.current = socket
      resolve(socket)
    })
    request.end()
  })
}

function authorization(username: string, password: string): Record<string, string> {
  if (username === '' && password === '') return {}
  const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { 'proxy-authorization': `Basic ${Buffer.from(user, 'utf8').toString('base64')}` }
}

function refusal(status: number): RiptideError {
  return new RiptideError('CONNECT_FAILED', `the proxy answered with status ${status}`, {
    retryable: status >= 500 || status === 429,
    facts: { status },
  })
}

function encrypted(
  tunnel: Socket,
  opening: Opening,
  hostname: string,
  options: ProxyConnectorOptions,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ socket: tunnel, host: hostname, ...tlsOptions(hostname, options) })
    hold(opening, socket)
    const fail = (error: unknown): void => reject(connectFailure(error, hostname, true))
    // Stays after a failure: an error that comes late must not end the process.
    socket.on('error', fail)
    socket.once('close', () => fail({ code: 'ECONNRESET' }))
    socket.once('secureConnect', () => {
      socket.off('error', fail)
      resolve(socket)
    })
  })
}
