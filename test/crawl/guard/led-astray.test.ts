import { expect, test } from 'vitest'
import { startProxy } from '../fetch/local-proxy.js'
import { startSite } from '../fetch/local-site.js'
import { stageOf } from '../jobs/closing-stage.js'
import { openDoor, settings, startSink } from './guard-stage.js'
import { hostileUrls, refusals } from './hostile-urls.js'

test('a spider is led nowhere on this machine: by links, by a base, by sitemaps and what they list', async () => {
  const sink = await startSink()
  const urls = hostileUrls(sink.port).filter((url) => !/[\t\n]/.test(url))
  const list = urls.map((url) => `<url><loc>${url.replace(/[<&]/g, '')}</loc></url>`).join('')
  const links = urls.map((url) => `<a href="${url}">a</a>`).join('')
  const door = await startSite((request, response) => {
    const type = { 'content-type': 'text/html' }
    if (request.url === '/robots.txt')
      response.end(
        urls.map((url) => `Sitemap: ${url}`).join('\n') + '\nSitemap: /map.xml\nSitemap: /away.xml',
      )
    else if (request.url === '/map.xml') response.end(`<urlset>${list}</urlset>`)
    else if (request.url === '/sitemap.xml')
      response.end(`<sitemapindex>${list.replaceAll('url>', 'sitemap>')}</sitemapindex>`)
    else if (request.url === '/away.xml')
      response.writeHead(302, { location: `http://127.0.0.1:${sink.port}/` }).end()
    else if (request.url === '/based')
      response.writeHead(200, type).end(`<base href="http://127.0.0.1:${sink.port}/"><a href="inner">a</a>`)
    else response.writeHead(200, type).end(`<p>page</p><a href="/based">b</a>${links}`)
  })
  const crawl = { ...settings(door, sink), respectRobots: true, perHost: { adaptive: false } }
  const options = { spiderScope: 'any', spiderSitemaps: true, spiderMaxPages: 1000, spiderMaxDepth: 3 }
  const result = await stageOf({ crawl }).spider(`${door.origin}/`, options)
  expect(result.successful).toBeGreaterThanOrEqual(2)
  expect(sink.connections()).toBe(0)
})

test('a proxy is asked for nothing on this machine, nor in a network behind it', async () => {
  const [door, sink, proxy] = [await openDoor(), await startSink(), await startProxy()]
  const crawl = { ...settings(door, sink), proxies: { out: proxy.origin } }
  const direct = hostileUrls(sink.port)
  const redirected = direct.map((url) => `${door.origin}/${encodeURIComponent(url)}`)
  const { results } = await stageOf({ crawl }).batch([...direct, ...redirected], { proxy: 'out' })
  expect(results.filter(({ status }) => status === 200)).toEqual([])
  expect([...proxy.tunnels, ...proxy.others].filter((target) => !target.includes(`${door.port}`))).toEqual([])
  expect(sink.connections()).toBe(0)
})

test('HTTP/2 opens no other way', async () => {
  const [door, sink] = [await openDoor(), await startSink()]
  const { results } = await stageOf({ crawl: { ...settings(door, sink), http2: true } }).batch(
    hostileUrls(sink.port),
  )
  for (const { url, error } of results)
    expect([url, refusals]).toEqual([url, expect.arrayContaining([error?.code])])
  expect(sink.connections()).toBe(0)
})
