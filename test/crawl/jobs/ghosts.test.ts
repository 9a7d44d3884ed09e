import { describe, expect, test, vi } from 'vitest'
import { RiptideError } from '../../../src/core/errors.js'
import { runBatch } from '../../../src/crawl/batch-run.js'
import { settingsOf } from '../../../src/crawl/crawl-request.js'
import { noJournal } from '../../../src/crawl/journal.js'
import { resolveCrawlOptions } from '../../../src/crawl/options.js'
import { withOwnSignal } from '../../../src/crawl/own-signal.js'
import { siteOfPages } from '../spider/spider-site.js'
import { stageOf } from './closing-stage.js'
import { contextWith, crawled } from './made-pages.js'
import { silence } from './site.js'

const lost = new RiptideError('LEASE_LOST', 'a later run of this job keeps its pages now')

describe('a crawl that fails by itself', () => {
  test('ends what else it fetches: a batch', async () => {
    const signals: AbortSignal[] = []
    const urls = Array.from({ length: 6 }, (_, i) => `https://example.com/${i}`)
    const running = runBatch(
      { urls, options: {} },
      settingsOf({ concurrency: 3 }, resolveCrawlOptions()),
      {
        crawl(url, _settings, signal) {
          signals.push(signal)
          if (url.endsWith('0')) return Promise.resolve(crawled(url, { html: '' }))
          return new Promise(() => undefined)
        },
      },
      contextWith(),
      { maxResultBytes: 1_000_000, journal: { ...noJournal, append: () => Promise.reject(lost) } },
    )
    await expect(running).rejects.toBe(lost)
    expect(signals.every(({ aborted }) => aborted)).toBe(true)
    // One more may begin in the turn in which the run fails.
    expect(signals.length).toBeLessThan(5)
  })

  test('ends what else it fetches: a spider', async () => {
    const site = await siteOfPages({ '/': { links: ['/s', '/t'] }, '/t': {} }, { '/s': silence })
    const stage = stageOf()
    const progress = (): void => {
      // Its first page is kept, and the next one cannot be.
      stage.storage.broken = new RiptideError('STORE_UNAVAILABLE', 'the store is away')
    }
    const running = stage.spider(site.url('/'), {}, { progress })
    await expect(running).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
    stage.storage.broken = undefined
    await vi.waitFor(async () => expect(await site.sockets()).toBeLessThanOrEqual(1), {
      timeout: 10_000,
      interval: 2,
    })
  })
})

describe('the own signal of a run', () => {
  test('aborts when the run has ended, well or not, and leaves no listener behind', async () => {
    const outer = new AbortController()
    const remove = vi.spyOn(outer.signal, 'removeEventListener')
    const signals: AbortSignal[] = []
    await withOwnSignal(outer.signal, (signal) => {
      signals.push(signal)
      expect(signal.aborted).toBe(false)
      return Promise.resolve()
    })
    const failing = withOwnSignal(outer.signal, (signal) => {
      signals.push(signal)
      return Promise.reject(lost)
    })
    await expect(failing).rejects.toBe(lost)
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true])
    expect(remove).toHaveBeenCalledTimes(4)
  })

  test('aborts with the outer one, with its reason, and is not made when that has aborted', async () => {
    const outer = new AbortController()
    let own: AbortSignal | undefined
    const running = withOwnSignal(outer.signal, (signal) => {
      own = signal
      return new Promise(() => undefined)
    })
    outer.abort(lost)
    await expect(running).rejects.toBe(lost)
    expect(own?.reason).toBe(lost)
    const run = vi.fn()
    await expect(withOwnSignal(outer.signal, run)).rejects.toBe(lost)
    expect(run).not.toHaveBeenCalled()
  })
})
