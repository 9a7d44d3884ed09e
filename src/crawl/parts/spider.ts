import { asObject, integerIn, onlyKeys, wrong } from '../../core/check.js'
import { type Clock, systemClock } from '../../core/clock.js'
import { pointer } from '../../core/json.js'
import type { ExtractedDocument } from '../extract/extract-document.js'
import type { Target } from '../spider/lineup.js'
import { linksOf, webUrl } from '../spider/page-links.js'
import { spiderChecks, spiderSettingsOf } from '../spider/spider-request.js'
import type { SpiderScope, SpiderSettings, SpiderStrategy } from '../spider/spider-request.js'
import { SpiderState } from '../spider/spider-state.js'
import { createTargetFinder } from '../spider/targets.js'

/** How far a spider goes, and in which order: what the options of a spider job say, without `spider` in their names. */
export interface SpiderOptions {
  /** Links between a start and the furthest page; 0 to 100, 0 follows none. @default 3 */
  readonly maxDepth?: number | undefined
  /** Urls that `next` gives in all; 1 to 100,000. @default 100 */
  readonly maxPages?: number | undefined
  /** `breadth_first`, `depth_first` (a page's first link first), or `best_first` (the most promising). @default 'breadth_first' */
  readonly strategy?: SpiderStrategy | undefined
  /** For `best_first`: words that a link or its address should have; at most 50. @default [] */
  readonly keywords?: readonly string[] | undefined
  /** Around the starts: `host` (with or without `www.`), `domain`, `path` (the folder of the start), `any`. @default 'host' */
  readonly scope?: SpiderScope | undefined
  /** Patterns of which a url must fit one, where there are any; `*` stands for any signs. @default [] */
  readonly include?: readonly string[] | undefined
  /** Patterns of which a url must fit none. @default [] */
  readonly exclude?: readonly string[] | undefined
  /** Follows what says `rel="nofollow"`, and pages whose robots `meta` or response does. @default false */
  readonly followNofollow?: boolean | undefined
}

/** A url that is to be crawled. */
export type SpiderTarget = Omit<Target, 'score'>

/** What was found at a target. */
export interface SpiderFinding {
  /** Where its redirects led. @default its url */
  readonly finalUrl?: string | undefined
  /** What is there; left out where it could not be had. */
  readonly document?: ExtractedDocument | undefined
  /** Its response asks that its links be not followed: see `robotsTagSaysNofollow`. @default false */
  readonly nofollow?: boolean | undefined
}

/** What a finding came to. */
export interface SpiderVerdict {
  /** The url of an earlier page that is the same: by where it led, or by its canonical address. */
  readonly duplicateOf: string | null
  /** How many of its links are new, and will be crawled. */
  readonly added: number
}

/** What is to be crawled, and what is known already. It fetches nothing. */
export interface Spider {
  /** The next url, which is then under way; undefined while none waits, and once `maxPages` were given. */
  next(): SpiderTarget | undefined
  /** Tells what was found at a target, whatever came of it; its links wait from then on. */
  found(target: SpiderTarget, finding: SpiderFinding): Promise<SpiderVerdict>
  /** Lets urls wait that no page has named, such as those of sitemaps; answers how many of them were new and are in scope. */
  seed(urls: readonly string[]): number
  /** Whether the crawl reaches a url: where a redirect led may lie outside. */
  takes(url: string): boolean
  /** How many urls wait. */
  readonly waiting: number
  /** `maxPages` keeps something from being crawled. */
  readonly isCut: boolean
}

/**
 * The part of a spider that decides: which urls, each once, and in which order. What fetches and reads them is yours, one at a
 * time or many. It keeps no more urls than it may still give, whatever a site has. URL_INVALID for a start that is no http url;
 * CONFIG_INVALID names an option that is wrong.
 * @example
 * const spider = createSpider(['https://example.com/docs/'], { scope: 'path', maxPages: 50 })
 * for (let target = spider.next(); target; target = spider.next()) {
 *   const { body, contentType, finalUrl } = await fetcher.fetch(target.url)
 *   const document = extractDocument(decodeHtml(body, contentType).text, { url: finalUrl })
 *   await spider.found(target, { finalUrl, document })
 * }
 */
export function createSpider(starts: readonly string[], options: SpiderOptions = {}): Spider {
  const settings = settingsOf(options)
  const urls = startsOf(starts)
  const state = new SpiderState(settings)
  const { frontier } = state
  const finder = createTargetFinder(settings, urls, frontier, turns)
  frontier.offer(urls.map(({ href }) => ({ url: href, depth: 0, foundOn: null, score: Infinity })))
  return {
    next() {
      const target = frontier.next()
      return target && { url: target.url, depth: target.depth, foundOn: target.foundOn }
    },
    async found(target, { finalUrl = target.url, document, nofollow = false }) {
      const { links, canonical } = document
        ? linksOf(document, { nofollow, followNofollow: settings.followNofollow })
        : { links: [], canonical: null }
      const targets = target.depth < settings.maxDepth ? await finder.ofLinks(links, target) : []
      const final = webUrl(finalUrl)?.href ?? target.url
      const keys = document ? [final, canonical, target.url].filter((key) => key !== null) : []
      const duplicateOf = state.sameAs(keys)
      state.know(target.url, keys, keys[0] ?? null)
      return { duplicateOf, added: frontier.offer(targets).length }
    },
    seed: (given) => frontier.offerSeeds(given.flatMap((url) => finder.ofSeed(url) ?? [])).length,
    takes(url) {
      const parsed = webUrl(url)
      return parsed !== null && finder.scope.takes(parsed)
    },
    get waiting() {
      return frontier.waiting
    },
    get isCut() {
      return frontier.isCut
    },
  }
}

// -------------------------------------------------------------------------------------------------------------------

const mostPages = 100_000
const turns: Pick<Clock, 'soon'> = systemClock

/** The options as those of a job are checked and filled in. */
function settingsOf(options: SpiderOptions): SpiderSettings {
  const place = { path: '', code: 'CONFIG_INVALID' } as const
  const given = asObject(options, place)
  onlyKeys(given, Object.keys(names), place)
  const request: Record<string, unknown> = {}
  for (const [key, name] of Object.entries(names)) {
    const value = given[key]
    if (value === undefined) continue
    request[name] = spiderChecks[name]?.(value, { ...place, path: pointer('', key) })
  }
  if (request.spiderMaxPages !== undefined)
    integerIn(request.spiderMaxPages, 1, mostPages, { ...place, path: '/maxPages' })
  return spiderSettingsOf(request, { maxSpiderPages: mostPages })
}

const names = {
  maxDepth: 'spiderMaxDepth',
  maxPages: 'spiderMaxPages',
  strategy: 'spiderStrategy',
  keywords: 'spiderKeywords',
  scope: 'spiderScope',
  include: 'spiderInclude',
  exclude: 'spiderExclude',
  followNofollow: 'spiderFollowNofollow',
} as const satisfies Record<keyof SpiderOptions, string>

function startsOf(starts: readonly string[]): readonly URL[] {
  if (!Array.isArray(starts) || starts.length === 0)
    throw wrong('URLS_INVALID', { path: '' }, 'must be a list of at least one url', starts)
  return starts.map((start, i) => {
    const url = webUrl(start)
    if (url) return url
    throw wrong('URL_INVALID', { path: pointer('', i) }, 'must be a url that begins with http', start)
  })
}
