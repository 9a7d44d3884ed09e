import { vi } from 'vitest'
import { RiptideError } from '../../../src/core/errors.js'
import type { CrawlContext } from '../../../src/crawl/batch-run.js'
import { type Visit, failedVisit, pageOf } from '../../../src/crawl/page.js'
import type { Crawled } from '../../../src/crawl/page-crawler.js'

/** The context of a job whose words can be looked at. */
export function contextWith(signal: AbortSignal = new AbortController().signal) {
  return { signal, progress: vi.fn(), log: vi.fn(), job: {} } as unknown as CrawlContext & {
    progress: ReturnType<typeof vi.fn>
    log: ReturnType<typeof vi.fn>
  }
}

/** A page that was crawled, as far as the visit says. */
export function crawled(url: string, visit: Partial<Visit>): Crawled {
  const whole = { ...failedVisit(new RiptideError('HTTP_STATUS', 'unused')), failure: null, ...visit }
  return {
    page: pageOf(whole, { url, fromCache: false, attempts: 1, processingTimeMs: 1, outputFormat: 'html' }),
    failure: whole.failure,
    visit: whole,
  }
}
