import type { Clock } from '../core/clock.js'
import { type AnyJobDefinition, type JobContext, defineJob } from '../core/handler.js'
import type { Logger } from '../core/logger.js'
import type { StandardSchema } from '../core/standard-schema.js'
import type { StorageAdapter } from '../core/storage-adapter.js'
import type { CrawlRuntime } from './crawl-runtime.js'
import type { ResolvedCrawlOptions } from './options.js'
import { type BatchCrawl, type SingleCrawl, checkBatchCrawl, checkSingleCrawl } from './payload.js'

export interface CrawlJobsDeps {
  readonly options: ResolvedCrawlOptions
  readonly storage: () => StorageAdapter
  readonly clock: Clock
  readonly logger: Logger
  /** The most that the service keeps of one result. @default 64 MB */
  readonly maxResultBytes?: number
}

/** The job types `single_crawl` and `batch_crawl`. */
export interface CrawlJobs {
  readonly definitions: readonly AnyJobDefinition[]
  /** Closes connections and forgets robots.txt files; a later run opens anew. */
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
    const started = open({ maxResultBytes: 64_000_000, ...deps })
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
