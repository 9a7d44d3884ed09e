import type { RiptideError } from '../core/errors.js'
import type { ExtractedDocument } from './extract/extract-document.js'
import type { FollowedRedirect } from './fetch/redirect.js'
import type { OutputFormat } from './crawl-request.js'

/** A page is read into a document, or kept as its own html. */
export type Reading = 'document' | 'html'

/** Why a url has no content: a `FetchErrorCode`, `NOT_CACHED` or `TIMEOUT`, and a sentence. */
export interface PageError {
  readonly code: string
  readonly message: string
}

/** What one url came to, in the form that the job asked for. */
export interface Page {
  /** As submitted. */
  readonly url: string
  /** Where the redirects led; `null` when no response came. */
  readonly finalUrl: string | null
  readonly status: number | null
  /** What is on it was stored, if only after its server was asked whether it still holds; or an equal request was under way. */
  readonly fromCache: boolean
  /** How often its server was asked; 0 for what was stored, and for a url that may not be asked for. */
  readonly attempts: number
  readonly processingTimeMs: number
  readonly redirects: readonly FollowedRedirect[]
  readonly contentType: string | null
  readonly encoding: string | null
  /** `null` when another output format was asked for, or on an error. */
  readonly document: ExtractedDocument | null
  /** The text that the output format `markdown`, `text` or `html` asks for; `null` otherwise, or on an error. */
  readonly content: string | null
  readonly error: PageError | null
}

/** The result of a `single_crawl`. */
export interface SingleCrawlResult extends Page {
  readonly warnings: readonly string[]
}

/** The result of a `batch_crawl`: a page for each url, in their order. */
export interface BatchCrawlResult {
  readonly totalUrls: number
  readonly successful: number
  readonly failed: number
  /** How many pages came from the cache. */
  readonly fromCache: number
  readonly results: readonly Page[]
  readonly warnings: readonly string[]
}

/** What a visit to a url brought, before it takes the form that was asked for. */
export interface Visit {
  readonly finalUrl: string | null
  readonly status: number | null
  readonly redirects: readonly FollowedRedirect[]
  readonly contentType: string | null
  readonly encoding: string | null
  readonly document: ExtractedDocument | null
  readonly html: string | null
  /** Its response asks, by `X-Robots-Tag`, that its links be not followed. */
  readonly nofollow: boolean
  readonly failure: RiptideError | null
}

/** How a page came about, beside what is on it. */
export interface PageFacts {
  readonly url: string
  readonly fromCache: boolean
  readonly attempts: number
  readonly processingTimeMs: number
  readonly outputFormat: OutputFormat
}

/** A visit as a page of the result. */
export function pageOf(visit: Visit, facts: PageFacts): Page {
  const { url, fromCache, attempts, processingTimeMs, outputFormat } = facts
  const { finalUrl, status, redirects, contentType, encoding, document, failure } = visit
  return {
    url,
    finalUrl,
    status,
    fromCache,
    attempts,
    processingTimeMs: Math.round(processingTimeMs),
    redirects,
    contentType,
    encoding,
    document: outputFormat === 'document' ? document : null,
    content: contentOf(visit, outputFormat),
    error: failure === null ? null : { code: failure.code, message: failure.message },
  }
}

/** A visit that brought nothing. */
export function failedVisit(failure: RiptideError): Visit {
  return {
    finalUrl: null,
    status: null,
    redirects: [],
    contentType: null,
    encoding: null,
    document: null,
    html: null,
    nofollow: false,
    failure,
  }
}

// -------------------------------------------------------------------------------------------------------------------

function contentOf(visit: Visit, format: OutputFormat): string | null {
  if (format === 'document') return null
  return format === 'html' ? visit.html : (visit.document?.[format] ?? null)
}
