import { throwIfAborted } from '../core/abort.js'
import type { Clock } from '../core/clock.js'
import { RetryAfterError } from '../core/errors.js'
import type { CrawlContext } from './batch-run.js'
import type { Page, SingleCrawlResult } from './page.js'
import type { PageCrawler } from './page-crawler.js'
import type { CrawlSettings } from './crawl-request.js'
import type { SingleCrawl } from './payload.js'
import { failedAttempt, slotPatience } from './single-attempt.js'

export interface SingleDeps {
  readonly clock: Clock
  /** Is told of the page, also of one that failed. */
  readonly onPage?: (page: Page) => void
}

/**
 * Crawls one url. A failure fails the attempt, as `failedAttempt` has it. Where the host lets nobody in for more than some
 * seconds the slot is given back until then, and no attempt is spent.
 */
export async function runSingle(
  crawl: SingleCrawl,
  settings: CrawlSettings,
  crawler: PageCrawler,
  ctx: CrawlContext,
  { clock, onPage }: SingleDeps,
): Promise<SingleCrawlResult> {
  throwIfAborted(ctx.signal)
  const own = { ...settings, urlRetries: 0, patience: slotPatience }
  const { page, failure } = await crawler.crawl(crawl.url, own, ctx.signal)
  throwIfAborted(ctx.signal)
  // One that was sent away has no page yet.
  if (!(failure instanceof RetryAfterError)) onPage?.(page)
  if (failure) throw failedAttempt(failure, clock.now(), ctx)
  ctx.progress(1, '1 of 1')
  return { ...page, warnings: settings.warnings }
}
