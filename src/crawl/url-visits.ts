import { throwIfAborted } from '../core/abort.js'
import { type Clock, systemClock } from '../core/clock.js'
import { RetryAfterError } from '../core/errors.js'
import type { PagesChunk } from '../core/job-pages.js'
import type { CrawlSettings } from './crawl-request.js'
import { HostWaits } from './host-waits.js'
import type { Journal } from './journal.js'
import type { Crawled, PageCrawler } from './page-crawler.js'
import { Tries } from './tries.js'

export interface UrlVisitsDeps {
  readonly crawler: PageCrawler
  readonly settings: CrawlSettings
  readonly journal: Journal
  readonly signal: AbortSignal
  /** @default the system's */
  readonly clock?: Clock | undefined
}

/** The visits of a job of many urls: none of them keeps its worker waiting for a host that has asked all to stay away. */
export class UrlVisits {
  readonly #deps: UrlVisitsDeps
  readonly #clock: Clock
  readonly #tries = new Tries()
  #waits: HostWaits

  constructor(deps: UrlVisitsDeps) {
    this.#deps = deps
    this.#clock = deps.clock ?? systemClock
    this.#waits = this.#waitsAfter(0)
  }

  /** Calls `take` for each chunk that earlier runs have kept. */
  async restore(take: (chunk: PagesChunk) => void): Promise<void> {
    const start = this.#clock.monotonic()
    await this.#deps.journal.restore((chunk) => {
      this.#tries.restore(chunk)
      take(chunk)
    })
    this.#waits = this.#waitsAfter(this.#clock.monotonic() - start)
  }

  /**
   * The page of a url, whatever becomes of it; undefined where its host asks all to stay away for long: it is to be tried again after
   * `comeBack`. `key` tells the urls of the job apart. Rejects only with the signal's reason, or when the journal fails.
   */
  async crawl(url: string, key = url): Promise<Crawled | undefined> {
    const { crawler, settings, journal, signal } = this.#deps
    if (this.#waits.isClosed(url)) return undefined
    const before = this.#tries.of(key)
    const urlRetries = Math.max(0, settings.urlRetries - before)
    const own = { ...settings, urlRetries, patience: this.#waits.patience }
    const crawled = await crawler.crawl(url, own, signal)
    throwIfAborted(signal)
    const { page, failure } = crawled
    if (failure instanceof RetryAfterError) {
      this.#waits.add(failure)
      // The last of them never came to ask.
      await this.#tries.add(key, Math.max(0, page.attempts - 1), journal)
      return undefined
    }
    return before === 0 ? crawled : { ...crawled, page: { ...page, attempts: before + page.attempts } }
  }

  /** Nothing is left but what was sent away: throws what gives the worker's slot back, unless that is hardly worth it. */
  comeBack(): void {
    this.#waits.comeBack()
  }

  #waitsAfter(restoreMs: number): HostWaits {
    return new HostWaits({ clock: this.#clock, journal: this.#deps.journal, restoreMs })
  }
}
