import type { Clock } from '../core/clock.js'
import { type AnyJobDefinition, type JobContext, defineJob } from '../core/handler.js'
import type { Job } from '../core/job.js'
import type { Logger } from '../core/logger.js'
import type { StandardSchema } from '../core/standard-schema.js'
import type { StorageAdapter } from '../core/storage-adapter.js'
import type { CrawlRuntime } from './crawl-runtime.js'
import type { ResolvedCrawlOptions } from './options.js'
import { type PdfExtraction, checkPdfExtraction } from './pdf/pdf-payload.js'
import {
  type BatchCrawl,
  type SingleCrawl,
  checkBatchCrawl,
  checkSingleCrawl,
  checkSpiderCrawl,
} from './payload.js'

export interface CrawlJobsDeps {
  readonly options: ResolvedCrawlOptions
  readonly storage: () => StorageAdapter
  readonly clock: Clock
  readonly logger: Logger
  /** The most that the service keeps of one result. @default 64 MB */
  readonly maxResultBytes?: number
  /** How long the pages of a job are kept one by one, in ms. @default a day */
  readonly keepPagesMs?: number
  /** Is told of each url that a job has finished with. @default nobody is */
  readonly onPage?: (job: Job, page: PageEnd) => void
}

/** What became of one url. */
export interface PageEnd {
  readonly url: string
  /** Of the response; `null` when none came. */
  readonly status: number | null
  /** Why it has no content; `null` where it has. */
  readonly code: string | null
}

/** The job types `single_crawl`, `batch_crawl`, `spider_crawl` and `pdf_extraction`. */
export interface CrawlJobs {
  readonly definitions: readonly AnyJobDefinition[]
  /** Closes connections, gives back what is held of hosts, and forgets robots.txt files; a later run opens anew. */
  close(): Promise<void>
}

/**
 * Makes the crawl jobs. The crawler and its parsers are loaded with the first run, so that a process which only submits
 * never does.
 */
export function crawlJobs(deps: CrawlJobsDeps): CrawlJobs {
  const { options } = deps
  let opening: Promise<CrawlRuntime> | undefined
  const runtime = (): Promise<CrawlRuntime> => {
    if (opening) return opening
    const started = open({ ...defaults, ...deps })
    opening = started
    // A failed load must not stand for ever: the next run tries again.
    started.catch(() => {
      if (opening === started) opening = undefined
    })
    return started
  }
  return {
    definitions: [
      defineJob({
        name: 'single_crawl',
        input: schemaOf((payload) => checkSingleCrawl(payload, options)),
        handler: async (payload: SingleCrawl, ctx: JobContext) => (await runtime()).single(payload, ctx),
      }),
      defineJob({
        name: 'batch_crawl',
        input: schemaOf((payload) => checkBatchCrawl(payload, options)),
        handler: async (payload: BatchCrawl, ctx: JobContext) => (await runtime()).batch(payload, ctx),
      }),
      defineJob({
        name: 'spider_crawl',
        input: schemaOf((payload) => checkSpiderCrawl(payload, options)),
        handler: async (payload: BatchCrawl, ctx: JobContext) => (await runtime()).spider(payload, ctx),
      }),
      defineJob({
        name: 'pdf_extraction',
        input: schemaOf((payload) => checkPdfExtraction(payload, options)),
        handler: async (payload: PdfExtraction, ctx: JobContext) => (await runtime()).pdf(payload, ctx),
      }),
    ],
    async close() {
      const closing = opening
      opening = undefined
      const opened = await closing?.catch(() => undefined)
      await opened?.close()
    },
  }
}

// -------------------------------------------------------------------------------------------------------------------

const defaults = { maxResultBytes: 64_000_000, keepPagesMs: 86_400_000, onPage: () => undefined }

async function open(deps: Required<CrawlJobsDeps>): Promise<CrawlRuntime> {
  const { createCrawlRuntime } = await import('./crawl-runtime.js')
  return createCrawlRuntime(deps)
}

/** A check that throws errors of ours, as the schema of a job. */
function schemaOf<T>(check: (payload: unknown) => T): StandardSchema<unknown, T> {
  return {
    '~standard': { version: 1, vendor: 'riptide-workers', validate: (value) => ({ value: check(value) }) },
  }
}
