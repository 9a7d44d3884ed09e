import { createServer } from 'node:https'
import { describe, expect, test } from 'vitest'
import { nextTurn, systemClock } from '../../../src/core/clock.js'
import { resolveCrawlOptions } from '../../../src/crawl/options.js'
import { siteOf, stageOf } from '../jobs/closing-stage.js'
import { html } from '../jobs/site.js'
import { failure, get, lookupOf, openDispatcher } from './fetching.js'
import { startProxy } from './local-proxy.js'
import { eventually, listen, startRaw, startSite } from './local-site.js'
import { selfSigned } from './self-signed.js'

const through = (proxy: { origin: string }, options = {}) =>
  openDispatcher({ proxyUrl: proxy.origin, ...options })

describe('a fetch through a proxy', () => {
  test('goes by a tunnel to the address that was checked, and asks it for the name', async () => {
    const site = await startSite((request, response) => response.end(request.headers.host))
    const proxy = await startProxy()
    const { lookup, asked } = lookupOf(['127.0.0.1'])
    const dispatcher = through(proxy, { lookup })
    const page = await get(`http://shop.test:${site.port}/`, { dispatcher })
    expect(Buffer.from(page.body).toString()).toBe(`shop.test:${site.port}`)
    expect([proxy.tunnels, proxy.others, asked]).toEqual([[`127.0.0.1:${site.port}`], [], ['shop.test']])
    // Undici takes a turn to see that a connection is free again.
    await nextTurn(systemClock)
    await get(`http://shop.test:${site.port}/again`, { dispatcher })
    expect([proxy.tunnels.length, site.requests]).toEqual([1, ['GET /', 'GET /again']])
  })

  test('is encrypted from end to end, by the certificate of the host', async () => {
    const { cert, key } = selfSigned(Date.now())
    const server = createServer({ cert, key }, (_, response) => response.end('secret'))
    const { port } = await listen(server)
    const proxy = await startProxy()
    const { lookup } = lookupOf(['127.0.0.1'])
    const page = await get(`https://localhost:${port}/`, { dispatcher: through(proxy, { lookup, ca: cert }) })
    expect(Buffer.from(page.body).toString()).toBe('secret')
    const error = await failure(
      get(`https://other.test:${port}/`, { dispatcher: through(proxy, { lookup, ca: cert }) }),
    )
    expect(error.code).toBe('TLS_FAILED')
  })

  test('tells the proxy who we are, and nobody else', async () => {
    const site = await startSite((request, response) =>
      response.end(request.headers['proxy-authorization'] ?? 'none'),
    )
    const proxy = await startProxy()
    const dispatcher = through({ origin: proxy.origin.replace('//', '//me:p%40ss@') })
    const page = await get(site.origin, { dispatcher })
    expect(Buffer.from(page.body).toString()).toBe('none')
    expect(proxy.authorizations).toEqual([`Basic ${Buffer.from('me:p@ss').toString('base64')}`])
  })

  test.each([
    ['a private address', 'http://10.0.0.1/', ['10.0.0.1']],
    ['a name of one', 'http://inner.test/', ['10.0.0.1']],
    ['a name of a public and a private one', 'http://mixed.test/', ['93.184.216.34', '127.0.0.1']],
    ['an address of IPv6 that holds one', 'http://[::ffff:127.0.0.1]/', ['::1']],
    ['the metadata of a cloud', 'http://169.254.169.254/', ['169.254.169.254']],
  ])('does not go to %s', async (_, url, addresses) => {
    const proxy = await startProxy()
    const { lookup } = lookupOf(addresses)
    const dispatcher = through(proxy, { lookup, allowPrivateNetwork: false })
    const error = await failure(get(url, { dispatcher }))
    expect([error.code, proxy.connections()]).toEqual(['URL_BLOCKED', 0])
  })

  test('has no second lookup: what a name answers later is asked by nobody', async () => {
    const site = await startSite((_, response) => response.end('page'))
    const proxy = await startProxy({ to: site.port })
    const { lookup, asked } = lookupOf(['93.184.216.34'], ['127.0.0.1'])
    const dispatcher = through(proxy, { lookup, allowPrivateNetwork: false })
    await get('http://rebound.test/', { dispatcher, allowPrivateNetwork: false })
    expect([proxy.tunnels, asked]).toEqual([['93.184.216.34:80'], ['rebound.test']])
  })

  test.each<[string, number, boolean]>([
    ['refuses', 403, false],
    ['does not know us', 407, false],
    ['is busy', 503, true],
  ])('fails when the proxy %s (%i)', async (_, status, retryable) => {
    const error = await failure(
      get('http://93.184.216.34/', { dispatcher: through(await startProxy({ status })) }),
    )
    expect(error).toMatchObject({ code: 'CONNECT_FAILED', retryable, facts: { status } })
  })

  test('fails without a word of where the proxy is when that is not there', async () => {
    const dispatcher = through({ origin: 'http://me:secret@127.0.0.1:1' })
    const error = await failure(get('http://93.184.216.34/', { dispatcher }))
    expect(error).toMatchObject({ code: 'CONNECT_FAILED', retryable: true })
    expect(error.message).not.toMatch(/127|secret|:1/)
  })

  test('fails when what answers is no proxy', async () => {
    const raw = await startRaw((socket) => void socket.once('data', () => socket.end('220 smtp ready\r\n')))
    const error = await failure(get('http://93.184.216.34/', { dispatcher: through(raw) }))
    expect(error.code).toBe('CONNECT_FAILED')
    await eventually(() => raw.open() === 0, 'the connection to it is closed')
  })

  test('has the time of any connection, and leaves none behind', async () => {
    const proxy = await startProxy({ silent: true })
    const dispatcher = through(proxy, { connectTimeoutMs: 50 })
    const error = await failure(get('http://93.184.216.34/', { dispatcher }))
    expect(error.code).toBe('CONNECT_TIMEOUT')
    await eventually(() => proxy.open() === 0, 'the connection to it is closed')
  })

  test('ends with its signal, and leaves no connection behind', async () => {
    const proxy = await startProxy({ silent: true })
    const controller = new AbortController()
    const work = failure(
      get('http://93.184.216.34/', { dispatcher: through(proxy), signal: controller.signal }),
    )
    await eventually(() => proxy.tunnels.length === 1, 'the proxy is asked')
    controller.abort()
    expect((await work).code).toBe('ABORTED')
    await eventually(() => proxy.open() === 0, 'the connection to it is closed')
  })
})

