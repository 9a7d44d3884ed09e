import { throwIfAborted } from '../core/abort.js'
import type { Clock } from '../core/clock.js'
import { PermanentError, RetryAfterError, type RiptideError } from '../core/errors.js'
import type { CrawlContext } from './batch-run.js'
import type { SingleCrawlResult } from './page.js'
import type { PageCrawler } from './page-crawler.js'
import type { CrawlSettings } from './crawl-request.js'
import type { SingleCrawl } from './payload.js'
import { retryAfterMs } from './retry-after.js'

/**
 * Crawls one url. A failure fails the attempt: for good when another attempt would end the same (a blocked address, a 404),
 * otherwise by the job's retry policy, or when the server said so with `Retry-After`, at most the policy's longest wait.
 */
export async function runSingle(
  crawl: SingleCrawl,
  settings: CrawlSettings,
  crawler: PageCrawler,
  ctx: CrawlContext,
  clock: Clock,
): Promise<SingleCrawlResult> {
  throwIfAborted(ctx.signal)
  const { page, failure } = await crawler.crawl(crawl.url, settings, ctx.signal)
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
