import { asObject, integerIn, onlyKeys, wrong } from '../../core/check.js'
import { RiptideError } from '../../core/errors.js'
import type { CrawlOptions } from '../options.js'
import { opensAsPdf } from '../pdf/is-pdf.js'
import type { PdfDocument } from '../pdf/pdf-result.js'
import { readInThread } from '../pdf/pdf-run.js'
import { createThreadPool } from '../reading/thread-pool.js'
import { type PartHost, resolvePart } from './part-settings.js'

/** The settings of the crawler that a reader of PDFs heeds, with the same meanings and defaults. */
const heeded = [
  'maxPdfBytes',
  'maxPdfPages',
  'pdfMemoryMb',
  'pdfTimeoutMs',
  'readHeapMb',
  'threadUrl',
] as const satisfies readonly (keyof CrawlOptions)[]

export type PdfReaderOptions = Pick<CrawlOptions, (typeof heeded)[number]> & Pick<PartHost, 'clock'>

/** How one PDF is read. */
export interface PdfRequest {
  /** Most pages that are read, from the first. @default `maxPdfPages` */
  readonly maxPages?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** What is in a PDF, and the text of all pages, parted by an empty line. */
export interface PdfText extends PdfDocument {
  readonly text: string
}

/** Reads PDFs, one at a time, in a thread of its own. */
export interface PdfReader {
  /**
   * The bytes stay the caller's. PDF_INVALID for what is no PDF, is broken, or has a password; PAYLOAD_TOO_LARGE;
   * EXTRACTION_FAILED for one that takes too long or too much memory, which ends its thread and costs no other anything;
   * NOT_SUPPORTED without the package `pdfjs-dist`; ABORTED by the signal.
   */
  read(pdf: Uint8Array, request?: PdfRequest): Promise<PdfText>
  /** Ends the thread, which also ends by itself when it was idle for 30 s; a later read starts it anew. */
  close(): Promise<void>
}

/**
 * The reader of `pdf_extraction`, without jobs. It needs the package `pdfjs-dist`; no script of a PDF is run, and nothing is
 * fetched for it. CONFIG_INVALID names an option that is wrong.
 * @example
 * const pdfs = createPdfReader()
 * const { text, pageCount } = await pdfs.read(await readFile('report.pdf'), { maxPages: 20 })
 * await pdfs.close()
 */
export function createPdfReader(options: PdfReaderOptions = {}): PdfReader {
  const { options: settings, clock } = resolvePart(options, heeded)
  const { maxPdfBytes, maxPdfPages, pdfMemoryMb: growthMb, pdfTimeoutMs: timeoutMs } = settings
  const { readHeapMb: heapMb, threadUrl } = settings
  const threads = createThreadPool({ maxThreads: 1, heapMb, threadUrl, clock, subject: 'PDF' })
  return {
    async read(pdf, request = {}) {
      const { maxPages = maxPdfPages, signal = never } = requestOf(request)
      const bytes = bytesOf(pdf, maxPdfBytes)
      const limits = { maxPages: Math.min(maxPages, maxPdfPages), timeoutMs, growthMb }
      const document = await readInThread(bytes, limits, threads, signal)
      return { ...document, text: document.pages.map(({ text }) => text).join('\n\n') }
    },
    close: () => threads.close(),
  }
}

// -------------------------------------------------------------------------------------------------------------------

const never = new AbortController().signal

function requestOf(request: PdfRequest): PdfRequest {
  const place = { path: '', code: 'ARGUMENT_INVALID' } as const
  onlyKeys(asObject(request, place), ['maxPages', 'signal'], place)
  const { maxPages } = request
  if (maxPages !== undefined) integerIn(maxPages, 1, 100_000, { ...place, path: '/maxPages' })
  return request
}

/** A copy, since what goes to a thread is gone here. */
function bytesOf(pdf: unknown, limit: number): Uint8Array {
  if (!(pdf instanceof Uint8Array))
    throw wrong('PDF_INVALID', { path: '' }, 'must be the bytes of a PDF', pdf)
  if (pdf.byteLength > limit)
    throw new RiptideError('PAYLOAD_TOO_LARGE', `the PDF has more than ${limit} bytes`, { facts: { limit } })
  if (!opensAsPdf(pdf)) throw new RiptideError('PDF_INVALID', 'the bytes are no PDF: no %PDF- in them')
  return new Uint8Array(pdf)
}
