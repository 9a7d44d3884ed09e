import pLimit from 'p-limit'
import { abortable, throwIfAborted } from '../core/abort.js'
import type { Clock } from '../core/clock.js'
import { listText, together } from '../core/counted-text.js'
import { RiptideError } from '../core/errors.js'
import type { JobContext } from '../core/handler.js'
import type { JobPage } from '../core/job-pages.js'
import { noteJson } from '../core/known-json.js'
import type { BatchCrawlResult, Page } from './page.js'
import { type Journal, noJournal } from './journal.js'
import { withOwnSignal } from './own-signal.js'
import type { PageCrawler } from './page-crawler.js'
import type { CrawlSettings } from './crawl-request.js'
import type { BatchCrawl } from './payload.js'
import { UrlVisits } from './url-visits.js'
import { type WrittenPage, withoutContent, writePage } from './written-page.js'

/** The part of a job's context that a crawl needs. */
export type CrawlContext = Pick<JobContext, 'signal' | 'progress' | 'log' | 'job' | 'fence'>

export interface BatchDeps {
  readonly maxResultBytes: number
  /** @default nothing is kept before the end */
  readonly journal?: Journal
  /** @default the system's */
  readonly clock?: Clock
  /** Is told of each page once the journal has it. */
  readonly onPage?: (page: Page) => void
}

/**
 * Crawls the urls of a batch, so many at a time, into one page for each, in their order. Whatever becomes of a url is said
 * on its page; only the signal ends the batch early, with its reason. A page counts once the journal has it, and what is in
 * the journal already is not crawled again. Where all that is left waits for hosts that let nobody in, the run ends with a
 * RetryAfterError that spends no attempt.
 */
export function runBatch(
  batch: BatchCrawl,
  settings: CrawlSettings,
  crawler: PageCrawler,
  ctx: CrawlContext,
  deps: BatchDeps,
): Promise<BatchCrawlResult> {
  return withOwnSignal(ctx.signal, (signal) => crawlAll(batch, settings, crawler, { ctx, signal, ...deps }))
}

// -------------------------------------------------------------------------------------------------------------------

interface RunDeps extends BatchDeps {
  readonly ctx: CrawlContext
  readonly signal: AbortSignal
}

async function crawlAll(
  { urls }: BatchCrawl,
  settings: CrawlSettings,
  crawler: PageCrawler,
  { ctx, signal, maxResultBytes, journal = noJournal, clock, onPage }: RunDeps,
): Promise<BatchCrawlResult> {
  const limit = pLimit(settings.concurrency)
  const scale = createScale(urls, maxResultBytes)
  const visits = new UrlVisits({ crawler, settings, journal, signal, clock })
  const written = await abortable(restore(visits, urls, scale), signal)
  let done = written.size
  const say = (): void => ctx.progress(done / urls.length, `${done} of ${urls.length}`)
  if (done > 0) say()
  const missing = (): readonly number[] => [...urls.keys()].filter((i) => !written.has(i))
  const crawlOne = async (i: number): Promise<void> => {
    throwIfAborted(signal)
    const url = urls[i] ?? ''
    const crawled = await visits.crawl(url, `${i}`)
    if (!crawled) return
    const fitting = scale.fit(crawled.page)
    await journal.append(i, fitting.fields)
    throwIfAborted(signal)
    written.set(i, fitting)
    done++
    onPage?.(fitting.page)
    say()
    const { error } = fitting.page
    if (error) ctx.log(`url ${i + 1} of ${urls.length} failed: ${error.code} ${url}`)
  }
  for (let left = missing(); left.length > 0;) {
    await abortable(limit.map(left, crawlOne), signal)
    left = missing()
    if (left.length > 0) visits.comeBack()
  }
  return summaryOf(
    urls.flatMap((_, i) => written.get(i) ?? []),
    settings,
  )
}

/** The pages that earlier runs of the job have finished, by the place of their url; weighed before any that is new. */
async function restore(
  visits: UrlVisits,
  urls: readonly string[],
  scale: Scale,
): Promise<Map<number, WrittenPage>> {
  const kept = new Map<number, WrittenPage>()
  await visits.restore(({ pages }) => {
    for (const page of pages) {
      const { index, url } = page
      if (urls[index] === url && !kept.has(index)) kept.set(index, scale.fit(pageOfEntry(page)))
    }
  })
  return kept
}

function pageOfEntry({ index: _, finishedAt: __, ...page }: JobPage): Page {
  return page as JobPage & Page
}

function summaryOf(written: readonly WrittenPage[], { warnings }: CrawlSettings): BatchCrawlResult {
  const results = written.map(({ page }) => page)
  const failed = results.filter((page) => page.error !== null).length
  const counts = {
    totalUrls: results.length,
    successful: results.length - failed,
    failed,
    fromCache: results.filter((page) => page.fromCache).length,
  }
  const text = listText({
    before: JSON.stringify(counts).slice(1, -1),
    list: 'results',
    items: written.map(({ fields }) => together('{', fields, '}')),
    after: `"warnings":${JSON.stringify(warnings)}`,
  })
  return noteJson({ ...counts, results, warnings }, text)
}

interface Scale {
  fit(page: Page): WrittenPage
}

/** Room that every page takes, whatever is on it: the names of its fields and the longest error. */
const leastPageBytes = 1024

/**
 * Weighs the pages as they come, so that the result stays within what the service keeps: a page that does not fit any more
 * becomes an error of that url, where otherwise the result as a whole would be refused.
 */
function createScale(urls: readonly string[], maxResultBytes: number): Scale {
  const leastOf = (url: string): number => 2 * Buffer.byteLength(url) + leastPageBytes
  let room = maxResultBytes - urls.reduce((sum, url) => sum + leastOf(url), leastPageBytes)
  return {
    fit(page) {
      try {
        const written = writePage(page)
        const more = written.fields.bytes + 2 - leastOf(page.url)
        if (more > Math.max(room, 0))
          throw new RiptideError(
            'RESPONSE_TOO_LARGE',
            'the page does not fit into the result of its batch any more',
          )
        room -= Math.max(more, 0)
        return written
      } catch (error) {
        return writePage(withoutContent(page, error))
      }
    },
  }
}
