import { describe, expect, test } from 'vitest'
import type { Deadline } from '../../../src/crawl/deadline.js'
import type { HopResponse } from '../../../src/crawl/fetch/fetch-page.js'
import { FakeClock } from '../../../src/testing/fake-clock.js'
import { failure, get } from './fetching.js'
import { startRaw, startSite } from './local-site.js'

/** Writes down how each request began and ended. */
function hops() {
  const said: (string | number)[] = []
  const ends: (HopResponse | undefined)[] = []
  const onHop = (url: string) => {
    said.push(`to ${new URL(url).pathname}`)
    return (response: HopResponse | undefined): void => {
      ends.push(response)
      said.push(response?.status ?? 'nothing')
    }
  }
  return { said, ends, onHop }
}

describe('a hop', () => {
  test('is over when its body is in, and before the next one begins', async () => {
    const site = await startSite((request, response) => {
      if (request.url === '/') return response.writeHead(302, { location: '/next' }).end('moved')
      return response.writeHead(200, { 'retry-after': '7' }).end('here')
    })
    const { said, ends, onHop } = hops()
    await get(site.origin, { onHop })
    expect(said).toEqual(['to /', 302, 'to /next', 200])
    expect(ends[1]?.headers['retry-after']).toBe('7')
    for (const end of ends) expect(end?.latencyMs).toBeGreaterThan(0)
  })

  test.each([
    ['no connection', 'http://127.0.0.1:1/', 'nothing'],
    ['no answer', '', 'nothing'],
    ['half a body', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc', 200],
  ])('is over once where there is %s', async (_, bytes, end) => {
    const url = bytes.startsWith('http:') ? bytes : (await startRaw((socket) => socket.end(bytes))).origin
    const { said, onHop } = hops()
    await failure(get(url, { onHop }))
    expect(said).toEqual(['to /', end])
  })

  test('is over when its fetch is aborted', async () => {
    const site = await startSite(() => undefined)
    const controller = new AbortController()
    const { said, onHop } = hops()
    const fetching = failure(get(site.origin, { onHop, signal: controller.signal }))
    controller.abort()
    await fetching
    await new Promise((resolve) => setImmediate(resolve))
    expect(said.filter((word) => word === 'nothing').length).toBe(said.length / 2)
  })

  test('may wait for longer than the time limit, which it pauses with that of the caller', async () => {
    const site = await startSite((_, response) => response.end('here'))
    const clock = new FakeClock()
    const said: string[] = []
    const deadline: Deadline = { pause: () => (said.push('pause'), () => void said.push('go on')) }
    const onHop = async (_: string, __: AbortSignal, own: Deadline): Promise<undefined> => {
      const resume = own.pause()
      await clock.advance(400)
      resume()
    }
    const page = await get(site.origin, { onHop, deadline, clock, totalTimeoutMs: 300 })
    expect([page.status, said]).toEqual([200, ['pause', 'go on']])
  })
})
