import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One request as the server saw it. */
export interface Arrival {
  readonly path: string
  /** By the monotonic clock of the test, in ms. */
  readonly at: number
  /** Requests under way, with this one. */
  readonly active: number
}

/** A server on loopback that writes down what comes, and when. */
export interface PoliteSite {
  url(path: string): string
  /** In their order; robots.txt too. */
  readonly arrivals: readonly Arrival[]
  close(): Promise<void>
}

export async function startPoliteSite(
  answer: (path: string, response: ServerResponse, request: IncomingMessage) => void,
): Promise<PoliteSite> {
  const arrivals: Arrival[] = []
  let active = 0
  const server = createServer((request, response) => {
    const path = request.url ?? '/'
    active++
    response.once('close', () => active--)
    arrivals.push({ path, at: performance.now(), active })
    answer(path, response, request)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: (path) => `http://127.0.0.1:${port}${path}`,
    arrivals,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

export function sendPage(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/html' }).end('<title>A page</title><p>Its text.')
}
