import { abortable, throwIfAborted } from '../../core/abort.js'
import type { Clock } from '../../core/clock.js'
import { RiptideError, describe, isRiptideError } from '../../core/errors.js'
import type { JobContext } from '../../core/handler.js'
import type { BodyPlace } from '../fetch/body-place.js'
import type { FetchedPage } from '../fetch/fetch-page.js'
import type { ResolvedCrawlOptions } from '../options.js'
import { ownBytes } from '../reading/own-bytes.js'
import { statusError } from '../reading/refusal.js'
import type { ThreadPool } from '../reading/thread-pool.js'
import { failedAttempt } from '../single-attempt.js'
import { opensAsPdf } from './is-pdf.js'
import { type PdfExtraction, pdfOptions } from './pdf-payload.js'
import type { PdfDocument, PdfExtractionResult } from './pdf-result.js'

/** The part of a job's context that reading a PDF needs. */
export type PdfContext = Pick<JobContext, 'signal' | 'progress' | 'log' | 'job'>

export interface PdfRunDeps {
  readonly options: Pick<
    ResolvedCrawlOptions,
    'maxPdfPages' | 'pdfTimeoutMs' | 'pdfMemoryMb' | 'pageTimeoutMs'
  >
  readonly threads: ThreadPool
  readonly clock: Clock
  /** Where the file goes. */
  readonly place: BodyPlace
  /** Gets the file as any page is got: guarded, in its host's turn, by the rules of robots.txt. */
  readonly fetch: (href: string, timeoutMs: number, signal: AbortSignal) => Promise<FetchedPage>
}

/**
 * Reads one PDF, in a thread. A failure fails the attempt, as `failedAttempt` has it: for good where there is no PDF, one with
 * a password, or one that takes too long.
 */
export async function runPdf(
  job: PdfExtraction,
  ctx: PdfContext,
  deps: PdfRunDeps,
): Promise<PdfExtractionResult> {
  const { options, clock } = deps
  const { signal } = ctx
  throwIfAborted(signal)
  const startedAt = clock.monotonic()
  const settings = settingsOf(job, options)
  try {
    const file = await bytesOf(job, deps, signal)
    ctx.progress(0.5, 'received')
    const size = file.body.byteLength
    const document = await readInThread(file.body, settings, deps.threads, signal)
    ctx.progress(1, `${document.pages.length} of ${document.pageCount} pages`)
    return {
      url: job.url ?? null,
      finalUrl: file.finalUrl,
      redirects: file.redirects,
      bytes: size,
      ...document,
      text: document.pages.map(({ text }) => text).join('\n\n'),
      processingTimeMs: Math.round(clock.monotonic() - startedAt),
      warnings: settings.warnings,
    }
  } catch (error) {
    throwIfAborted(signal)
    throw isRiptideError(error) ? failedAttempt(error, clock.now(), ctx) : error
  }
}

// -------------------------------------------------------------------------------------------------------------------

/** Of text in all: as much as a book of ten thousand pages has. */
const maxCharacters = 20_000_000

interface Settings {
  readonly maxPages: number
  readonly timeoutMs: number
  readonly growthMb: number
  readonly warnings: readonly string[]
}

function settingsOf({ options: asked }: PdfExtraction, limits: PdfRunDeps['options']): Settings {
  const { maxPages, timeoutMs } = asked
  const unknown = Object.keys(asked).filter((key) => !(key in pdfOptions))
  const warnings = unknown.slice(0, 20).map((key) => `the option ${describe(key)} is unknown and was ignored`)
  if (typeof maxPages === 'number' && maxPages > limits.maxPdfPages)
    warnings.push(`maxPages was lowered to ${limits.maxPdfPages}, the most that is allowed here`)
  return {
    maxPages: Math.min(typeof maxPages === 'number' ? maxPages : Infinity, limits.maxPdfPages),
    timeoutMs: Math.min(typeof timeoutMs === 'number' ? timeoutMs : Infinity, limits.pdfTimeoutMs),
    growthMb: limits.pdfMemoryMb,
    warnings,
  }
}

type File = Pick<FetchedPage, 'body' | 'redirects'> & { readonly finalUrl: string | null }

async function bytesOf(
  { url, pdfData }: PdfExtraction,
  deps: PdfRunDeps,
  signal: AbortSignal,
): Promise<File> {
  if (url === undefined) {
    const data = pdfData ?? ''
    await abortable(Promise.resolve(deps.place.take(Buffer.byteLength(data, 'base64'))), signal)
    return { body: Buffer.from(data, 'base64'), finalUrl: null, redirects: [] }
  }
  const page = await deps.fetch(url, deps.options.pageTimeoutMs, signal)
  if (page.status < 200 || page.status > 299) throw statusError(page)
  if (opensAsPdf(page.body)) return page
  const got = page.contentType ? describe(page.contentType) : 'no Content-Type'
  throw new RiptideError('CONTENT_TYPE_UNSUPPORTED', `the url leads to no PDF; got ${got}`)
}

/** Reads the text of a PDF; its errors are those of `runPdf`. */
export async function readInThread(
  body: Uint8Array,
  { maxPages, timeoutMs, growthMb }: Omit<Settings, 'warnings'>,
  threads: ThreadPool,
  signal: AbortSignal,
): Promise<PdfDocument> {
  const { bytes, transfer } = ownBytes(body)
  const request = { data: bytes, maxPages, maxCharacters }
  const answer = await threads.run('readPdf', request, { transfer, timeoutMs, signal, growthMb })
  if (answer.kind === 'invalid') throw new RiptideError('PDF_INVALID', `the PDF ${answer.why}`)
  if (answer.kind === 'no library') throw noLibrary(answer.why)
  const { pageCount, pages, metadata, truncated } = answer
  return { pageCount, pages, metadata, truncated }
}

function noLibrary(why: string | undefined): RiptideError {
  const missing = 'is not installed here: npm install pdfjs-dist'
  const what =
    why === undefined ? missing : `does not work here (${describe(why)}): has it a version for this Node?`
  return new RiptideError('NOT_SUPPORTED', `reading a PDF needs the package pdfjs-dist, which ${what}`)
}
