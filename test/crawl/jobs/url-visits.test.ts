import { describe, expect, test } from 'vitest'
import { RetryAfterError, RiptideError } from '../../../src/core/errors.js'
import type { PagesChunk } from '../../../src/core/job-pages.js'
import { settingsOf } from '../../../src/crawl/crawl-request.js'
import { type Journal, noJournal } from '../../../src/crawl/journal.js'
import { resolveCrawlOptions } from '../../../src/crawl/options.js'
import type { CrawlSettings } from '../../../src/crawl/crawl-request.js'
import type { PageCrawler } from '../../../src/crawl/page-crawler.js'
import { UrlVisits } from '../../../src/crawl/url-visits.js'
import { FakeClock } from '../../../src/testing/fake-clock.js'
import { crawled } from './made-pages.js'

const url = 'https://example.com/'
const urlRetries = 2
const settings = settingsOf({}, resolveCrawlOptions({ urlRetries }))
const signal = new AbortController().signal
const away = (ms: number) =>
  new RetryAfterError('come again', ms, { countsAsAttempt: false, facts: { host: 'example.com' } })

/** A host that sends away whoever would wait for it for longer than they want to; `asked` says with what each came. */
function hostClosedFor(ms: number, tries = 0): PageCrawler & { readonly asked: CrawlSettings[] } {
  const asked: CrawlSettings[] = []
  return {
    asked,
    crawl: (_, own) => {
      asked.push(own)
      const failure = own.patience.ms < ms ? away(ms) : null
      const { page, ...rest } = crawled(url, { html: '', failure })
      return Promise.resolve({ ...rest, page: { ...page, attempts: tries + 1 } })
    },
  }
}

/** A journal in which earlier runs have kept `notes`, and which takes `restoreMs` to read. */
function journalWith(
  clock: FakeClock,
  { notes = [], restoreMs = 0 }: { notes?: unknown[]; restoreMs?: number },
) {
  const kept = [...notes]
  const journal: Journal = {
    ...noJournal,
    keeps: true,
    restore: async (take: (chunk: PagesChunk) => void) => {
      await clock.advance(restoreMs)
      take({ fence: '1', content: '', pages: [], notes: kept })
    },
    note: (note) => Promise.resolve(void kept.push(note)),
  }
  return { journal, kept }
}

async function visitsOf(crawler: PageCrawler, given: { notes?: unknown[]; restoreMs?: number } = {}) {
  const clock = new FakeClock()
  const { journal, kept } = journalWith(clock, given)
  const visits = new UrlVisits({ crawler, settings, journal, signal, clock })
  await visits.restore(() => undefined)
  return { visits, clock, kept }
}

describe('a url whose host asks all to stay away', () => {
  test('is sent away, and gives the slot of its job back until the first host is open', async () => {
    const { visits, clock } = await visitsOf(hostClosedFor(60_000))
    expect(await visits.crawl(url)).toBeUndefined()
    await clock.advance(20_000)
    expect(() => visits.comeBack()).toThrow(
      expect.objectContaining({ name: 'RetryAfterError', retryAfterMs: 40_000, countsAsAttempt: false }),
    )
  })

  test('is tried again in the slot once the other urls have taken nearly as long', async () => {
    const { visits, clock } = await visitsOf(hostClosedFor(60_000))
    await visits.crawl(url)
    await clock.advance(55_000)
    expect(() => visits.comeBack()).not.toThrow()
    // What was sent away before counts no more.
    await visits.crawl(url)
    expect(() => visits.comeBack()).toThrow(expect.objectContaining({ retryAfterMs: 60_000 }))
  })

  test('waits in the slot where to read what was kept takes a good part of the wait', async () => {
    for (const [restoreMs, patienceMs] of [
      [0, 5_000],
      [200, 5_000],
      [3_000, 60_000],
    ] as const) {
      const host = hostClosedFor(60_000)
      const { visits } = await visitsOf(host, { restoreMs })
      expect((await visits.crawl(url)) === undefined).toBe(patienceMs < 60_000)
      expect(host.asked[0]?.patience).toEqual({ ms: patienceMs, of: 'closure' })
    }
  })

  test('spares the others of its host the way there, until that is open', async () => {
    const host = hostClosedFor(60_000)
    const { visits, clock } = await visitsOf(host)
    await visits.crawl(url)
    expect(await visits.crawl(`${url}other`)).toBeUndefined()
    expect(host.asked).toHaveLength(1)
    await visits.crawl('https://elsewhere.example/')
    await visits.crawl('no url')
    expect(host.asked).toHaveLength(3)
    await clock.advance(60_000)
    await visits.crawl(`${url}other`)
    expect(host.asked).toHaveLength(4)
  })

  test('waits in the slot where nothing would be kept of the others', async () => {
    const visits = new UrlVisits({ crawler: hostClosedFor(60_000), settings, journal: noJournal, signal })
    expect(await visits.crawl(url)).toMatchObject({ failure: null })
  })
})

describe('the tries of a url that is sent away', () => {
  test('count in later runs, so that it is asked for no more often than in one', async () => {
    const notes: unknown[] = []
    for (const retriesLeft of [2, 1, 0]) {
      const host = hostClosedFor(60_000, 1)
      const { visits, kept } = await visitsOf(host, { notes })
      await visits.crawl(url, 'the key')
      expect(host.asked[0]?.urlRetries).toBe(retriesLeft)
      notes.splice(0, notes.length, ...kept)
    }
  })

  test('are said on its page', async () => {
    const { visits } = await visitsOf(hostClosedFor(0), { notes: [{ triesOf: url, count: 2 }] })
    expect(await visits.crawl(url)).toMatchObject({ page: { attempts: 3 } })
  })

  test('count for nothing where what was kept is something else', async () => {
    const notes = [null, 3, { triesOf: 7, count: 2 }, { triesOf: url, count: '2' }, { url, depth: 0 }]
    const { visits } = await visitsOf(hostClosedFor(0), { notes })
    expect(await visits.crawl(url)).toMatchObject({ page: { attempts: 1 } })
  })
})

test('another failure of a url is what became of it', async () => {
  const failure = new RiptideError('HTTP_STATUS', 'answered with status 503', { retryable: true })
  const crawler = { crawl: () => Promise.resolve(crawled(url, { failure })) }
  const { visits } = await visitsOf(crawler)
  expect(await visits.crawl(url)).toMatchObject({ failure })
  expect(() => visits.comeBack()).not.toThrow()
})
