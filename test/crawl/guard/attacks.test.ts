import { describe, expect, test } from 'vitest'
import type { Sender } from '../../../src/crawl/sender.js'
import { createSender } from '../../../src/crawl/sender.js'
import { systemClock } from '../../../src/core/clock.js'
import { resolveCrawlOptions } from '../../../src/crawl/options.js'
import { failure } from '../fetch/fetching.js'
import { startSite } from '../fetch/local-site.js'
import { stageOf } from '../jobs/closing-stage.js'
import { pdfStage } from '../pdf/pdf-stage.js'
import { openDoor, settings, startSink } from './guard-stage.js'
import { hostileUrls, lookup, names, refusals } from './hostile-urls.js'

describe('nothing on this machine is reached', () => {
  test('by the urls of a batch', async () => {
    const [door, sink] = [await openDoor(), await startSink()]
    const urls = hostileUrls(sink.port)
    const { results } = await stageOf({ crawl: settings(door, sink) }).batch(urls)
    for (const { url, error } of results)
      expect([url, refusals]).toEqual([url, expect.arrayContaining([error?.code])])
    expect(sink.connections()).toBe(0)
  })

  test('by the url of a single crawl, or of a PDF', async () => {
    const [door, sink] = [await openDoor(), await startSink()]
    const [pages, pdfs] = [stageOf({ crawl: settings(door, sink) }), pdfStage(settings(door, sink))]
    for (const url of hostileUrls(sink.port)) {
      expect(refusals).toContain((await failure(pages.single(url))).code)
      expect(refusals).toContain((await failure(pdfs.run({ url }))).code)
    }
    await pdfs.close()
    expect(sink.connections()).toBe(0)
  })

  test('by where a server redirects to', async () => {
    const [door, sink] = [await openDoor(), await startSink()]
    const urls = hostileUrls(sink.port).map((target) => `${door.origin}/${encodeURIComponent(target)}`)
    const { results } = await stageOf({ crawl: settings(door, sink) }).batch(urls)
    const followed = results.filter(({ status }) => status === 200)
    expect(followed).toEqual([])
    expect(sink.connections()).toBe(0)
    expect(door.requests.length).toBeGreaterThan(100)
  })

  test('by where a robots.txt redirects to', async () => {
    const sink = await startSink()
    for (const target of hostileUrls(sink.port).filter((url) => !/[\t\n]/.test(url))) {
      const door = await startSite((request, response) => {
        const location = Buffer.from(target).toString('latin1')
        if (request.url === '/robots.txt') response.writeHead(302, { location }).end()
        else response.writeHead(200, { 'content-type': 'text/html' }).end('<p>page')
      })
      const crawl = { ...settings(door, sink), respectRobots: true }
      await stageOf({ crawl }).batch([`${door.origin}/page`])
    }
    expect(sink.connections()).toBe(0)
  })

  test('by a webhook, or by where one redirects to', async () => {
    const [door, sink] = [await openDoor(), await startSink()]
    const sender: Sender = createSender({
      options: resolveCrawlOptions(settings(door, sink)),
      timeoutMs: 3000,
      clock: systemClock,
    })
    const { signal } = new AbortController()
    const post = (url: string): ReturnType<Sender['post']> =>
      sender.post({ url, headers: {}, body: '{}', signal })
    for (const url of hostileUrls(sink.port)) {
      expect(refusals).toContain((await failure(post(url))).code)
      const redirected = await post(`${door.origin}/${encodeURIComponent(url)}`)
      expect([204, 307]).toContain(redirected.status)
    }
    await sender.close()
    expect(sink.connections()).toBe(0)
  })
})

test('the same urls do reach this machine where the app lets them', async () => {
  const sink = await startSink()
  const urls = hostileUrls(sink.port).slice(0, 15)
  await stageOf({ crawl: { allowPrivateNetwork: true, respectRobots: false, lookup } }).batch(urls)
  // Most are one and the same origin, which is asked once.
  expect(sink.connections()).toBeGreaterThan(1)
})

test('a name that resolves to a private address is refused without that address being told', async () => {
  const [door, sink] = [await openDoor(), await startSink()]
  const urls = Object.keys(names).map((name) => `http://${name}:${sink.port}/`)
  const { results } = await stageOf({ crawl: settings(door, sink) }).batch(urls)
  const told = JSON.stringify(results)
  for (const address of Object.values(names).flat()) expect(told).not.toContain(address)
})
