import { type IncomingMessage, createServer } from 'node:http'
import { type Socket, connect } from 'node:net'
import { type LocalSite, listen } from './local-site.js'

/** A proxy on loopback that tunnels, and what it was asked for. */
export interface LocalProxy extends Omit<LocalSite, 'requests' | 'received'> {
  /** `host:port` of each tunnel. */
  readonly tunnels: readonly string[]
  readonly authorizations: readonly (string | undefined)[]
  /** The names that were sent to it in any other way than in a tunnel. */
  readonly others: readonly string[]
}

export interface LocalProxyOptions {
  /** What a request for a tunnel is answered with. @default 200 */
  readonly status?: number
  /** Where every tunnel leads; what was asked for otherwise. */
  readonly to?: number
  /** Never answers. */
  readonly silent?: boolean
}

export async function startProxy({
  status = 200,
  to,
  silent = false,
}: LocalProxyOptions = {}): Promise<LocalProxy> {
  const tunnels: string[] = []
  const authorizations: (string | undefined)[] = []
  const others: string[] = []
  const server = createServer((request, response) => {
    others.push(request.url ?? '')
    response.writeHead(500).end()
  })
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    const authority = request.url ?? ''
    tunnels.push(authority)
    authorizations.push(request.headers['proxy-authorization'])
    socket.on('error', () => undefined)
    if (silent) return void socket.on('end', () => socket.destroy()).resume()
    if (status !== 200) return void socket.end(`HTTP/1.1 ${status} no\r\ncontent-length: 2\r\n\r\nno`)
    const port = to ?? Number(authority.slice(authority.lastIndexOf(':') + 1))
    const target = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      target.pipe(socket).pipe(target)
    })
    target.on('error', () => socket.destroy())
    socket.on('close', () => target.destroy())
  })
  return { ...(await listen(server)), tunnels, authorizations, others }
}
