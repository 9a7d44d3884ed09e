import { throwIfAborted } from '../core/abort.js'
import type { Clock } from '../core/clock.js'
import { PermanentError, RetryAfterError, type RiptideError } from '../core/errors.js'
import type { CrawlContext } from './batch-run.js'
import type { Page, SingleCrawlResult } from './page.js'
import type { PageCrawler } from './page-crawler.js'
import type { CrawlSettings } from './crawl-request.js'
import type { SingleCrawl } from './payload.js'
import type { Patience } from './fetch/patience.js'
import { retryAfterMs } from './retry-after.js'

export interface SingleDeps {
  readonly clock: Clock
  /** Is told of the page, also of one that failed. */
  readonly onPage?: (page: Page) => void
}

/**
 * To give a worker's slot back and take another costs two commits of the store: a shorter wait for the host is waited for in
 * the slot.
 */
const patience: Patience = { ms: 5_000, of: 'turn' }

/**
 * Crawls one url. A failure fails the attempt: for good when another attempt would end the same (a blocked address, a 404),
 * otherwise by the job's retry policy, or when the server said so with `Retry-After`, at most the policy's longest wait. Where
 * the host lets nobody in for more than some seconds the slot is given back until then, and no attempt is spent.
 */
export async function runSingle(
  crawl: SingleCrawl,
  settings: CrawlSettings,
  crawler: PageCrawler,
  ctx: CrawlContext,
  { clock, onPage }: SingleDeps,
): Promise<SingleCrawlResult> {
  throwIfAborted(ctx.signal)
  const own = { ...settings, urlRetries: 0, patience }
  const { page, failure } = await crawler.crawl(crawl.url, own, ctx.signal)
  throwIfAborted(ctx.signal)
  if (failure instanceof RetryAfterError) {
    ctx.log(`comes again in ${Math.ceil(failure.retryAfterMs / 1000)} s: ${failure.message}`)
    throw failure
  }
  onPage?.(page)
  if (failure) throw failedAttempt(failure, clock.now(), ctx.job.retry.maxDelayMs)
  ctx.progress(1, '1 of 1')
  return { ...page, warnings: settings.warnings }
}

// -------------------------------------------------------------------------------------------------------------------

function failedAttempt(failure: RiptideError, now: number, maxDelayMs: number): RiptideError {
  const { code, message, facts } = failure
  if (!failure.retryable) return new PermanentError(message, { code, facts, cause: failure })
  const header = typeof facts.retryAfter === 'string' ? facts.retryAfter : undefined
  const wait = retryAfterMs(header, now, maxDelayMs)
  if (wait === undefined) return failure
  return new RetryAfterError(`${message} and asked to wait`, wait, { code, facts, cause: failure })
}
