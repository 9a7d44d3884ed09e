import { RiptideError } from '../../../src/core/errors.js'
import { type Clock, systemClock } from '../../../src/core/clock.js'
import type { JobContext } from '../../../src/core/handler.js'
import { inputOf } from '../../../src/core/input.js'
import { type Logger, silentLogger } from '../../../src/core/logger.js'
import { type CrawlJobs, crawlJobs } from '../../../src/crawl/jobs.js'
import { type CrawlOptions, resolveCrawlOptions } from '../../../src/crawl/options.js'
import type { BatchCrawlResult, SingleCrawlResult } from '../../../src/crawl/page.js'
import type { SpiderCrawlResult } from '../../../src/crawl/spider/spider-result.js'
import { type TextStorage, textStorage } from './text-storage.js'

/** The crawl jobs as a service would run them, over loopback. */
export interface CrawlStage {
  readonly jobs: CrawlJobs
  readonly storage: TextStorage
  batch(
    urls: readonly string[],
    options?: Record<string, unknown>,
    ctx?: Partial<JobContext>,
  ): Promise<BatchCrawlResult>
  single(
    url: string,
    options?: Record<string, unknown>,
    ctx?: Partial<JobContext>,
  ): Promise<SingleCrawlResult>
  spider(
    url: string | readonly string[],
    options?: Record<string, unknown>,
    ctx?: Partial<JobContext>,
  ): Promise<SpiderCrawlResult>
}

export interface StageOptions {
  readonly crawl?: CrawlOptions
  readonly clock?: Clock
  readonly logger?: Logger
  readonly maxResultBytes?: number
}

export function crawlStage({
  crawl,
  clock = systemClock,
  logger = silentLogger,
  ...more
}: StageOptions = {}): CrawlStage {
  const storage = textStorage()
  let runs = 0
  const options = resolveCrawlOptions({ allowPrivateNetwork: true, respectRobots: false, ...crawl })
  const jobs = crawlJobs({ options, storage: () => storage, clock, logger, ...more })
  const run = async (name: string, payload: unknown, ctx: Partial<JobContext> = {}): Promise<unknown> => {
    const definition = jobs.definitions.find((one) => one.jobName === name)?.definition
    if (!definition?.input) throw new Error(`no job ${name}`)
    const input = await inputOf(
      definition.input,
      payload,
      (message) => new RiptideError('INPUT_INVALID', message),
    )
    const base = {
      signal: new AbortController().signal,
      progress: () => undefined,
      log: () => undefined,
      fence: '1',
      job: {
        id: `job-${++runs}`,
        generation: 1,
        createdAt: 1,
        payload: input,
        timeoutMs: 60_000,
        retry: { maxDelayMs: 300_000 },
      },
    }
    return definition.handler(input, { ...base, ...ctx } as JobContext)
  }
  return {
    jobs,
    storage,
    batch: async (urls, options, ctx) =>
      (await run('batch_crawl', { urls, options }, ctx)) as BatchCrawlResult,
    single: async (url, options, ctx) =>
      (await run('single_crawl', { url, options }, ctx)) as SingleCrawlResult,
    spider: async (start, options, ctx) => {
      const starts = typeof start === 'string' ? { url: start } : { urls: start }
      return (await run('spider_crawl', { ...starts, options }, ctx)) as SpiderCrawlResult
    },
  }
}
