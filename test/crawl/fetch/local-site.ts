import { once } from 'node:events'
import { type IncomingMessage, type RequestListener, createServer } from 'node:http'
import { type AddressInfo, type Server, type Socket, createServer as createTcpServer } from 'node:net'
import { afterEach } from 'vitest'

/** A server on a loopback address, and what it saw. */
export interface LocalSite {
  readonly port: number
  readonly origin: string
  /** `GET /path` of each request, in order. */
  readonly requests: readonly string[]
  readonly received: readonly IncomingMessage[]
  /** How many connections were ever opened. */
  readonly connections: () => number
  /** How many are open now. */
  readonly open: () => number
}

const started: { server: Server; sockets: Set<Socket> }[] = []

afterEach(async () => {
  for (const { server, sockets } of started.splice(0)) {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
})

/** An HTTP server that ends with the test. */
export async function startSite(answer: RequestListener, host = '127.0.0.1'): Promise<LocalSite> {
  const requests: string[] = []
  const received: IncomingMessage[] = []
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`)
    received.push(request)
    answer(request, response)
  })
  return { ...(await listen(server, host)), requests, received }
}

/** A server that speaks whatever it likes; ends with the test. */
export async function startRaw(onSocket: (socket: Socket) => void, host = '127.0.0.1'): Promise<LocalSite> {
  const server = createTcpServer((socket) => {
    socket.on('error', () => undefined)
    onSocket(socket)
  })
  return { ...(await listen(server, host)), requests: [], received: [] }
}

/** Ends a server of any other kind with the test. */
export async function listen(
  server: Server,
  host = '127.0.0.1',
): Promise<Pick<LocalSite, 'port' | 'origin' | 'connections' | 'open'>> {
  const sockets = new Set<Socket>()
  let connections = 0
  server.on('connection', (socket) => {
    connections++
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  started.push({ server, sockets })
  server.listen(0, host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    origin: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    connections: () => connections,
    open: () => sockets.size,
  }
}

/** Waits for what must become true soon. */
export async function eventually(isTrue: () => boolean, what: string, withinMs = 5000): Promise<void> {
  const deadline = performance.now() + withinMs
  while (!isTrue()) {
    if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
