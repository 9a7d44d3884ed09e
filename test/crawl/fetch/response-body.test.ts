import { Buffer } from 'node:buffer'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { ByteCollector } from '../../../src/crawl/fetch/byte-collector.js'
import { failure, get } from './fetching.js'
import { eventually, startRaw, startSite } from './local-site.js'

const plain = Buffer.from('a page that is worth its bytes; '.repeat(2000))

function encodedSite(encoding: string | undefined, body: Buffer) {
  return startSite((_, response) => {
    response.writeHead(200, encoding === undefined ? {} : { 'content-encoding': encoding }).end(body)
  })
}

/** A site that says these bytes, promises more, and falls silent. */
function silentAfter(encoding: string | undefined, body: Buffer) {
  return startSite((_, response) => {
    const coding = encoding === undefined ? {} : { 'content-encoding': encoding }
    response.writeHead(200, { ...coding, 'content-length': 900_000 })
    response.write(body)
  })
}

describe('a body', () => {
  test.each([
    [undefined, plain],
    ['identity', plain],
    ['gzip', gzipSync(plain)],
    ['GZip', gzipSync(plain)],
    ['x-gzip', gzipSync(plain)],
    ['gzip', Buffer.concat([gzipSync(plain.subarray(0, 1000)), gzipSync(plain.subarray(1000))])],
    ['deflate', deflateSync(plain)],
    ['deflate', deflateRawSync(plain)],
    ['br', brotliCompressSync(plain)],
    ['gzip, br', brotliCompressSync(gzipSync(plain))],
    [`${'identity, '.repeat(100)}gzip`, gzipSync(plain)],
    [' deflate , identity,gzip, br', brotliCompressSync(gzipSync(deflateSync(plain)))],
  ])('with the content encoding %j is undone', async (encoding, body) => {
    const page = await get((await encodedSite(encoding, body)).origin)
    expect(Buffer.from(page.body).equals(plain)).toBe(true)
    expect(page.bytesReceived).toBe(body.byteLength)
  })

  test('waits for its turn before each part of it is kept', async () => {
    let turns = 0
    const site = await encodedSite(undefined, Buffer.concat([plain, plain, plain, plain]))
    const turn = async (): Promise<void> => {
      await new Promise(setImmediate)
      turns++
    }
    expect((await get(site.origin, { turn })).body.byteLength).toBe(4 * plain.byteLength)
    expect(turns).toBeGreaterThan(1)
  })

  test.each([1, 2, 7, 30_000])('in gzip may end in line breaks, in pieces of %i bytes', async (length) => {
    const body = Buffer.concat([gzipSync(Buffer.from('a page')), gzipSync(plain), Buffer.from('\r\n \t\n')])
    const site = await startSite(async (_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' })
      for (let at = 0; at < body.byteLength; at += length) {
        response.write(body.subarray(at, at + length))
        await new Promise((resolve) => setImmediate(resolve))
      }
      response.end()
    })
    const page = await get(site.origin)
    expect(Buffer.from(page.body).toString()).toBe(`a page${plain.toString()}`)
    expect(page.bytesReceived).toBe(body.byteLength)
  })

  test('in gzip is whole where the bytes of a blank stand in it, wherever they are parted', async () => {
    // Stored, not packed: each part of it ends in blanks.
    const blanks = Buffer.from('\n \t\r\n'.repeat(4000))
    const site = await encodedSite('gzip', gzipSync(blanks, { level: 0 }))
    expect(Buffer.from((await get(site.origin)).body).equals(blanks)).toBe(true)
  })

  test.each(['gzip', 'br', 'deflate'])(
    'of no bytes is empty, whatever its encoding (%s)',
    async (encoding) => {
      const page = await get((await encodedSite(encoding, Buffer.alloc(0))).origin)
      expect([page.body.byteLength, page.bytesReceived]).toEqual([0, 0])
    },
  )

  test.each([
    'compress',
    'br2',
    'gzip, compress',
    '__proto__',
    'gzip, gzip, gzip, gzip',
    Array(1000).fill('gzip').join(','),
  ])('with the content encoding %s is ENCODING_UNSUPPORTED', async (encoding) => {
    const error = await failure(get((await encodedSite(encoding, plain)).origin))
    expect([error.code, error.retryable]).toEqual(['ENCODING_UNSUPPORTED', false])
    expect(error.message.length).toBeLessThan(200)
  })

  test('with a transfer coding that is not undone is no page', async () => {
    const site = await startRaw((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: gzip\r\n\r\n')
        socket.end(gzipSync(plain))
      })
    })
    const error = await failure(get(site.origin))
    expect([error.code, error.message]).toEqual([
      'ENCODING_UNSUPPORTED',
      'the response has the unknown transfer encoding "gzip"',
    ])
  })

  test.each([
    ['gzip', plain],
    ['gzip', gzipSync(plain).subarray(0, 100)],
    ['gzip', Buffer.concat([gzipSync(plain).subarray(0, 100), Buffer.from('\n\n')])],
    ['gzip', Buffer.concat([gzipSync(plain), Buffer.from('and more')])],
    ['gzip', Buffer.concat([gzipSync(plain).subarray(0, 60), Buffer.alloc(200, 7)])],
    ['br', plain],
    ['br', brotliCompressSync(plain).subarray(0, 20)],
    ['deflate', Buffer.alloc(100, 255)],
    ['deflate', deflateSync(plain).subarray(0, 50)],
    ['gzip, br', brotliCompressSync(plain)],
  ])('that is not what its content encoding %s says is RESPONSE_CORRUPT', async (encoding, body) => {
    const error = await failure(get((await encodedSite(encoding, body)).origin))
    expect([error.code, error.retryable]).toEqual(['RESPONSE_CORRUPT', false])
  })

  test('whose connection is cut is FETCH_FAILED, not corrupt, encoded or not', async () => {
    const body = gzipSync(plain)
    const site = await startSite((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': body.byteLength })
      response.write(body.subarray(0, 50), () => response.destroy())
    })
    const error = await failure(get(site.origin))
    expect([error.code, error.retryable]).toEqual(['FETCH_FAILED', true])
  })
})

