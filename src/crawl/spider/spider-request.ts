import { type Place, asBoolean, asText, integerIn, oneOf, wrong } from '../../core/check.js'
import { pointer } from '../../core/json.js'
import type { ResolvedCrawlOptions } from '../options.js'

/** In which order a spider takes what it has found. */
export const spiderStrategies = ['breadth_first', 'depth_first', 'best_first'] as const
export type SpiderStrategy = (typeof spiderStrategies)[number]

/** How far from its starts a spider may go. */
export const spiderScopes = ['host', 'domain', 'path', 'any'] as const
export type SpiderScope = (typeof spiderScopes)[number]

/** What a spider does, with the worker's defaults and caps. */
export interface SpiderSettings {
  readonly maxDepth: number
  readonly maxPages: number
  readonly strategy: SpiderStrategy
  readonly keywords: readonly string[]
  readonly scope: SpiderScope
  readonly include: readonly string[]
  readonly exclude: readonly string[]
  readonly sitemaps: boolean
  readonly followNofollow: boolean
}

/** The part of the crawler's settings that caps a spider. */
export type SpiderLimits = Pick<ResolvedCrawlOptions, 'maxSpiderPages'>

type Request = Readonly<Record<string, unknown>>

const defaultDepth = 3
const defaultPages = 100
const longestList = 50
const longestPattern = 500

/** How each spider option of a crawl is checked. */
export const spiderChecks: Readonly<Record<string, (value: unknown, place: Place) => unknown>> = {
  useSpider: asBoolean,
  spiderMaxDepth: (value, place) => integerIn(value, 0, 100, place),
  spiderMaxPages: (value, place) => integerIn(value, 1, Number.MAX_SAFE_INTEGER, place),
  spiderStrategy: (value, place) => oneOf(value, spiderStrategies, place),
  spiderKeywords: (value, place) => textsOf(value, place),
  spiderScope: (value, place) => oneOf(value, spiderScopes, place),
  spiderInclude: (value, place) => patternsOf(value, place),
  spiderExclude: (value, place) => patternsOf(value, place),
  spiderSitemaps: asBoolean,
  spiderFollowNofollow: asBoolean,
}

/** What a checked request means to this worker. */
export function spiderSettingsOf(request: Request, limits: SpiderLimits): SpiderSettings {
  const or = <T>(key: string, otherwise: T): T =>
    request[key] === undefined ? otherwise : (request[key] as T)
  return {
    maxDepth: or('spiderMaxDepth', defaultDepth),
    maxPages: Math.min(or('spiderMaxPages', defaultPages), limits.maxSpiderPages),
    strategy: or<SpiderStrategy>('spiderStrategy', 'breadth_first'),
    keywords: or<readonly string[]>('spiderKeywords', []).map((word) => word.normalize('NFKC').toLowerCase()),
    scope: or<SpiderScope>('spiderScope', 'host'),
    include: or<readonly string[]>('spiderInclude', []),
    exclude: or<readonly string[]>('spiderExclude', []),
    sitemaps: or('spiderSitemaps', false),
    followNofollow: or('spiderFollowNofollow', false),
  }
}

/** What of the spider options has no effect, or not all that was asked for. */
export function spiderWarnings(request: Request, isSpider: boolean, limits: SpiderLimits): readonly string[] {
  const given = Object.keys(spiderChecks).filter((key) => key !== 'useSpider' && request[key] !== undefined)
  if (!isSpider) return given.map((key) => `the option "${key}" has no effect without useSpider`)
  const { spiderMaxPages: pages, spiderStrategy: strategy, spiderKeywords: keywords } = request
  const most = limits.maxSpiderPages
  return [
    ...(typeof pages === 'number' && pages > most
      ? [`the spiderMaxPages ${pages} was lowered to ${most}, the most that is allowed here`]
      : []),
    ...(keywords !== undefined && strategy !== 'best_first'
      ? ['the option "spiderKeywords" has no effect without the strategy best_first']
      : []),
  ]
}

// -------------------------------------------------------------------------------------------------------------------

function textsOf(value: unknown, place: Place): readonly string[] {
  if (!Array.isArray(value) || value.length > longestList)
    throw wrong('TYPE_MISMATCH', place, `must be an array of at most ${longestList} strings`, value)
  const items: readonly unknown[] = value
  return Array.from(items, (item, i) =>
    asText(item, longestPattern, { ...place, path: pointer(place.path, i) }),
  )
}

/** A pattern that can fit no url is a mistake: it is of whole urls, or of what stands behind the host. */
function patternsOf(value: unknown, place: Place): readonly string[] {
  const patterns = textsOf(value, place)
  patterns.forEach((pattern, i) => {
    if (/^(?:\/|\*|https?:)/.test(pattern)) return
    const rule = 'must begin with "/", "*" or "http"'
    throw wrong('INPUT_INVALID', { ...place, path: pointer(place.path, i) }, rule, pattern)
  })
  return patterns
}
