import { readFileSync, readdirSync } from 'node:fs'
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createGzip, gunzipSync, gzipSync } from 'node:zlib'

/** A server on a free port of loopback. */
export interface TestServer {
  readonly origin: string
  stop(): Promise<void>
}

export async function serve(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<TestServer> {
  const server: Server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    stop() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

/** The pages to crawl: those of the folder PAGES_DIR (`*.html.gz`), else a hundred of our own. */
export function testPages(): ReadonlyMap<string, Buffer> {
  const folder = process.env['PAGES_DIR']
  if (folder === undefined || folder === '') return ownPages(100)
  const names = readdirSync(folder).filter((name) => name.endsWith('.html.gz'))
  if (names.length === 0) throw new Error(`PAGES_DIR (${folder}) holds no *.html.gz`)
  return new Map(
    names.map((name) => [name.replace('.html.gz', ''), gunzipSync(readFileSync(join(folder, name)))]),
  )
}

function ownPages(count: number): ReadonlyMap<string, Buffer> {
  const pages = new Map<string, Buffer>()
  for (let i = 0; i < count; i++) {
    const paragraphs = Array.from(
      { length: 5 },
      (_, n) => `<p>Paragraph ${n} of page number ${i}, with some words, a comma or two, and an end.</p>`,
    )
    const html = `<!doctype html><html lang="en"><head><title>Page ${i}</title></head><body><nav><a href="/">Home</a></nav>
<article><h1>Page ${i}</h1>${paragraphs.join('\n')}<a href="/page/${i + 1}">next</a></article></body></html>`
    pages.set(`page-${i}`, Buffer.from(html))
  }
  return pages
}

/**
 * Serves them, gzipped, under /ID. Every other request waits for the one after it, until each page was asked for once: so
 * answers come in another order than requests, and who crawls must ask for two at a time.
 */
export function servePages(pages: ReadonlyMap<string, Buffer>): Promise<TestServer> {
  const packed = new Map([...pages].map(([id, body]) => [`/${id}`, gzipSync(body, { level: 1 })]))
  let asked = 0
  let held: (() => void) | undefined
  return serve((request, response) => {
    const body = packed.get(request.url ?? '')
    if (!body) return void response.writeHead(404).end()
    const answer = (): void => {
      response.writeHead(200, { 'content-type': 'text/html', 'content-encoding': 'gzip' }).end(body)
    }
    asked++
    if (!held && asked < packed.size) return void (held = answer)
    answer()
    held?.()
    held = undefined
  })
}

/** Three servers in one that mean no good: a byte now and then, a body without an end, a gzip bomb. */
export function serveHostility(): Promise<TestServer> {
  return serve((request, response) => {
    if (request.url === '/robots.txt') return void response.writeHead(404).end()
    response.on('error', () => undefined)
    if (request.url === '/drip') return drip(response)
    if (request.url === '/endless') return endless(response)
    return bomb(response)
  })
}

function drip(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/html' })
  const timer = setInterval(() => response.write(' '), 20)
  response.on('close', () => clearInterval(timer))
}

function endless(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/html' })
  const chunk = Buffer.alloc(65_536, 'a ')
  const more = (): void => {
    while (!response.destroyed && response.write(chunk));
  }
  response.on('drain', more)
  more()
}

function bomb(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/html', 'content-encoding': 'gzip' })
  const gzip = createGzip()
  gzip.on('error', () => undefined)
  gzip.pipe(response)
  const zeros = Buffer.alloc(2 ** 20)
  let left = 200
  const more = (): void => {
    while (left-- > 0 && !gzip.destroyed) if (!gzip.write(zeros)) return void gzip.once('drain', more)
    gzip.end()
  }
  response.on('close', () => gzip.destroy())
  more()
}
