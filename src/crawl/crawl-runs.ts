import { createHash } from 'node:crypto'
import type { CrawlContext } from './batch-run.js'
import { runBatch } from './batch-run.js'
import { settingsOf } from './crawl-request.js'
import type { FetchedPage } from './fetch/fetch-page.js'
import type { BodyReader } from './fetch/response-body.js'
import { type JobNetwork, keptTo } from './job-network.js'
import type { CrawlJobsDeps } from './jobs.js'
import { type Journal, PageJournal } from './journal.js'
import type { BatchCrawlResult, Page, SingleCrawlResult, Visit } from './page.js'
import type { PageCrawler } from './page-crawler.js'
import type { BatchCrawl, SingleCrawl } from './payload.js'
import { runSingle } from './single-run.js'
import { spiderSettingsOf } from './spider/spider-request.js'
import type { SpiderCrawlResult } from './spider/spider-result.js'
import { runSpider } from './spider/spider-run.js'

/** How the jobs that crawl run, each with what it asks for. */
export interface CrawlRuns {
  single(payload: SingleCrawl, ctx: CrawlContext): Promise<SingleCrawlResult | SpiderCrawlResult>
  batch(payload: BatchCrawl, ctx: CrawlContext): Promise<BatchCrawlResult | SpiderCrawlResult>
  spider(payload: BatchCrawl, ctx: CrawlContext): Promise<SpiderCrawlResult>
}

export interface CrawlRunsDeps extends Required<CrawlJobsDeps> {
  readonly crawler: PageCrawler
  /** Gets a file of a site, as politely as a page; `reader` takes it as it comes. */
  readonly fetchFile: (
    url: string,
    how: {
      readonly timeoutMs: number
      readonly network: JobNetwork
      readonly signal: AbortSignal
      readonly reader: BodyReader
    },
  ) => Promise<Pick<FetchedPage, 'status'>>
  /** What a page says whose html was kept as it is; `null` where that cannot be read. */
  readonly readHtml: (visit: Visit, signal: AbortSignal) => Promise<Visit['document']>
}

export function createCrawlRuns(deps: CrawlRunsDeps): CrawlRuns {
  const { options, clock, crawler, maxResultBytes, fetchFile, readHtml } = deps
  const spider = (payload: BatchCrawl, ctx: CrawlContext): Promise<SpiderCrawlResult> => {
    const asked = settingsOf(payload.options, options, true)
    const network = keptTo(payload.urls, asked.network)
    const settings = { ...asked, network }
    const { timeoutMs } = settings
    return runSpider(payload, settings, spiderSettingsOf(payload.options, options), ctx, {
      crawler,
      fetchFile: (url, signal, reader) => fetchFile(url, { timeoutMs, network, signal, reader }),
      readHtml,
      journal: journalOf(deps, ctx, true),
      clock,
      maxResultBytes,
      onPage: onPageOf(deps, ctx),
    })
  }
  return {
    single(payload, ctx) {
      const { url, options: request } = payload
      if (request.useSpider === true) return spider({ urls: [url], options: request }, ctx)
      return runSingle(payload, settingsOf(request, options), crawler, ctx, {
        clock,
        onPage: onPageOf(deps, ctx),
      })
    },
    batch(payload, ctx) {
      if (payload.options.useSpider === true) return spider(payload, ctx)
      const settings = settingsOf(payload.options, options)
      return runBatch(payload, settings, crawler, ctx, {
        clock,
        maxResultBytes,
        journal: journalOf(deps, ctx, false),
        onPage: onPageOf(deps, ctx),
      })
    },
    spider,
  }
}

// -------------------------------------------------------------------------------------------------------------------

function journalOf(deps: CrawlRunsDeps, ctx: CrawlContext, isNeeded: boolean): Journal {
  const { clock, logger, storage, keepPagesMs } = deps
  const { job, fence, signal } = ctx
  // As long behind the end of the job as behind the first page.
  const ttlMs = keepPagesMs + job.timeoutMs
  const content = createHash('sha256').update(JSON.stringify(job.payload)).digest('base64url')
  const run = { life: job, fence, content, signal, ttlMs, isNeeded }
  return new PageJournal({ storage: storage(), clock, logger, ...run })
}

function onPageOf({ onPage }: CrawlRunsDeps, { job }: CrawlContext): (page: Page) => void {
  return ({ url, status, error }) => onPage(job, { url, status, code: error?.code ?? null })
}
