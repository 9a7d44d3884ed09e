import { throwIfAborted } from '../../core/abort.js'
import type { Clock } from '../../core/clock.js'
import { type RiptideError, isRiptideError } from '../../core/errors.js'
import type { Logger } from '../../core/logger.js'
import { createTurns } from '../../core/turns.js'
import { contentKind } from '../content-type.js'
import type { Deadline } from '../deadline.js'
import { decodeHtml } from '../fetch/charset.js'
import type { FetchedPage } from '../fetch/fetch-page.js'
import { robotsTagSaysNofollow } from '../fetch/robots-tag.js'
import type { ResolvedCrawlOptions } from '../options.js'
import { type Reading, type Visit, failedVisit } from '../page.js'
import { isPdf } from '../pdf/is-pdf.js'
import { runExtractor } from './own-extractor.js'
import { type TextAnswer, type TextRequest, readText } from './read-text.js'
import { statusError, typeError } from './refusal.js'
import { createReadingThreads } from './reading-threads.js'

/** Reads what was fetched. */
export interface PageReader {
  /**
   * What a response says. A status other than 2xx, a type that is not text, an extractor that throws and a thread that dies
   * are a failed visit; rejects only with the signal's reason. The bytes of `page.body` are the reader's from then on: they may be
   * moved to a thread, and are gone here. The deadline stands still while the page waits for its turn or for a thread.
   */
  read(page: FetchedPage, reading: Reading, signal: AbortSignal, deadline?: Deadline): Promise<Visit>
  /** Ends the threads; a later page starts them anew. */
  close(): Promise<void>
}

export interface PageReaderDeps {
  readonly options: ReadingOptions
  readonly clock: Clock
  readonly logger: Logger
}

/** The part of the crawler's settings that reading needs. */
export type ReadingOptions = Pick<
  ResolvedCrawlOptions,
  'extractor' | 'isolation' | 'maxThreads' | 'readTimeoutMs' | 'readHeapMb' | 'threadUrl' | 'userAgent'
>

/**
 * Reads here, a page in each turn of the event loop, or in threads: by `isolation` all pages, or those that are large. An
 * extractor of the app's own runs here.
 */
export function createPageReader({ options, clock, logger }: PageReaderDeps): PageReader {
  const { extractor, isolation, userAgent } = options
  const takeTurn = createTurns(clock, 0)
  const threads = createReadingThreads({ options, clock, logger })
  const leastBytes = isolation === 'thread' ? 0 : isolation === 'auto' ? largeBytes : Infinity

  const here = async (request: TextRequest, begin: () => void, signal: AbortSignal): Promise<TextAnswer> => {
    await takeTurn()
    begin()
    throwIfAborted(signal)
    if (!extractor || request.kind !== 'html' || request.reading === 'html') return readText(request)
    const { text, encoding } = decodeHtml(request.body, request.contentType)
    return { encoding, document: await runExtractor(extractor, text, request.url), html: null }
  }

  const answerTo = (request: TextRequest, begin: () => void, signal: AbortSignal): Promise<TextAnswer> => {
    const isOwn = extractor !== undefined && request.kind === 'html' && request.reading !== 'html'
    if (isOwn || request.body.byteLength < leastBytes) return here(request, begin, signal)
    return threads.read(request, begin, signal)
  }

  return {
    async read(page, reading, signal, deadline) {
      const facts = factsOf(page, userAgent)
      const failed = (failure: RiptideError): Visit => ({ ...failedVisit(failure), ...facts })
      if (page.status < 200 || page.status > 299) return failed(statusError(page))
      const kind = contentKind(page.contentType, page.body)
      if (kind === 'other' || isPdf(page.body)) return failed(typeError(page))
      const { body, contentType, finalUrl: url } = page
      const begin = deadline?.pause() ?? ((): void => undefined)
      try {
        const answer = await answerTo({ body, contentType, kind, url, reading }, begin, signal)
        return { ...facts, ...answer, failure: null }
      } catch (error) {
        throwIfAborted(signal)
        if (isRiptideError(error)) return failed(error)
        throw error
      } finally {
        begin()
      }
    },
    close: () => threads.close(),
  }
}

// -------------------------------------------------------------------------------------------------------------------

/** From here on reading takes longer than an app's other work should wait: some 30 ms. */
const largeBytes = 256 * 1024

function factsOf(
  page: FetchedPage,
  userAgent: string,
): Pick<Visit, 'finalUrl' | 'status' | 'redirects' | 'contentType' | 'nofollow'> {
  const { finalUrl, status, redirects, contentType, headers } = page
  const nofollow = robotsTagSaysNofollow(headers['x-robots-tag'], userAgent)
  return { finalUrl, status, redirects, contentType: contentType?.slice(0, 200) ?? null, nofollow }
}
