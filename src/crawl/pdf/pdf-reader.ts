import type { Clock } from '../../core/clock.js'
import type { FetchOptions, FetchedPage } from '../fetch/fetch-page.js'
import type { ResolvedCrawlOptions } from '../options.js'
import { BodyRoom } from '../reading/body-room.js'
import { createThreadPool } from '../reading/thread-pool.js'
import { slotPatience } from '../single-attempt.js'
import type { PdfExtraction } from './pdf-payload.js'
import type { PdfExtractionResult } from './pdf-result.js'
import { type PdfContext, runPdf } from './pdf-run.js'

export interface PdfReaderDeps {
  readonly options: ResolvedCrawlOptions
  readonly clock: Clock
  /** Gets a file as any page is got. */
  readonly fetch: (href: string, own: Partial<FetchOptions>) => Promise<FetchedPage>
}

/** Runs the jobs of the type `pdf_extraction`. */
export interface PdfReader {
  run(job: PdfExtraction, ctx: PdfContext): Promise<PdfExtractionResult>
  /** Ends the thread; a later job starts it anew. */
  close(): Promise<void>
}

/** With a thread of its own: a PDF takes seconds, and pages shall not wait behind it. */
export function createPdfReader({ options, clock, fetch }: PdfReaderDeps): PdfReader {
  const { maxPdfBytes, readHeapMb: heapMb, threadUrl } = options
  const threads = createThreadPool({ maxThreads: 1, heapMb, threadUrl, clock, subject: 'PDF' })
  // Not that of pages: a few files that wait for a slow one would stop all crawling.
  const room = new BodyRoom(options.maxBufferedBytes)
  const limits = { maxBytes: maxPdfBytes, maxDecodedBytes: maxPdfBytes, headers: { accept: accepted } }
  const how = { ...limits, patience: slotPatience }
  return {
    run: (job, ctx) =>
      room.hold((place) =>
        runPdf(job, ctx, {
          options,
          threads,
          clock,
          place,
          fetch: (href, totalTimeoutMs, signal) => fetch(href, { ...how, totalTimeoutMs, signal, place }),
        }),
      ),
    close: () => threads.close(),
  }
}

// -------------------------------------------------------------------------------------------------------------------

const accepted = 'application/pdf,*/*;q=0.5'
