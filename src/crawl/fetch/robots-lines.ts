/** A line of a robots.txt that means something. */
export interface RobotsLine {
  readonly key: 'user-agent' | 'allow' | 'disallow' | 'crawl-delay' | 'sitemap'
  readonly value: string
}

/** The lines that mean something, of the first 500 KiB. Case, missing colons and the common slips in the names are forgiven. */
export function* robotsLines(robotsTxt: string): Generator<RobotsLine> {
  const text = robotsTxt.slice(0, mostCharacters).replace(/^\ufeff/, '')
  // A line that the limit cuts in two would say something else.
  const whole =
    robotsTxt.length > mostCharacters
      ? text.slice(0, Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r'), 0))
      : text
  for (const line of linesOf(whole)) {
    const match = lineForm.exec(line)
    if (!match) continue
    yield { key: keyOf((match[1] ?? '').toLowerCase()), value: (match[2] ?? '').trim() }
  }
}

// -------------------------------------------------------------------------------------------------------------------

const mostCharacters = 500 * 1024
/** Eight times the longest url that browsers used to take: what goes beyond is cut off, as Google's parser does. */
const longestLine = 16_664

/** `Allow:` */
const shortestLine = 6

/** Not by `split`: half a million empty lines would be as many strings. */
function* linesOf(text: string): Generator<string> {
  for (let from = 0, at = 0; at <= text.length; at++) {
    const code = text.charCodeAt(at)
    if (at < text.length && code !== 0x0a && code !== 0x0d) continue
    if (at - from >= shortestLine) yield text.slice(from, Math.min(at, from + longestLine))
    from = at + 1
  }
}

const names =
  'user[- ]?agent|allow|disallow|dissallow|dissalow|disalow|diasllow|disallaw|crawl[- ]?delay|site[- ]?map'
const lineForm = new RegExp(`^[\\t ]*(${names})[\\t ]*(?:[\\t ]|:)[\\t ]*([^#]*)`, 'i')

function keyOf(word: string): RobotsLine['key'] {
  if (word.startsWith('u')) return 'user-agent'
  if (word.startsWith('c')) return 'crawl-delay'
  if (word.startsWith('s')) return 'sitemap'
  return word === 'allow' ? 'allow' : 'disallow'
}