describe('the size of a body', () => {
  test('may be what is allowed, to the byte', async () => {
    const site = await encodedSite(undefined, plain)
    const size = plain.byteLength
    expect((await get(site.origin, { maxBytes: size, maxDecodedBytes: size })).body.byteLength).toBe(size)
    expect((await failure(get(site.origin, { maxBytes: size - 1 }))).facts).toEqual({ limit: size - 1 })
    expect((await failure(get(site.origin, { maxDecodedBytes: size - 1 }))).facts).toEqual({
      limit: size - 1,
    })
    const zipped = await encodedSite('gzip', gzipSync(plain))
    expect(
      (await get(zipped.origin, { maxBytes: gzipSync(plain).byteLength, maxDecodedBytes: size })).body
        .byteLength,
    ).toBe(size)
    expect((await failure(get(zipped.origin, { maxDecodedBytes: size - 1 }))).code).toBe('RESPONSE_TOO_LARGE')
  })

  test('is refused by what is announced, before it is read', async () => {
    let written = 0
    const site = await startSite((_, response) => {
      response.writeHead(200, { 'content-length': 10_000_000_000 })
      response.write('x', () => written++)
    })
    const error = await failure(get(site.origin))
    expect([error.code, error.retryable]).toEqual(['RESPONSE_TOO_LARGE', false])
    await eventually(() => site.open() === 0, 'the socket is closed')
    expect(written).toBeLessThanOrEqual(1)
  })

  test('is refused as it comes when it has no end', async () => {
    let sent = 0
    const site = await startSite((_, response) => {
      const block = Buffer.alloc(64 * 1024, 'x')
      const pour = (): void => {
        while (!response.destroyed && response.write(block)) sent += block.byteLength
      }
      response.on('drain', pour)
      pour()
    })
    expect((await failure(get(site.origin))).code).toBe('RESPONSE_TOO_LARGE')
    await eventually(() => site.open() === 0, 'the socket is closed')
    // What the sockets of both sides hold comes on top of what was read.
    expect(sent).toBeLessThan(20_000_000)
  })

  const zeros = Buffer.alloc(64_000_000)
  const gzipped = gzipSync(zeros)

  test.each([
    ['gzip', gzipped],
    ['deflate', deflateSync(zeros)],
    ['br', brotliCompressSync(zeros)],
    ['gzip, gzip', gzipSync(gzipped)],
  ])('is refused for a %s bomb, before it takes the memory', async (encoding, body) => {
    const site = await encodedSite(encoding, body)
    const before = process.memoryUsage().arrayBuffers
    const error = await failure(get(site.origin, { maxDecodedBytes: 1_000_000 }))
    expect([error.code, error.facts]).toEqual(['RESPONSE_TOO_LARGE', { limit: 1_000_000 }])
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16_000_000)
  })

  test('is refused for a stage in the middle too, where the last one makes it small again', async () => {
    // Nothing, ten thousand times: each of its members is twenty bytes, and all of them together are none.
    const nothing = Buffer.concat(Array<Buffer>(100_000).fill(gzipSync('')))
    const error = await failure(get((await encodedSite('gzip, gzip', gzipSync(nothing))).origin))
    expect(error.code).toBe('RESPONSE_TOO_LARGE')
  })

  test.each<[string, string | undefined, Buffer]>([
    ['as it is', undefined, Buffer.alloc(2000)],
    ['gzip', 'gzip', gzipSync(Buffer.alloc(500_000))],
    ['br', 'br', brotliCompressSync(Buffer.alloc(50_000_000))],
    ['deflate', 'deflate', deflateSync(Buffer.alloc(500_000))],
    ['gzip in gzip', 'gzip, gzip', gzipSync(gzipSync(Buffer.alloc(5_000_000)))],
  ])('is refused at once where the server falls silent after too much: %s', async (_, encoding, body) => {
    // In one piece, so that all that comes after it is waited for.
    const site = await silentAfter(encoding, body.subarray(0, -9))
    const error = await failure(get(site.origin, { maxDecodedBytes: 1000 }))
    expect([error.code, error.facts]).toEqual(['RESPONSE_TOO_LARGE', { limit: 1000 }])
    await eventually(() => site.open() === 0, 'the socket is closed')
  })

  test('is told to be corrupt at once where the server falls silent after that', async () => {
    const site = await silentAfter('gzip', plain.subarray(0, 1000))
    expect((await failure(get(site.origin))).code).toBe('RESPONSE_CORRUPT')
    await eventually(() => site.open() === 0, 'the socket is closed')
  })

  test('costs what it is, not what its chunks are: one byte at a time', async () => {
    const chunks = '1\r\nx\r\n'.repeat(200_000)
    const site = await startRaw((socket) =>
      socket.once('data', () =>
        socket.write(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`),
      ),
    )
    const page = await get(site.origin)
    expect([page.body.byteLength, page.bytesReceived]).toEqual([200_000, 200_000])
    expect(page.body.every((byte) => byte === 0x78)).toBe(true)
  })
})

describe('a collector of bytes', () => {
  test.each([[undefined], [0], [1], [10], [3_000_000], [1e12]])(
    'gives back what it got, whatever was expected (%s)',
    (expected) => {
      const collector = new ByteCollector(expected)
      const all = Buffer.from(Array.from({ length: 100_000 }, (_, i) => i % 251))
      for (let at = 0, step = 1; at < all.byteLength; at += step, step = (step * 7) % 5003)
        collector.add(all.subarray(at, at + step))
      expect(collector.size).toBe(100_000)
      expect(Buffer.from(collector.bytes()).equals(all)).toBe(true)
    },
  )

  test('of nothing is empty', () => {
    expect(new ByteCollector().bytes()).toHaveLength(0)
  })
})
