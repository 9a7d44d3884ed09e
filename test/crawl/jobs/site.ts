import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'

export type Route = (request: IncomingMessage, response: ServerResponse) => void

/** A server on loopback that counts what it is asked for. */
export interface Site {
  url(path: string): string
  /** Requests for a path; of all paths but robots.txt without one. */
  hits(path?: string): number
  /** Sockets that are open now. */
  sockets(): Promise<number>
  close(): Promise<void>
}

export async function startSite(routes: Readonly<Record<string, Route>>): Promise<Site> {
  const hits = new Map<string, number>()
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
    hits.set(path, (hits.get(path) ?? 0) + 1)
    const route = routes[path]
    if (route) route(request, response)
    else response.writeHead(404, { 'content-type': 'text/html' }).end('<p>nothing here')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: (path) => `http://127.0.0.1:${port}${path}`,
    hits: (path) =>
      path
        ? (hits.get(path) ?? 0)
        : [...hits].reduce((sum, [at, n]) => (at === '/robots.txt' ? sum : sum + n), 0),
    sockets: () =>
      new Promise((resolve, reject) =>
        server.getConnections((error, n) => (error ? reject(error) : resolve(n))),
      ),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

export const html = (body: string, headers: Record<string, string> = {}): Route => {
  const page = `<!doctype html><html><head><title>${body}</title></head><body><main><h1>${body}</h1><p>The text of ${body}, which is long enough to be read.</p></main></body></html>`
  return (_request, response) =>
    void response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...headers }).end(page)
}

export const answer =
  (status: number, headers: Record<string, string> = {}, body: string | Buffer = ''): Route =>
  (_request, response) =>
    void response.writeHead(status, headers).end(body)

/** A byte now and then, for ever: no silence is ever long. */
export const drip: Route = (_request, response) => {
  response.writeHead(200, { 'content-type': 'text/html' })
  const timer = setInterval(() => response.write('x'), 10)
  response.on('close', () => clearInterval(timer))
}

/** Begins, and then says nothing more. */
export const stall: Route = (_request, response) => {
  response.writeHead(200, { 'content-type': 'text/html' }).write('<p>once')
}

/** Never answers. */
export const silence: Route = () => undefined

/** A body without end, as fast as it is taken. */
export const endless: Route = (_request, response) => {
  response.writeHead(200, { 'content-type': 'text/html' })
  const chunk = Buffer.alloc(16_384, 'x')
  const pour = (): void => {
    while (!response.destroyed && response.write(chunk));
  }
  response.on('drain', pour)
  pour()
}

const bombBody = gzipSync(Buffer.alloc(30_000_000))

/** Thirty thousand bytes that decompress into thirty million. */
export const bomb: Route = answer(200, { 'content-type': 'text/html', 'content-encoding': 'gzip' }, bombBody)
