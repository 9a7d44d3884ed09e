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
  return rulesAllow(rulesFor(robotsTxt, userAgent), url)
}

/** The rules of a robots.txt that count for one crawler. */
export function rulesFor(robotsTxt: string, userAgent: string): readonly RobotsRule[] {
  const own = productToken(userAgent)
  const ours: RobotsRule[] = []
  const anyones: RobotsRule[] = []
  let group: Group = { isOurs: false, isAnyones: false, isOpen: false }
  let isNamed = false
  for (const { key, value } of linesOf(robotsTxt)) {
    if (key === 'user-agent') {
      // A group begins with all user-agent lines in a row; other lines than rules do not part them.
      if (!group.isOpen) group = { isOurs: false, isAnyones: false, isOpen: true }
      if (isAnyone(value)) group.isAnyones = true
      else if (own !== '' && productToken(value) === own) group.isOurs = isNamed = true
    } else {
      group.isOpen = false
      const rules = rulesOf(key === 'allow', value)
      if (group.isOurs) ours.push(...rules)
      if (group.isAnyones) anyones.push(...rules)
    }
  }
  return isNamed ? ours : anyones
}

/**
 * Whether rules from `rulesFor` allow a url. Tens of thousands of wildcards take a second for a long url, and whoever has a
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
    if (rule.pattern.includes('*')) looked += path.length
    if (looked > mostLooked) return false
    if (matchesPattern(rule.pattern, path)) best = rule
  }
  return best.allow
}

// -------------------------------------------------------------------------------------------------------------------

interface Group {
  isOurs: boolean
  isAnyones: boolean
  isOpen: boolean
}

interface Line {
  readonly key: 'user-agent' | 'allow' | 'disallow'
  readonly value: string
}

/** Characters of the path, looked at once for each wildcard pattern: 10,000 of those for a path of 500. */
const mostLooked = 5_000_000
const mostCharacters = 500 * 1024
/** Eight times the longest url that browsers used to take: what goes beyond is cut off, as Google's parser does. */
const longestLine = 16_664

const lineForm =
  /^[\t ]*(user[- ]?agent|allow|disallow|dissallow|dissalow|disalow|diasllow|disallaw)[\t ]*(?:[\t ]|:)[\t ]*([^#]*)/i

/** The lines that mean something. Case, missing colons and the common slips in the names are forgiven. */
function* linesOf(robotsTxt: string): Generator<Line> {
  const text = robotsTxt.slice(0, mostCharacters).replace(/^\ufeff/, '')
  // A line that the limit cuts in two would say something else.
  const whole =
    robotsTxt.length > mostCharacters
      ? text.slice(0, Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r'), 0))
      : text
  for (const line of whole.split(/\r\n|\r|\n/)) {
    const match = lineForm.exec(line.slice(0, longestLine))
    if (!match) continue
    const word = (match[1] ?? '').toLowerCase()
    const key = word.startsWith('u') ? 'user-agent' : word === 'allow' ? 'allow' : 'disallow'
    yield { key, value: (match[2] ?? '').trim() }
  }
}

/** The name of a crawler: `FooBot` of `FooBot/2.1 (+https://...)`. */
function productToken(userAgent: string): string {
  return (/^[a-z_-]+/i.exec(userAgent.trim())?.[0] ?? '').toLowerCase()
}

function isAnyone(value: string): boolean {
  return /^\*(?:\s|$)/.test(value)
}

/** An empty pattern matches nothing. To allow a directory's index.html is to allow the directory, as Google reads it. */
function rulesOf(allow: boolean, value: string): readonly RobotsRule[] {
  if (value === '') return []
  const pattern = canonicalPattern(value)
  const directory = allow ? /^(.*\/)index\.html?$/.exec(pattern)?.[1] : undefined
  return [{ allow, pattern }, ...(directory === undefined ? [] : [{ allow, pattern: `${directory}$` }])]
}
