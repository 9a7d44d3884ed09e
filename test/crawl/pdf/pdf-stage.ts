import { RiptideError } from '../../../src/core/errors.js'
import { systemClock } from '../../../src/core/clock.js'
import type { JobContext } from '../../../src/core/handler.js'
import { inputOf } from '../../../src/core/input.js'
import { silentLogger } from '../../../src/core/logger.js'
import { crawlJobs } from '../../../src/crawl/jobs.js'
import { type CrawlOptions, resolveCrawlOptions } from '../../../src/crawl/options.js'
import type { PdfExtractionResult } from '../../../src/crawl/pdf/pdf-result.js'
import { textStorage } from '../jobs/text-storage.js'

/** Jobs of the type `pdf_extraction`, as a service would run them. */
export interface PdfStage {
  run(payload: object, ctx?: Partial<Pick<JobContext, 'signal' | 'progress'>>): Promise<PdfExtractionResult>
  close(): Promise<void>
}

export function pdfStage(crawl: CrawlOptions = {}): PdfStage {
  const storage = textStorage()
  const options = resolveCrawlOptions({ allowPrivateNetwork: true, respectRobots: false, ...crawl })
  const jobs = crawlJobs({ options, storage: () => storage, clock: systemClock, logger: silentLogger })
  const definition = jobs.definitions.find(({ jobName }) => jobName === 'pdf_extraction')?.definition
  if (!definition?.input) throw new Error('no such job')
  const { input } = definition
  return {
    async run(payload, given = {}) {
      const checked = await inputOf(input, payload, (message) => new RiptideError('INPUT_INVALID', message))
      const job = { id: 'pdf-1', retry: { maxDelayMs: 300_000 } }
      const base = {
        signal: new AbortController().signal,
        progress: () => undefined,
        log: () => undefined,
        job,
      }
      const ctx = { ...base, ...given }
      return (await definition.handler(checked, ctx as unknown as JobContext)) as PdfExtractionResult
    },
    close: () => jobs.close(),
  }
}
