import type { Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:https'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { nextTurn, systemClock } from '../../src/core/clock.js'
import { type CrawlOptions, resolveCrawlOptions } from '../../src/crawl/options.js'
import { type Sender, createSender } from '../../src/crawl/sender.js'
import { failure, lookupOf } from '../crawl/fetch/fetching.js'
import { eventually, listen, startRaw, startSite } from '../crawl/fetch/local-site.js'
import { selfSigned } from '../crawl/fetch/self-signed.js'

const opened: Sender[] = []

afterEach(async () => {
  for (const sender of opened.splice(0)) await sender.close()
})

function sender(crawl: CrawlOptions = { allowPrivateNetwork: true }, timeoutMs = 20_000): Sender {
  const made = createSender({ options: resolveCrawlOptions(crawl), timeoutMs, clock: systemClock })
  opened.push(made)
  return made
}

function post(to: Sender, url: string, body = '{"type":"job.completed"}'): ReturnType<Sender['post']> {
  const headers = { 'content-type': 'application/json', 'webhook-id': 'x' }
  return to.post({ url, headers, body, signal: new AbortController().signal })
}

const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n'

describe('what is sent', () => {
  test('is a POST of exactly the body, without cookies and with no address but its own', async () => {
    const bodies: Buffer[] = []
    const site = await startSite((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        bodies.push(Buffer.concat(chunks))
        response.writeHead(204, { 'set-cookie': 'a=b' }).end()
      })
    })
    const to = sender()
    const body = '{"a":"ü\u2028😀"}'
    for (let i = 0; i < 2; i++) {
      expect(await post(to, `${site.origin}/hooks?token=1#part`, body)).toEqual({
        status: 204,
        retryAfterMs: undefined,
      })
      await nextTurn(systemClock)
    }
    expect(site.requests).toEqual(['POST /hooks?token=1', 'POST /hooks?token=1'])
    expect(bodies.map((bytes) => bytes.toString())).toEqual([body, body])
    expect(site.received[1]?.headers).toMatchObject({
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      'webhook-id': 'x',
      'accept-encoding': 'identity',
      host: new URL(site.origin).host,
    })
    expect(site.received[1]?.headers['user-agent']).toMatch(/^riptide-workers\/\d/)
    expect(site.received[1]?.headers).not.toHaveProperty('cookie')
    expect(site.connections()).toBe(1)
  })

  test('goes out once more when the connection was given up in between', async () => {
    let answered = 0
    const site = await startRaw((socket) => {
      let seen = ''
      socket.on('data', (chunk) => {
        seen += String(chunk)
        if (!seen.endsWith('{}')) return
        seen = ''
        if (++answered === 2) return void socket.destroy()
        socket.write('HTTP/1.1 204 No Content\r\n\r\n')
      })
    })
    const to = sender()
    await post(to, site.origin, '{}')
    await nextTurn(systemClock)
    expect(await post(to, site.origin, '{}')).toMatchObject({ status: 204 })
    expect(answered).toBe(3)
  })
})

describe('an answer', () => {
  test.each([
    ['30', 30_000],
    ['0', 0],
    ['soon', undefined],
  ])('with Retry-After %s', async (value, retryAfterMs) => {
    const site = await startSite((_, response) => response.writeHead(429, { 'retry-after': value }).end())
    expect(await post(sender(), site.origin)).toEqual({ status: 429, retryAfterMs })
  })

  test.each([301, 302, 303, 307, 308])('that redirects with %i is not followed', async (status) => {
    const target = await startSite((_, response) => response.end())
    const location = status === 301 ? 'http://169.254.169.254/latest' : `${target.origin}/`
    const site = await startSite((_, response) => response.writeHead(status, { location }).end())
    expect(await post(sender(), site.origin)).toMatchObject({ status })
    expect(target.requests).toEqual([])
  })

  test('of 500 and more is an answer', async () => {
    const site = await startSite((_, response) => response.writeHead(500).end('no'))
    expect(await post(sender(), site.origin)).toMatchObject({ status: 500 })
  })
})

describe('the body of an answer', () => {
  const says =
    (text: string | Buffer) =>
    (socket: Socket): void =>
      void socket.resume().write(text)

  test('that never ends is cut off', async () => {
    let sent = 0
    const chunk = 'x'.repeat(16_384)
    const site = await startRaw((socket) => {
      socket.write(`${head}\r\n`)
      const flow = (): void => {
        while (!socket.destroyed && socket.write(chunk)) sent += chunk.length
      }
      socket.on('drain', flow)
      socket.once('data', flow)
    })
    expect(await post(sender(), site.origin)).toMatchObject({ status: 200 })
    await eventually(() => site.open() === 0, 'its connection is closed')
    // What lies in the buffers of the system comes on top of the 64 KiB.
    expect(sent).toBeLessThan(20_000_000)
  })

  test('of ten gigabytes, as it says, is cut off', async () => {
    const site = await startRaw(says(`${head}Content-Length: 10000000000\r\n\r\n${'x'.repeat(100_000)}`))
    expect(await post(sender(), site.origin)).toMatchObject({ status: 200 })
    await eventually(() => site.open() === 0, 'its connection is closed')
  })

  test('that is a bomb is not unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000))
    const site = await startRaw((socket) => {
      socket.write(`${head}Content-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n\r\n`)
      socket.write(bomb)
    })
    expect(await post(sender(), site.origin)).toMatchObject({ status: 200 })
  })

  test.each([
    ['never comes', `${head}Content-Length: 10\r\n\r\n`],
    ['breaks off in a chunk', `${head}Transfer-Encoding: chunked\r\n\r\n5\r\nab`],
    ['is no chunk', `${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n`],
  ])('that %s changes nothing', async (_, text) => {
    const site = await startRaw(says(text))
    expect(await post(sender(), site.origin)).toMatchObject({ status: 200 })
    await eventually(() => site.open() === 0, 'its connection is closed')
  })

  test('that comes byte by byte is not waited for', async () => {
    const site = await startRaw((socket) => {
      socket.write(`${head}Content-Length: 1000\r\n\r\n`)
      const timer = setInterval(() => socket.write('x'), 50)
      socket.once('close', () => clearInterval(timer))
    })
    const begin = performance.now()
    expect(await post(sender(), site.origin)).toMatchObject({ status: 200 })
    expect(performance.now() - begin).toBeLessThan(5_000)
    await eventually(() => site.open() === 0, 'its connection is closed')
  })
})