describe('a job with a proxy', () => {
  test('goes through the one that it names, robots.txt included, and shares no page with others', async () => {
    const site = await siteOf({ '/': html('page'), '/robots.txt': html('nothing') })
    const proxy = await startProxy()
    const stage = stageOf({ crawl: { proxies: { eu: proxy.origin }, respectRobots: true } })
    const first = await stage.batch([site.url('/')], { proxy: 'eu' })
    expect([first.results[0]?.error, first.fromCache]).toEqual([null, 0])
    expect([proxy.tunnels.length > 0, site.hits('/')]).toEqual([true, 1])
    const tunnels = proxy.tunnels.length
    const second = await stage.batch([site.url('/')])
    expect([second.fromCache, proxy.tunnels.length, site.hits('/')]).toEqual([0, tunnels, 2])
    expect((await stage.batch([site.url('/')], { proxy: 'eu' })).fromCache).toBe(1)
  })

  test('is told by robots.txt what it is told by its own way, though the storage is shared', async () => {
    const robots = { text: 'User-agent: *\nDisallow: /' }
    const site = await siteOf({
      '/': html('page'),
      '/robots.txt': (_request, response) => void response.end(robots.text),
    })
    const proxy = await startProxy()
    const stage = stageOf({ crawl: { proxies: { eu: proxy.origin }, respectRobots: true } })
    const straight = await stage.batch([site.url('/')])
    robots.text = ''
    const byProxy = await stage.batch([site.url('/')], { proxy: 'eu' })
    expect([straight, byProxy].map(({ results }) => results[0]?.error?.code)).toEqual([
      'ROBOTS_FORBIDDEN',
      undefined,
    ])
  })

  test.each(['us', 'http://127.0.0.1:1', '__proto__', '', 7, { url: 'http://127.0.0.1:1' }])(
    'cannot name one that the app does not have: %j',
    async (proxy) => {
      const work = stageOf({ crawl: { proxies: { eu: 'http://127.0.0.1:1' } } }).batch(
        ['https://example.com/'],
        { proxy },
      )
      await expect(work).rejects.toMatchObject({ code: 'TYPE_MISMATCH', path: '/options/proxy' })
    },
  )
})

describe('the option proxies', () => {
  test.each<[unknown]>([
    [{ eu: 'socks5://proxy.example:1080' }],
    [{ eu: 'proxy.example:3128' }],
    [{ eu: 'http://proxy.example/path' }],
    [{ eu: 7 }],
    [{ 'a name': 'http://proxy.example' }],
    [['http://proxy.example']],
  ])('refuses %j', (proxies) => {
    expect(() => resolveCrawlOptions({ proxies: proxies as never })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    )
  })

  test.each([
    'http://me:100%secret@proxy.example',
    'http://me%:secret@proxy.example',
    'http://me:secret%ff@proxy.example',
    'http://me:%secret@proxy.example',
    'http://m%3ae:secret@proxy.example',
  ])('names itself, and no password, where the credentials cannot be sent: %s', (url) => {
    expect(() => openDispatcher({ proxyUrl: url })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', path: '/proxyUrl' }),
    )
    expect(() => resolveCrawlOptions({ proxies: { eu: url } })).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        path: '/crawl/proxies/eu',
        message: expect.stringMatching(/^\/crawl\/proxies\/eu must have (?!.*secret)/s) as string,
      }),
    )
  })

  test('shows no password in what it refuses', () => {
    expect(() => resolveCrawlOptions({ proxies: { eu: 'socks5://me:secret@proxy.example' } })).toThrow(
      /^(?!.*secret)/s,
    )
  })
})
