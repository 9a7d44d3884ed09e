import { throwIfAborted } from '../../core/abort.js'
import { RiptideError } from '../../core/errors.js'
import type { Clock } from '../../core/clock.js'
import type { CrawlContext } from '../batch-run.js'
import type { CrawlSettings } from '../crawl-request.js'
import type { Journal } from '../journal.js'
import { withOwnSignal } from '../own-signal.js'
import { type Page, type Visit, failedVisit, pageOf } from '../page.js'
import type { Crawled, PageCrawler } from '../page-crawler.js'
import type { BatchCrawl } from '../payload.js'
import { UrlVisits } from '../url-visits.js'
import { type WrittenPage, withoutContent, writePage } from '../written-page.js'
import type { Target } from './lineup.js'
import { type PageLinks, linksOf, noLinks, webUrl } from './page-links.js'
import { readSeeds } from './seeds.js'
import type { FetchFile } from './sitemaps.js'
import { type PageNote, linkNote } from './spider-note.js'
import type { SpiderSettings } from './spider-request.js'
import type { SpiderCrawlResult, SpiderPage } from './spider-result.js'
import { SpiderState } from './spider-state.js'
import { type TargetFinder, createTargetFinder } from './targets.js'

/** Beyond so many bytes of pages a result holds none: they are read with `getJobPages`. */
const mostInlineBytes = 16 * 2 ** 20
export interface SpiderDeps {
  readonly crawler: PageCrawler
  readonly fetchFile: FetchFile
  /** What a page says whose html was kept as it is; `null` where that cannot be read. */
  readonly readHtml: (visit: Visit, signal: AbortSignal) => Promise<Visit['document']>
  readonly journal: Journal
  readonly clock: Clock
  readonly maxResultBytes: number
  /** Is told of each page once it is kept. */
  readonly onPage: (page: Page) => void
}

/**
 * Crawls what the starts link to, as far as the settings say. Whatever becomes of a url is said on its page. Where all that is left
 * waits for hosts that let nobody in, the run ends with a RetryAfterError that spends no attempt.
 */
export async function runSpider(
  crawl: BatchCrawl,
  settings: CrawlSettings,
  spider: SpiderSettings,
  ctx: CrawlContext,
  deps: SpiderDeps,
): Promise<SpiderCrawlResult> {
  return withOwnSignal(ctx.signal, (signal) =>
    new SpiderRun(crawl.urls, settings, spider, { ctx, signal, ...deps }).run(),
  )
}

// -------------------------------------------------------------------------------------------------------------------

interface RunDeps extends SpiderDeps {
  readonly ctx: CrawlContext
  readonly signal: AbortSignal
}

class SpiderRun {
  readonly #settings: CrawlSettings
  readonly #spider: SpiderSettings
  readonly #deps: RunDeps
  readonly #state: SpiderState
  readonly #starts: readonly URL[]
  readonly #startUrls: readonly string[]
  readonly #finder: TargetFinder
  readonly #visits: UrlVisits
  /** Taken, and sent away by their hosts; and those of them whose turn it is again. */
  #away: Target[] = []
  #again: Target[] = []
  /** Under way. */
  #active = 0
  /** Undefined once they are too many bytes. */
  #pages: SpiderPage[] | undefined = []
  #bytes = 0

  constructor(urls: readonly string[], settings: CrawlSettings, spider: SpiderSettings, deps: RunDeps) {
    this.#settings = settings
    this.#spider = spider
    this.#deps = deps
    this.#state = new SpiderState(spider)
    this.#startUrls = urls.map((url) => webUrl(url)?.href ?? url)
    this.#starts = this.#startUrls.flatMap((url) => (URL.canParse(url) ? [new URL(url)] : []))
    this.#visits = new UrlVisits({ ...deps, settings })
    this.#finder = createTargetFinder(spider, this.#starts, this.#state.frontier, deps.clock)
  }

