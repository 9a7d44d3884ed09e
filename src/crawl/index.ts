export { type ExtractedDocument, type ExtractOptions, extractDocument } from './extract/extract-document.js'
export type { Link } from './extract/links.js'
export type { Metadata } from './extract/metadata.js'
export { isPublicAddress } from './fetch/address-guard.js'
export { type DecodedText, decodeHtml } from './fetch/charset.js'
export type { FetchedPage, RedirectResponse } from './fetch/fetch-page.js'
export type { FollowedRedirect } from './fetch/redirect.js'
export { robotsAllows, robotsCrawlDelay, robotsSitemaps } from './fetch/robots.js'
export { robotsTagSaysNofollow } from './fetch/robots-tag.js'
export type { CacheMode } from './cache/cache-mode.js'
export type { OutputFormat } from './crawl-request.js'
export type { CrawlOptions, Extractor } from './options.js'
export {
  type CachedFetcher,
  type CachedFetcherOptions,
  type CachedPage,
  type CachedRequest,
  createCachedFetcher,
} from './parts/cached-fetcher.js'
export { type PublicUrlRules, checkPublicUrl } from './parts/check-public-url.js'
export { type Fetcher, type FetcherOptions, type FetchRequest, createFetcher } from './parts/fetcher.js'
export {
  type HostLimiter,
  type HostLimiterOptions,
  type HostRequest,
  createHostLimiter,
} from './parts/host-limiter.js'
export type { PartHost, StoringPartHost } from './parts/part-settings.js'
export {
  type PdfReader,
  type PdfReaderOptions,
  type PdfRequest,
  type PdfText,
  createPdfReader,
} from './parts/pdf-text.js'
export {
  type Sitemap,
  type SitemapOptions,
  type SitemapUrls,
  type SitemapUrlsOptions,
  fetchSitemapUrls,
  parseSitemap,
} from './parts/sitemap.js'
export {
  type Spider,
  type SpiderFinding,
  type SpiderOptions,
  type SpiderTarget,
  type SpiderVerdict,
  createSpider,
} from './parts/spider.js'
export type { Pass, RequestEnd } from './politeness/host-gate.js'
export type { PerHostOptions } from './politeness/per-host-options.js'
export type { PdfDocument, PdfExtractionResult, PdfMetadata, PdfPage } from './pdf/pdf-result.js'
export type { BatchCrawlResult, Page, PageError, SingleCrawlResult } from './page.js'
export type { SitemapCut } from './spider/sitemap-file.js'
export type { SpiderScope, SpiderStrategy } from './spider/spider-request.js'
