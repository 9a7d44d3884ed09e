import { robotsLines } from './robots-lines.js'
import { canonicalPath, canonicalPattern, matchesPattern } from './robots-path.js'

/** One Allow or Disallow line, its pattern in canonical form. */
export interface RobotsRule {
  readonly allow: boolean
  readonly pattern: string
}

/**
 * Whether a robots.txt lets a crawler fetch a url (RFC 9309): the groups that name the product token of the user agent
 * count as one, else those for `*`; the rule with the longest matching pattern decides, Allow where two are equally long;
 * /robots.txt itself is always allowed. Reads the first 500 KiB, never throws.
 */
export function robotsAllows(robotsTxt: string, userAgent: string, url: string): boolean {
  return rulesAllow(policyFor(robotsTxt, userAgent).rules, url)
}

/**
 * The Crawl-delay that a robots.txt asks of a crawler, in seconds, which may have a fraction: the longest in the groups that
 * count for it, as in `robotsAllows`. Undefined where it asks for none, or for what is no number.
 */
export function robotsCrawlDelay(robotsTxt: string, userAgent: string): number | undefined {
  return policyFor(robotsTxt, userAgent).crawlDelay
}

/** The sitemaps that a robots.txt names (sitemaps.org, protocol 0.9): http urls, each once, in their order, at most 1,000. */
export function robotsSitemaps(robotsTxt: string): readonly string[] {
  const found = new Set<string>()
  for (const { key, value } of robotsLines(robotsTxt)) {
    if (key === 'sitemap' && /^https?:/i.test(value) && URL.canParse(value)) found.add(new URL(value).href)
    if (found.size >= mostSitemaps) break
  }
  return [...found]
}

/** What a robots.txt says to one crawler. */
export interface RobotsPolicy {
  readonly rules: readonly RobotsRule[]
  /** In seconds. */
  readonly crawlDelay: number | undefined
}

export function policyFor(robotsTxt: string, userAgent: string): RobotsPolicy {
  const own = productToken(userAgent)
  const ours: Saying = { rules: [], crawlDelay: undefined }
  const anyones: Saying = { rules: [], crawlDelay: undefined }
  let group: Group = { isOurs: false, isAnyones: false, isOpen: false }
  let isNamed = false
  for (const { key, value } of robotsLines(robotsTxt)) {
    if (key === 'sitemap') continue
    if (key === 'user-agent') {
      // A group begins with all user-agent lines in a row; other lines than rules do not part them.
      if (!group.isOpen) group = { isOurs: false, isAnyones: false, isOpen: true }
      if (isAnyone(value)) group.isAnyones = true
      else if (own !== '' && productToken(value) === own) group.isOurs = isNamed = true
    } else {
      // A Crawl-delay is no rule of the RFC: like any other line it does not part the names of a group.
      if (key !== 'crawl-delay') group.isOpen = false
      if (group.isOurs) note(ours, key, value)
      if (group.isAnyones) note(anyones, key, value)
    }
  }
  return isNamed ? ours : anyones
}

/**
 * Whether the rules of a policy allow a url. Tens of thousands of wildcards take a second for a long url, and whoever has a
 * site can have both: beyond what any honest file asks for the answer is no, since the rest might forbid it.
 */
export function rulesAllow(rules: readonly RobotsRule[], url: string): boolean {
  const path = canonicalPath(url)
  if (path === '/robots.txt') return true
  let best: RobotsRule = { allow: true, pattern: '' }
  let looked = 0
  for (const rule of rules) {
    const isStronger =
      rule.pattern.length > best.pattern.length ||
      (rule.pattern.length === best.pattern.length && rule.allow && !best.allow)
    if (!isStronger) continue
    if (rule.pattern.includes('*')) looked += path.length + rule.pattern.length
    if (looked > mostLooked) return false
    if (matchesPattern(rule.pattern, path)) best = rule
  }
  return best.allow
}

/**
 * The name of a crawler, in lower case: `FooBot` of `FooBot/2.1 (+https://...)`, and of `Mozilla/5.0 (compatible; FooBot/2.1)`,
 * which is how RFC 9309 (2.2.1) has one introduce itself; '' where there is none.
 */
export function productToken(userAgent: string): string {
  const text = userAgent.trim()
  const match = /^mozilla\/.*?\bcompatible;\s*([a-z_-]+)/i.exec(text) ?? /^([a-z_-]+)/i.exec(text)
  return (match?.[1] ?? '').toLowerCase()
}

// -------------------------------------------------------------------------------------------------------------------

interface Group {
  isOurs: boolean
  isAnyones: boolean
  isOpen: boolean
}

interface Saying {
  readonly rules: RobotsRule[]
  crawlDelay: number | undefined
}

const mostSitemaps = 1000
/** Characters of paths and patterns, each looked at a few times for a wildcard pattern: 7,000 of those for a path of 500. */
const mostLooked = 4_000_000

function isAnyone(value: string): boolean {
  return /^\*(?:\s|$)/.test(value)
}

function note(saying: Saying, key: 'allow' | 'disallow' | 'crawl-delay', value: string): void {
  if (key !== 'crawl-delay') {
    saying.rules.push(...rulesOf(key === 'allow', value))
    return
  }
  if (!/^(?:\d+(?:\.\d*)?|\.\d+)$/.test(value)) return
  saying.crawlDelay = Math.max(saying.crawlDelay ?? 0, Number(value))
}

/** An empty pattern matches nothing. To allow a directory's index.html is to allow the directory, as Google reads it. */
function rulesOf(allow: boolean, value: string): readonly RobotsRule[] {
  if (value === '') return []
  const pattern = canonicalPattern(value)
  const directory =
    allow && pattern.includes('/index.htm') ? /^(.*\/)index\.html?$/.exec(pattern)?.[1] : undefined
  return [{ allow, pattern }, ...(directory === undefined ? [] : [{ allow, pattern: `${directory}$` }])]
}