  /** Starts, what earlier runs have put down, sitemaps, and then page after page. */
  async run(): Promise<SpiderCrawlResult> {
    const { frontier } = this.#state
    // Before any link, however good that looks.
    frontier.offer(this.#startUrls.map((url) => ({ url, depth: 0, foundOn: null, score: Infinity })))
    await this.#visits.restore((chunk) => {
      this.#state.restore(chunk)
      for (const { index: _, finishedAt: __, ...page } of chunk.pages) {
        this.#keep(writePage(page as unknown as SpiderPage))
      }
    })
    if (this.#state.tally.total > 0) this.#say()
    if (this.#spider.sitemaps && !this.#state.isSeeded) await this.#readSitemaps()
    await this.#crawlAll()
    while (this.#away.length > 0) {
      this.#visits.comeBack()
      this.#again = this.#away
      this.#away = []
      await this.#crawlAll()
    }
    return this.#result()
  }

  async #readSitemaps(): Promise<void> {
    const origins = [...new Set(this.#starts.map(({ origin }) => origin))]
    const { ofSeed: targetOf } = this.#finder
    await readSeeds({ ...this.#deps, state: this.#state, origins, targetOf })
    for (const warning of this.#state.seedWarnings) this.#deps.ctx.log(warning)
  }

  /** So many at a time; what a page links to may be taken as soon as the page is in. */
  #crawlAll(): Promise<void> {
    return new Promise((resolve, reject) => {
      let isOver = false
      const fail = (error: Error): void => {
        isOver = true
        reject(error)
      }
      const next = (): void => {
        if (isOver) return
        while (this.#active < this.#settings.concurrency) {
          const target = this.#again.shift() ?? this.#state.frontier.next()
          if (!target) break
          this.#active++
          this.#crawl(target).then(() => {
            this.#active--
            next()
          }, fail)
        }
        if (this.#active === 0) resolve()
      }
      next()
    })
  }

  async #crawl(target: Target): Promise<void> {
    const { signal, journal, ctx, onPage } = this.#deps
    throwIfAborted(signal)
    const crawled = await this.#visits.crawl(target.url)
    if (!crawled) {
      this.#away.push(target)
      return
    }
    const { finalUrl } = crawled.visit
    const isOutside = finalUrl !== null && !this.#mayEndAt(finalUrl, target)
    const visit = isOutside ? outOfScope(crawled.visit) : crawled.visit
    const { links, canonical } = await this.#read(visit)
    const targets = target.depth < this.#spider.maxDepth ? await this.#finder.ofLinks(links, target) : []
    throwIfAborted(signal)
    // From here on in one go, so that it is put down in the order in which the state has changed.
    const keys = visit.failure ? [] : [finalUrl, canonical, target.url].filter((key) => key !== null)
    const duplicateOf = this.#state.sameAs(keys)
    this.#state.know(target.url, keys, keys[0] ?? null)
    const news = this.#state.frontier.offer(targets)
    const { depth, foundOn } = target
    const written = this.#write(isOutside ? this.#pageOf(crawled, visit) : crawled.page, {
      depth,
      foundOn,
      duplicateOf,
    })
    const index = this.#state.tally.total
    this.#state.count(written.page)
    const note: PageNote = { url: target.url, depth, keys, links: news.map(linkNote), ...this.#cut() }
    // Before anything is said of it.
    await journal.append(index, written.fields, note)
    throwIfAborted(signal)
    this.#keep(written)
    onPage(written.page)
    if (written.page.error) ctx.log(`page ${index + 1} failed: ${written.page.error.code} ${target.url}`)
    this.#say()
  }

  /** A start may lead anywhere near; of other pages the patterns hold for where they lead too. */
  #mayEndAt(finalUrl: string, { depth, foundOn }: Target): boolean {
    const { scope } = this.#finder
    const url = new URL(finalUrl)
    return depth === 0 && foundOn === null ? scope.reaches(url) : scope.takes(url)
  }

  async #read(visit: Visit): Promise<PageLinks> {
    if (visit.failure) return noLinks
    const { readHtml, signal } = this.#deps
    const read = visit.html === null ? visit.document : await readHtml(visit, signal)
    const { followNofollow } = this.#spider
    return read ? linksOf(read, { nofollow: visit.nofollow, followNofollow }) : noLinks
  }

  #cut(): { isCut?: true } {
    return this.#state.frontier.hasDropped ? { isCut: true } : {}
  }

  #pageOf({ page }: Crawled, visit: Visit) {
    return pageOf(visit, { ...page, outputFormat: this.#settings.outputFormat })
  }

  #write(
    page: Crawled['page'],
    facts: Pick<SpiderPage, 'depth' | 'foundOn' | 'duplicateOf'>,
  ): WrittenPage<SpiderPage> {
    try {
      return writePage({ ...page, ...facts })
    } catch (error) {
      return writePage({ ...withoutContent(page, error), ...facts })
    }
  }

  #keep({ page, fields }: WrittenPage<SpiderPage>): void {
    this.#bytes += fields.bytes
    if (this.#bytes > Math.min(mostInlineBytes, this.#deps.maxResultBytes / 2)) this.#pages = undefined
    this.#pages?.push(page)
  }

  #say(): void {
    const { tally, frontier } = this.#state
    // The page of which this is said is still under way.
    const ahead = Math.max(0, this.#active - 1) + this.#away.length + this.#again.length + frontier.waiting
    const known = Math.max(tally.total, Math.min(this.#spider.maxPages, tally.total + ahead))
    this.#deps.ctx.progress(tally.total / known, `${tally.total} of ${known} known`)
  }

  #result(): SpiderCrawlResult {
    const { tally, frontier } = this.#state
    const { total, failed, fromCache, duplicates, maxDepth } = tally
    return {
      totalUrls: total,
      successful: total - failed,
      failed,
      fromCache,
      duplicates,
      maxDepth,
      endedBy: frontier.isCut ? 'page_limit' : 'nothing_left',
      results: this.#pages ?? null,
      warnings: [...this.#settings.warnings, ...this.#state.seedWarnings],
    }
  }
}

/** Where it led is said; what is there is not this crawl's. */
function outOfScope(visit: Visit): Visit {
  const { finalUrl, status, redirects } = visit
  const text = 'the url redirects to one outside of the scope of this crawl'
  return { ...failedVisit(new RiptideError('OUT_OF_SCOPE', text)), finalUrl, status, redirects }
}
