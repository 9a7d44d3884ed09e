import { brotliCompressSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { RobotsBody, mostRobotsBytes, robotsTextOf } from '../../../src/crawl/fetch/robots-body.js'
import { codes, siteOf, stageOf } from '../jobs/closing-stage.js'
import { type Route, answer, html } from '../jobs/site.js'

const opened = 'User-agent: *\nDisallow: /x\n'
/** Rules, and as many lines as make them so many bytes with the last one. */
const filled = (bytes: number, last = ''): string => {
  const line = `# ${'-'.repeat(97)}\n`
  const left = bytes - opened.length - last.length
  return (
    `${opened}${line.repeat(Math.floor(left / 100))}${'#'.repeat(left % 100)}\n`.slice(
      0,
      bytes - last.length,
    ) + last
  )
}
const plain = { 'content-type': 'text/plain' }
/** More than a page may have, of which a robots.txt is read all the same. */
const crawl = { respectRobots: true, maxBytes: 100_000, maxDecodedBytes: 100_000, urlRetries: 0 }
const paths = ['/x', '/y']
const pages = { '/x': html('x'), '/y': html('y') }

async function codesWith(robots: Route, more: object = {}): Promise<readonly string[]> {
  const site = await siteOf({ ...pages, '/robots.txt': robots })
  return codes(await stageOf({ crawl: { ...crawl, ...more } }).batch(paths.map(site.url)))
}

describe('a robots.txt that is larger than counts', () => {
  const large = Buffer.from(filled(3_000_000))

  test.each<[string, Route]>([
    ['as it is', answer(200, plain, large)],
    ['gzip', answer(200, { ...plain, 'content-encoding': 'gzip' }, gzipSync(large))],
    ['br', answer(200, { ...plain, 'content-encoding': 'br' }, brotliCompressSync(large))],
    ['gzip in gzip', answer(200, { ...plain, 'content-encoding': 'gzip, gzip' }, gzipSync(gzipSync(large)))],
  ])('is read as far as it counts: %s', async (_, robots) => {
    expect(await codesWith(robots)).toEqual(['ROBOTS_FORBIDDEN', 'ok'])
  })

  test('is not received to its end, however long it says that it is', async () => {
    let sent = 0
    let isClosed = false
    const endless: Route = (_request, response) => {
      response.writeHead(200, { ...plain, 'content-length': 10_000_000_000 })
      response.on('close', () => (isClosed = true))
      response.write(opened)
      const chunk = Buffer.alloc(64 * 1024, '#\n')
      const pour = (): void => {
        while (!response.destroyed && response.write(chunk)) sent += chunk.byteLength
      }
      response.on('drain', pour)
      pour()
    }
    expect(await codesWith(endless)).toEqual(['ROBOTS_FORBIDDEN', 'ok'])
    await expect.poll(() => isClosed).toBe(true)
    // What the sockets of both sides hold comes on top of what was read.
    expect(sent).toBeLessThan(20_000_000)
  })

  test('ends with its time where it comes slowly, and then forbids', async () => {
    const drip: Route = (_request, response) => {
      response.writeHead(200, { ...plain, 'content-length': 10_000_000_000 }).write(opened)
      const timer = setInterval(() => response.write('#\n'), 10)
      response.on('close', () => clearInterval(timer))
    }
    expect(await codesWith(drip, { pageTimeoutMs: 600 })).toEqual(['ROBOTS_FORBIDDEN', 'ROBOTS_FORBIDDEN'])
  })

  test('is given up where it unpacks to nothing without end', async () => {
    // Each of its members is twenty bytes, and all of them together are none.
    const nothing = Buffer.concat(Array<Buffer>(200_000).fill(gzipSync('')))
    const robots = answer(200, { ...plain, 'content-encoding': 'gzip, gzip' }, gzipSync(nothing))
    expect(await codesWith(robots)).toEqual(['ROBOTS_FORBIDDEN', 'ROBOTS_FORBIDDEN'])
  })
})

test.each([404, 403])('a long page that says that there is no robots.txt is none (%i)', async (status) => {
  const body = Buffer.alloc(3_000_000, 'x')
  expect(await codesWith(answer(status, plain, body))).toEqual(['ok', 'ok'])
})

test('a page that says in time that there is no robots.txt, and has no end, is none', async () => {
  const stalled: Route = (_request, response) => void response.writeHead(404, plain).write('no')
  expect(await codesWith(stalled, { pageTimeoutMs: 10_000 })).toEqual(['ok', 'ok'])
})

describe('the text of a robots.txt', () => {
  const rule = 'Allow: /longer'

  test.each([
    ['whole where it fits to the byte', filled(mostRobotsBytes, rule), true],
    ['whole where the last line fits to the byte', `${filled(mostRobotsBytes, rule)}\nAllow: /`, true],
    ['whole where that ends in a return', `${filled(mostRobotsBytes, rule)}\r\nAllow: /`, true],
    ['without a line that is cut', `${filled(mostRobotsBytes, rule)}/than/this\n`, false],
  ])('is %s', (_, text, hasRule) => {
    expect(robotsTextOf(Buffer.from(text)).endsWith(rule)).toBe(hasRule)
  })

  test('is cut by its bytes at whole lines, of whatever script they are', () => {
    const text = `${opened}${'Disallow: /\u65e5\u672c\n'.repeat(60_000)}`
    const cut = robotsTextOf(Buffer.from(text))
    expect(Buffer.byteLength(cut)).toBeGreaterThan(mostRobotsBytes - 100)
    expect(text.startsWith(`${cut}\n`)).toBe(true)
  })

  test('is none where it is one line without end', () => {
    expect(robotsTextOf(Buffer.alloc(mostRobotsBytes + 1, '#'))).toBe('')
  })

  test('is the same from what was taken of it as it came', async () => {
    const all = Buffer.from(filled(mostRobotsBytes + 5000))
    const body = new RobotsBody()
    let given = 0
    await body.read(
      (async function* () {
        for (let at = 0; at < all.byteLength; at += 7919) {
          given = at
          yield await Promise.resolve(all.subarray(at, at + 7919))
        }
      })(),
    )
    expect(body.bytes().byteLength).toBe(mostRobotsBytes + 1)
    expect(given).toBeLessThan(mostRobotsBytes + 1)
    expect(robotsTextOf(body.bytes())).toBe(robotsTextOf(all))
  })
})
