import type { Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { eventually, startRaw } from '../fetch/local-site.js'
import { crawlStage } from './crawl-stage.js'

const page = `<title>Well</title><p>${'A page that is as it should be. '.repeat(20)}</p>`
const ok = 'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n'
const bomb = gzipSync(Buffer.alloc(5_000_000))

type Server = (socket: Socket) => void

const says =
  (...parts: readonly (string | Buffer)[]): Server =>
  (socket) => {
    for (const part of parts) socket.write(part)
  }
const saysAndEnds =
  (...parts: readonly (string | Buffer)[]): Server =>
  (socket) => {
    says(...parts)(socket)
    socket.end()
  }

/** Says the same for ever, as fast as it is read. */
const repeats =
  (start: string, text: string): Server =>
  (socket) => {
    const chunk = text.repeat(Math.ceil(65_536 / text.length))
    const flow = (): void => {
      while (!socket.destroyed && socket.write(chunk)) continue
    }
    socket.write(start)
    socket.on('drain', flow)
    flow()
  }

/** What a server does with a request, and what becomes of the url: a code, or the page. */
const servers: Readonly<Record<string, readonly [server: Server, outcome: string]>> = {
  'is well': [says(`${ok}Content-Length: ${page.length}\r\n\r\n${page}`), 'Well'],
  'hints first': [
    says(`HTTP/1.1 103 Early\r\n\r\n${ok}Content-Length: ${page.length}\r\n\r\n${page}`),
    'Well',
  ],
  'hints a few times': [
    says('HTTP/1.1 102 Processing\r\n\r\n'.repeat(100), `${ok}Content-Length: ${page.length}\r\n\r\n${page}`),
    'Well',
  ],
  'never answers': [() => undefined, 'TIMEOUT'],
  'ends at once': [saysAndEnds(), 'FETCH_FAILED'],
  resets: [(socket) => socket.resetAndDestroy(), 'FETCH_FAILED'],
  'stops in its headers': [says('HTTP/1.1 200 OK\r\nContent-Ty'), 'TIMEOUT'],
  'has endless headers': [repeats('HTTP/1.1 200 OK\r\n', 'X-A: b\r\n'), 'RESPONSE_TOO_LARGE'],
  'has one endless header': [repeats('HTTP/1.1 200 OK\r\nX-A: ', 'b'), 'RESPONSE_TOO_LARGE'],
  'says wait for ever': [repeats('', 'HTTP/1.1 102 Processing\r\n\r\n'), 'FETCH_FAILED'],
  'changes the protocol': [
    says('HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\nx'),
    'FETCH_FAILED',
  ],
  'speaks another protocol': [saysAndEnds('SSH-2.0-OpenSSH_9.9\r\n'), 'FETCH_FAILED'],
  'speaks HTTP/0.9': [saysAndEnds(page), 'FETCH_FAILED'],
  'has the status 000': [saysAndEnds('HTTP/1.1 000 None\r\n\r\n'), 'FETCH_FAILED'],
  'says two lengths': [saysAndEnds(`${ok}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`), 'FETCH_FAILED'],
  'says length and chunks': [
    saysAndEnds(`${ok}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`),
    'FETCH_FAILED',
  ],
  'breaks off': [saysAndEnds(`${ok}Content-Length: 1000\r\n\r\nabc`), 'FETCH_FAILED'],
  'has a broken chunk': [saysAndEnds(`${ok}Transfer-Encoding: chunked\r\n\r\nzz\r\nabc`), 'FETCH_FAILED'],
  'ends without a last chunk': [
    saysAndEnds(`${ok}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n`),
    'FETCH_FAILED',
  ],
  'falls silent': [says(`${ok}\r\nabc`), 'RESPONSE_IDLE'],
  'has no end': [repeats(`${ok}\r\n`, '<p>x'), 'RESPONSE_TOO_LARGE'],
  'has chunks of one byte for ever': [
    repeats(`${ok}Transfer-Encoding: chunked\r\n\r\n`, '1\r\na\r\n'),
    'RESPONSE_TOO_LARGE',
  ],
  'has endless trailers': [
    repeats(`${ok}Transfer-Encoding: chunked\r\n\r\n0\r\n`, 'X-A: b\r\n'),
    'RESPONSE_TOO_LARGE',
  ],
  'sends a bomb': [saysAndEnds(`${ok}Content-Encoding: gzip\r\n\r\n`, bomb), 'RESPONSE_TOO_LARGE'],
  'wraps a bomb': [
    saysAndEnds(`${ok}Content-Encoding: gzip, gzip\r\n\r\n`, gzipSync(bomb)),
    'RESPONSE_TOO_LARGE',
  ],
  'lies about its encoding': [saysAndEnds(`${ok}Content-Encoding: br\r\n\r\n${page}`), 'RESPONSE_CORRUPT'],
  'leads to a file': [saysAndEnds('HTTP/1.1 302 F\r\nLocation: file:///etc/passwd\r\n\r\n'), 'URL_SCHEME'],
  'leads to a password': [
    saysAndEnds('HTTP/1.1 302 F\r\nLocation: http://user:hunter2@127.0.0.1/\r\n\r\n'),
    'URL_CREDENTIALS',
  ],
  'sets a cookie': [
    says(`${ok}Set-Cookie: hunter2\r\nContent-Length: ${page.length}\r\n\r\n${page}`),
    'Well',
  ],
}

describe('a batch of hostile servers', () => {
  test('has for each url its page or why there is none, and leaves no socket and no secret', async () => {
    const names = Object.keys(servers)
    const site = await startRaw((socket) => {
      socket.on('data', (request) => {
        const at = Number(/^GET \/(\d+) /.exec(request.toString())?.[1])
        servers[names[at] ?? '']?.[0](socket)
      })
    })
    const stage = crawlStage({
      crawl: {
        maxConcurrency: 30,
        pageTimeoutMs: 5_000,
        idleTimeoutMs: 1_500,
        maxBytes: 500_000,
        maxDecodedBytes: 1_000_000,
      },
    })
    const result = await stage.batch(
      names.map((_, at) => `${site.origin}/${at}`),
      { cacheMode: 'bypass' },
    )
    const outcomes = result.results.map(({ error, document }) => error?.code ?? document?.title)
    expect(Object.fromEntries(names.map((name, at) => [name, outcomes[at]]))).toEqual(
      Object.fromEntries(Object.entries(servers).map(([name, [, outcome]]) => [name, outcome])),
    )
    expect(JSON.stringify(result)).not.toContain('hunter2')
    await stage.jobs.close()
    await eventually(() => site.open() === 0, 'the sockets are closed')
  }, 30_000)
})
