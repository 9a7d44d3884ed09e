import type { JobPages } from './core/job-pages.js'

/** One page. */
export interface SingleCrawlSpec {
  readonly type: 'single_crawl'
  readonly url: string
  readonly options?: CrawlRequestOptions | null | undefined
}

/** Many pages, of which one that fails does not fail the others. */
export interface BatchCrawlSpec {
  readonly type: 'batch_crawl'
  readonly urls: readonly string[]
  readonly options?: CrawlRequestOptions | null | undefined
}

/** The pages that a site links to, from one start or several. */
export interface SpiderCrawlSpec {
  readonly type: 'spider_crawl'
  readonly url?: string | undefined
  /** In place of `url`. */
  readonly urls?: readonly string[] | undefined
  readonly options?: CrawlRequestOptions | null | undefined
}

/** The text of a PDF; of one whose url is given, or of its bytes. */
export interface PdfExtractionSpec {
  readonly type: 'pdf_extraction'
  readonly url?: string | undefined
  /** In place of `url`: the file in base64. */
  readonly pdfData?: string | undefined
  readonly options?:
    | {
        /** Pages that are read at most, from the first. @default and at most the service's `crawl.maxPdfPages` */
        readonly maxPages?: number | undefined
        /** Longest time to read it. @default and at most the service's `crawl.pdfTimeoutMs` */
        readonly timeoutMs?: number | undefined
      }
    | null
    | undefined
}

/** Options of a crawl; see `docs/guides/crawling.md`. An unknown key is named in the result's `warnings`. */
export interface CrawlRequestOptions {
  /** Requests at once. @default and at most the service's `crawl.maxConcurrency` */
  readonly concurrency?: number | undefined
  /** @default 'read_through' */
  readonly cacheMode?:
    'read_through' | 'enabled' | 'bypass' | 'refresh' | 'revalidate' | 'only_cached' | undefined
  /** @default 'document' */
  readonly outputFormat?: 'document' | 'markdown' | 'text' | 'html' | undefined
  /** For each page. @default the service's `crawl.pageTimeoutMs` */
  readonly timeoutMs?: number | undefined
  /** Only fetch: no document is made. @default false */
  readonly skipExtraction?: boolean | undefined
  /** Sent to the origins of the job's urls, and to no other that these lead to. @default none */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** A jar of cookies for this job alone; its pages are neither taken from the cache nor kept in it. @default false */
  readonly cookies?: boolean | undefined
  /** The name of one of the service's `crawl.proxies`. @default none */
  readonly proxy?: string | undefined
  /** Follow the links of the pages, as a `spider_crawl` does. @default false, but for a `spider_crawl` */
  readonly useSpider?: boolean | undefined
  /** Links between a start and the furthest page; 0 to 100. @default 3 */
  readonly spiderMaxDepth?: number | undefined
  /** Urls that are crawled at most. @default 100, and at most the service's `crawl.maxSpiderPages` */
  readonly spiderMaxPages?: number | undefined
  /** @default 'breadth_first' */
  readonly spiderStrategy?: 'breadth_first' | 'depth_first' | 'best_first' | undefined
  /** Words that `best_first` looks for in links. */
  readonly spiderKeywords?: readonly string[] | undefined
  /** How far from its start a spider may go: its host, that with all below it, the folder of its path, or anywhere. @default 'host' */
  readonly spiderScope?: 'host' | 'domain' | 'path' | 'any' | undefined
  /** Only urls that one of these fits; `*` stands for any signs. @default all of the scope */
  readonly spiderInclude?: readonly string[] | undefined
  /** No url that one of these fits. */
  readonly spiderExclude?: readonly string[] | undefined
  /** Begin with the sitemaps of the sites too. @default false */
  readonly spiderSitemaps?: boolean | undefined
  /** Follow links that say `nofollow`, and those of pages that do. @default false */
  readonly spiderFollowNofollow?: boolean | undefined
}

/** Which of the pages of a crawl. */
export interface PagesOptions {
  /** 1 to 500; an answer of more than about 8 MB ends sooner. @default 50 */
  readonly limit?: number
  /** The `nextCursor` of an answer before. */
  readonly cursor?: string
}

/** What a service says of crawls beside their results. */
export interface CrawlApi {
  /** JOB_NOT_FOUND, PAGE_INVALID. */
  getJobPages(id: string, options?: PagesOptions): Promise<JobPages>
}