describe('no answer', () => {
  const servers: Readonly<Record<string, readonly [(socket: Socket) => void, string]>> = {
    'hangs is TIMEOUT': [() => undefined, 'TIMEOUT'],
    'stops in its head is TIMEOUT': [(socket) => void socket.write('HTTP/1.1 200 OK\r\nA: '), 'TIMEOUT'],
    'says wait for ever is TIMEOUT': [
      (socket) => void socket.write('HTTP/1.1 102 Processing\r\n\r\n'.repeat(10)),
      'TIMEOUT',
    ],
    'resets is FETCH_FAILED': [(socket) => socket.resetAndDestroy(), 'FETCH_FAILED'],
    'ends at once is FETCH_FAILED': [(socket) => void socket.end(), 'FETCH_FAILED'],
    'speaks another protocol is FETCH_FAILED': [(socket) => void socket.end('SSH-2.0\r\n'), 'FETCH_FAILED'],
  }

  test.each(Object.keys(servers))('of a server that %s', async (name) => {
    const [server, code] = servers[name]!
    const site = await startRaw((socket) => {
      socket.once('data', () => server(socket))
    })
    expect((await failure(post(sender(undefined, 300), site.origin))).code).toBe(code)
    await eventually(() => site.open() === 0, 'its connection is closed')
  })

  test('of a port where nobody listens is CONNECT_FAILED', async () => {
    expect((await failure(post(sender(), 'http://127.0.0.1:1/'))).code).toBe('CONNECT_FAILED')
  })

  test('of a name that is not known is DNS_FAILED', async () => {
    expect((await failure(post(sender(), 'http://nobody.invalid/'))).code).toBe('DNS_FAILED')
  })

  test('of a certificate that nobody vouches for is TLS_FAILED', async () => {
    const server = createTlsServer(selfSigned(Date.now()), (_, response) => response.end())
    const { port } = await listen(server)
    expect((await failure(post(sender(), `https://localhost:${port}/`))).code).toBe('TLS_FAILED')
  })

  test('ends with the signal', async () => {
    const site = await startRaw((socket) => void socket.resume())
    const abort = new AbortController()
    const posting = sender().post({ url: site.origin, headers: {}, body: '{}', signal: abort.signal })
    await eventually(() => site.connections() === 1, 'it is connected')
    abort.abort()
    expect((await failure(posting)).code).toBe('ABORTED')
    await eventually(() => site.open() === 0, 'its connection is closed')
  })

  test('ends with the sender, which sends again later', async () => {
    const site = await startSite((request, response) => void (request.url === '/now' && response.end()))
    const to = sender()
    const posting = failure(post(to, `${site.origin}/never`))
    await eventually(() => site.requests.length === 1, 'it has come')
    await to.close()
    expect((await posting).code).toBe('SHUTDOWN')
    expect(await post(to, `${site.origin}/now`)).toMatchObject({ status: 200 })
  })
})

describe('without leave of the app', () => {
  test('nothing is dialled that is not public', async () => {
    const sink = await startRaw(() => undefined)
    const to = sender({ allowedPorts: [sink.port, 80] })
    const urls = ['127.0.0.1', '127.1', '2130706433', '0x7f000001', '[::ffff:127.0.0.1]', 'localhost'].map(
      (host) => `http://${host}:${sink.port}/`,
    )
    for (const url of [...urls, 'http://169.254.169.254/', 'http://[fd00:ec2::254]/'])
      expect((await failure(post(to, url))).code).toBe('URL_BLOCKED')
    expect(sink.connections()).toBe(0)
  })

  test('a name that turns to loopback is not dialled the second time either', async () => {
    const sink = await startRaw(() => undefined)
    const { lookup, asked } = lookupOf(['127.0.0.1'], ['1.1.1.1', '127.0.0.1'], ['::1'], ['169.254.169.254'])
    const to = sender({ allowedPorts: [sink.port], lookup })
    for (let i = 0; i < 4; i++)
      expect((await failure(post(to, `http://app.example:${sink.port}/`))).code).toBe('URL_BLOCKED')
    expect(asked).toHaveLength(4)
    expect(sink.connections()).toBe(0)
  })

  test('one opened origin is reached, and no other', async () => {
    const site = await startSite((_, response) => response.end())
    const other = await startSite((_, response) => response.end())
    const to = sender({ allowPrivateNetwork: [site.origin] })
    expect(await post(to, `${site.origin}/x`)).toMatchObject({ status: 200 })
    expect((await failure(post(to, `${other.origin}/x`))).code).toBe('URL_BLOCKED')
    expect(other.connections()).toBe(0)
  })
})

test('a server that answers before it has read all does not fail the delivery', async () => {
  const site = await startRaw((socket) => {
    socket.once('data', () => {
      socket.pause()
      socket.end('HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n')
    })
  })
  expect(await post(sender(), site.origin, 'x'.repeat(100_000))).toMatchObject({ status: 204 })
})
