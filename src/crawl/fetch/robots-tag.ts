import { productToken } from './robots.js'

/**
 * Whether the `X-Robots-Tag` of a page (all its lines, joined by commas) asks a crawler not to follow the page's links:
 * `nofollow` or `none`, for all crawlers or for its product token. A name holds up to the next one, and no line takes back
 * what another has asked. Never throws.
 */
export function robotsTagSaysNofollow(robotsTag: string | undefined, userAgent: string): boolean {
  const own = productToken(userAgent)
  return asksNofollow(robotsTag ?? '', (name) => name === '*' || (own !== '' && productToken(name) === own))
}

/** The same of the content of a page's `<meta name="robots">`, which names nobody, and of a link's `rel`. */
export function wordsSayNofollow(words: string): boolean {
  return asksNofollow(words, () => true)
}

/**
 * The lines of an `X-Robots-Tag`, joined so that each means what it meant alone: what is said to all goes first, or it would be
 * said to whom the line before it names. Node gives the lines of HTTP/2 joined already.
 */
export function joinRobotsTags(lines: readonly string[]): string {
  const toAll: string[] = []
  const toNamed: string[] = []
  for (const items of lines.map((line) => line.split(','))) {
    const at = items.findIndex((item) => nameOf(item) !== undefined)
    toAll.push(...items.slice(0, at < 0 ? items.length : at))
    toNamed.push(...(at < 0 ? [] : items.slice(at)))
  }
  return [...toAll, ...toNamed].map((item) => item.trim()).join(', ')
}

// -------------------------------------------------------------------------------------------------------------------

/** Directives with a value, which may be `none`, or a date with colons and commas. */
const valued: ReadonlySet<string> = new Set([
  'max-image-preview',
  'max-snippet',
  'max-video-preview',
  'unavailable_after',
])

function asksNofollow(text: string, isFor: (name: string) => boolean): boolean {
  let isOurs = true
  for (const item of text.toLowerCase().split(',')) {
    const name = nameOf(item)
    if (name !== undefined) isOurs = isFor(name)
    if (isOurs && directivesOf(name === undefined ? item : item.slice(item.indexOf(':') + 1)).some(forbids))
      return true
  }
  return false
}

/** Whom an item names before its directive. A time of day looks like a name too: `25 Jun, 15:00:00 GMT`. */
function nameOf(item: string): string | undefined {
  const word = wordBeforeColon(item)
  return word === undefined || valued.has(word) || /^\d+$/.test(word) ? undefined : word
}

function wordBeforeColon(text: string): string | undefined {
  return /^([^\s:]+)\s*:/.exec(text.trimStart())?.[1]?.toLowerCase()
}

/** Those without a value; spaces part them too, as many write them. */
function directivesOf(text: string): readonly string[] {
  const words = text.replace(/:/g, ' : ').split(/\s+/).filter(isSaid)
  return words.filter((word, i) => word !== ':' && words[i - 1] !== ':' && words[i + 1] !== ':')
}

function isSaid(word: string): boolean {
  return word !== ''
}

function forbids(directive: string): boolean {
  return directive === 'nofollow' || directive === 'none'
}
