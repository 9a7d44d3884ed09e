import type { JobPage } from '../../core/job-pages.js'
import type { Page } from '../page.js'

/** What one url of a spider came to. */
export interface SpiderPage extends Page {
  /** Links between a start and this; 0 for a start. */
  readonly depth: number
  /** The page that linked to it; `null` for a start, and for what only a sitemap named. */
  readonly foundOn: string | null
  /** The url of a page before this one that is the same, by its address after redirects or the one it gives for itself. */
  readonly duplicateOf: string | null
}

/** Why a spider ended: nothing was left to crawl, or `spiderMaxPages` was reached with more to come. */
export type SpiderEnd = 'nothing_left' | 'page_limit'

/** The result of a `spider_crawl`, and of other crawls with `useSpider`. */
export interface SpiderCrawlResult {
  /** How many urls were crawled, those that failed included. */
  readonly totalUrls: number
  readonly successful: number
  readonly failed: number
  /** How many pages came from the cache. */
  readonly fromCache: number
  /** Pages with another url of the same page before them. */
  readonly duplicates: number
  /** Links to the furthest page. */
  readonly maxDepth: number
  readonly endedBy: SpiderEnd
  /** All pages, in the order in which they were finished; `null` when they are too many bytes: `getJobPages` has them. */
  readonly results: readonly SpiderPage[] | null
  readonly warnings: readonly string[]
}

/** A page as `getJobPages` answers it; the last three fields are there of a spider. */
export type CrawledPage = JobPage & Page & Partial<Pick<SpiderPage, 'depth' | 'foundOn' | 'duplicateOf'>>
