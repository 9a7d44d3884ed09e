export { type ExtractedDocument, type ExtractOptions, extractDocument } from './extract/extract-document.js'
export type { Link } from './extract/links.js'
export type { Metadata } from './extract/metadata.js'
export { isPublicAddress } from './fetch/address-guard.js'
export { type DecodedText, decodeHtml } from './fetch/charset.js'
export { type FetchedPage, type FetchOptions, fetchPage } from './fetch/fetch-page.js'
export {
  type DispatcherOptions,
  type GuardedDispatcher,
  createDispatcher,
} from './fetch/guarded-dispatcher.js'
export type { FollowedRedirect } from './fetch/redirect.js'
export { robotsAllows } from './fetch/robots.js'
export type { CacheMode, OutputFormat } from './crawl-request.js'
export type { CrawlOptions, Extractor } from './options.js'
export type { BatchCrawlResult, Page, PageError, SingleCrawlResult } from './page.js'
