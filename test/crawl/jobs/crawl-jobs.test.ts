import { describe, expect, test, vi } from 'vitest'
import { RiptideError } from '../../../src/core/errors.js'
import { answer, bomb, drip, endless, html, silence, stall, startSite } from './site.js'
import { afterTest, codes, siteOf, stageOf } from './closing-stage.js'

describe('a batch over real servers', () => {
  test('has the whole of each page', async () => {
    const site = await siteOf({ '/a': html('first'), '/b': html('second') })
    const result = await stageOf().batch([site.url('/a'), site.url('/b')])
    expect(result).toMatchObject({ totalUrls: 2, successful: 2, failed: 0, fromCache: 0, warnings: [] })
    expect(result.results[0]).toMatchObject({
      url: site.url('/a'),
      finalUrl: site.url('/a'),
      status: 200,
      fromCache: false,
      redirects: [],
      contentType: 'text/html; charset=utf-8',
      document: { title: 'first', text: expect.stringContaining('The text of first') },
      content: null,
      error: null,
    })
    expect(result.results[0]?.encoding?.toLowerCase()).toBe('utf-8')
    expect(result.results[0]?.processingTimeMs).toBeGreaterThanOrEqual(0)
    expect(result.results[1]).toMatchObject({ document: { title: 'second' } })
  })

  test('goes on beside servers that drip, stall, pour without end or send a bomb', async () => {
    const site = await siteOf({
      '/drip': drip,
      '/stall': stall,
      '/endless': endless,
      '/bomb': bomb,
      '/silence': silence,
      '/good': html('good'),
    })
    const crawl = { pageTimeoutMs: 1500, idleTimeoutMs: 300, maxBytes: 1_000_000, maxDecodedBytes: 2_000_000 }
    const paths = ['/good', '/drip', '/stall', '/good?2', '/endless', '/bomb', '/silence', '/good?3']
    const result = await stageOf({ crawl }).batch(paths.map((path) => site.url(path)))
    expect(codes(result)).toEqual([
      'ok',
      'TIMEOUT',
      'RESPONSE_IDLE',
      'ok',
      'RESPONSE_TOO_LARGE',
      'RESPONSE_TOO_LARGE',
      expect.any(String),
      'ok',
    ])
    expect(result).toMatchObject({ successful: 3, failed: 5 })
    expect(['TIMEOUT', 'RESPONSE_IDLE']).toContain(result.results[6]?.error?.code)
  })

  test('says of each url why it failed', async () => {
    const site = await siteOf({
      '/pdf': answer(200, { 'content-type': 'application/pdf' }, '%PDF-1.7'),
      '/gone': answer(410, { 'content-type': 'text/html' }, '<p>gone'),
      '/loop': answer(302, { location: '/loop' }),
      '/ok': html('ok'),
    })
    const dead = await startSite({})
    await dead.close()
    const urls = [
      'nonsense',
      'ftp://example.com/',
      site.url('/pdf'),
      site.url('/gone'),
      site.url('/missing'),
      site.url('/loop'),
      dead.url('/'),
      site.url('/ok'),
    ]
    const result = await stageOf().batch(urls)
    expect(codes(result)).toEqual([
      'URL_INVALID',
      'URL_SCHEME',
      'CONTENT_TYPE_UNSUPPORTED',
      'HTTP_STATUS',
      'HTTP_STATUS',
      'REDIRECT_LOOP',
      'CONNECT_FAILED',
      'ok',
    ])
    expect(result.results.map((page) => page.url)).toEqual(urls)
    expect(result.results[3]).toMatchObject({
      status: 410,
      document: null,
      content: null,
      finalUrl: site.url('/gone'),
    })
    expect(result.results[2]).toMatchObject({ status: 200, document: null })
  })

  test('blocks private addresses, and where a name leads to one, without a request to them', async () => {
    const site = await siteOf({ '/': html('secret') })
    const lookup = vi.fn(
      (
        _name: string,
        _options: unknown,
        done: (error: null, found: { address: string; family: number }[]) => void,
      ) => done(null, [{ address: '127.0.0.1', family: 4 }]),
    )
    const stage = stageOf({
      crawl: {
        allowPrivateNetwork: false,
        allowedPorts: [80, Number(new URL(site.url('/')).port)],
        lookup,
      },
    })
    const named = site.url('/').replace('127.0.0.1', 'rebinding.example')
    const result = await stage.batch([site.url('/'), named])
    expect(codes(result)).toEqual(['URL_BLOCKED', 'URL_BLOCKED'])
    expect(lookup).toHaveBeenCalled()
    expect(result.results[1]?.error?.message).not.toContain('127.0.0.1')
    expect(await site.sockets()).toBe(0)
  })

  test('records the redirects of a page', async () => {
    const site = await siteOf({ '/old': answer(301, { location: '/new' }), '/new': html('moved') })
    const { results } = await stageOf().batch([site.url('/old')])
    expect(results[0]).toMatchObject({
      url: site.url('/old'),
      finalUrl: site.url('/new'),
      redirects: [{ url: site.url('/old'), status: 301 }],
      document: { title: 'moved' },
    })
  })

  test('ends at once when its signal aborts, and lets its connections go', async () => {
    const site = await siteOf({ '/silence': silence, '/drip': drip })
    const stage = stageOf()
    const controller = new AbortController()
    const running = stage.batch([site.url('/silence'), site.url('/drip')], {}, { signal: controller.signal })
    await vi.waitFor(() => expect(site.hits()).toBe(2), { timeout: 5000 })
    controller.abort(new RiptideError('CANCELLED', 'the job was cancelled'))
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' })
    await vi.waitFor(async () => expect(await site.sockets()).toBe(0), { timeout: 5000 })
  })

  test('warns of no leak of listeners, however many urls are under way', async () => {
    const site = await siteOf({ '/': html('many') })
    const warnings: string[] = []
    const note = (warning: Error): void => void warnings.push(warning.message)
    process.on('warning', note)
    afterTest(() => Promise.resolve(void process.off('warning', note)))
    const urls = Array.from({ length: 40 }, (_, i) => site.url(`/?${i}`))
    const result = await stageOf({ crawl: { maxConcurrency: 40 } }).batch(urls)
    expect([result.successful, warnings]).toEqual([40, []])
  })

  test('reads plain text as its own document', async () => {
    const site = await siteOf({
      '/text': answer(200, { 'content-type': 'text/plain' }, '1 < 2\n```\n'),
      '/json': answer(200, { 'content-type': 'application/json' }, '{"a":1}'),
      '/md': answer(200, { 'content-type': 'text/markdown' }, '# Title'),
    })
    const { results } = await stageOf().batch([site.url('/text'), site.url('/json'), site.url('/md')])
    expect(results.map((page) => page.document?.text)).toEqual(['1 < 2\n```', '{"a":1}', '# Title'])
    expect(results.map((page) => page.document?.markdown)).toEqual([
      '````\n1 < 2\n```\n````',
      '```\n{"a":1}\n```',
      '# Title',
    ])
    expect(results[0]?.document).toMatchObject({ title: null, links: [], metadata: {} })
  })

  test.each([
    ['markdown', /^# form/m],
    ['text', /^form$/m],
    ['html', /^<!doctype html>.*<h1>form<\/h1>/],
  ])('gives %s in place of the document when that is asked for', async (outputFormat, pattern) => {
    const site = await siteOf({ '/': html('form') })
    const { results } = await stageOf().batch([site.url('/')], { outputFormat })
    expect(results[0]).toMatchObject({ document: null, content: expect.stringMatching(pattern), error: null })
  })

  test('decodes the html that it leaves as it is', async () => {
    const site = await siteOf({
      '/': answer(
        200,
        { 'content-type': 'text/html; charset=windows-1252' },
        Buffer.from([0x3c, 0x70, 0x3e, 0x80]),
      ),
    })
    const { results } = await stageOf().batch([site.url('/')], { skipExtraction: true })
    expect(results[0]).toMatchObject({ document: null, content: '<p>€', encoding: 'windows-1252' })
  })
})
