/** By what the name of a site is known in a title. */
export interface SiteNames {
  /** What the page calls its site, without blanks and signs (`plain`). */
  readonly names: readonly string[]
  /** Letters and digits of the host, without its `www`; empty for the front page of a site, which is named for it. */
  readonly host: string
  /** The part of the host that is registered, such as `kettles` of `www.kettles.co.uk`. */
  readonly label: string
}

/** How a site is known: by what its pages call it, and by the host of `url`. */
export function siteNames(names: readonly (string | null)[], url: string | null): SiteNames {
  const known = names.map((name) => plain((name ?? '').slice(0, LONGEST_NAME))).filter((name) => name !== '')
  const { hostname, pathname } = url === null ? { hostname: '', pathname: '/' } : new URL(url)
  if (pathname === '/') return { names: known, host: '', label: '' }
  const labels = hostname.replace(/^www\./, '').split('.')
  const registered = labels.slice(0, -1).findLast((label) => label.length > 3)
  return { names: known, host: plain(labels.join('')), label: plain(registered ?? '') }
}

/** The letters and digits of a text in lower case. */
export function plain(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '')
}

/**
 * A title without the name of the site, which stands in front or behind, parted by a bar, a dash or the like; also without what
 * else stands behind a bar. `null` where nothing but the site is named. `headings` are other headings of the page, which name
 * the book where the title names the chapter.
 */
export function withoutSite(title: string, site: SiteNames, headings: readonly string[] = []): string | null {
  const trimmed = title.replace(/^\s*[|\-–—·•»:]\s+|\s+[|\-–—·•»:]\s*$/g, '')
  // What stands behind a bar that nothing stands before is the site.
  if (/^\s*[|»]\s/.test(title) || site.names.includes(plain(trimmed))) return null
  const marks = partings(trimmed)
  const [first, last] = [marks[0], marks.at(-1)]
  if (!first || !last) return trimmed
  const isBehind = beginsWithSite(trimmed, site)
  const named = namedEnd(trimmed, marks, site, isBehind ? [] : headings.map(plain))
  if (named !== null) return named
  const head = trimmed.slice(0, first.index)
  const rest = trimmed.slice(first.index + first[0].length)
  if (isHost(plain(head), site.host) && plain(rest).length >= plain(head).length) return withoutView(rest)
  const bar = marks.find(([mark]) => BAR.test(mark))
  if (bar && bar.index > 8) return trimmed.slice(0, bar.index)
  return withoutHost(trimmed, site)
}

/** Whether what stands in front in a title is the name of the site, so that what stands behind it is the title. */
export function beginsWithSite(title: string, site: SiteNames): boolean {
  const [head = '', ...rest] = titleParts(title)
  const [name, tail] = [plain(head), rest.at(-1) ?? '']
  if (rest.length === 0 || site.names.includes(plain(tail))) return false
  return site.names.includes(name) || (isHost(name, site.host) && !isNamedForHost(tail, site))
}

/** The parts of a title. */
export function titleParts(title: string): string[] {
  let from = 0
  const parts = partings(title).map(({ 0: mark, index }) => {
    const part = title.slice(from, index)
    from = index + mark.length
    return part
  })
  return [...parts, title.slice(from)]
}

// -------------------------------------------------------------------------------------------------------------------

const LONGEST_NAME = 200
const BAR = /[|｜丨︱¦»«•]/

/**
 * What parts a title from the name of its site. In Chinese, Japanese and Korean no blanks stand around it, nor do they always
 * around a bar elsewhere.
 */
const PARTING =
  /\s(?:[|｜丨︱¦\-–—―·•●»«›:：/／~>→]{1,2})\s|\s?[|｜丨︱]\s?|(?<=[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af」』）】？！])[_\-–—](?=\S)|(?<=\S)[_\-–—](?=[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af])/g

function partings(title: string): RegExpExecArray[] {
  return [...title.slice(0, 1_000).matchAll(PARTING)]
}

/** A title without the name of the host at its end, if that is there. */
function withoutHost(title: string, site: SiteNames): string {
  const last = partings(title).at(-1)
  if (!last) return title
  const tail = title.slice(last.index + last[0].length)
  return isNamedForHost(tail, site) ? title.slice(0, last.index) : title
}

function isNamedForHost(name: string, { host, label }: SiteNames): boolean {
  return isHost(plain(name), host) || isOfHost(name, host) || isLabel(plain(name), label)
}

/** Cuts what the page itself calls its site, at either end. */
function namedEnd(
  title: string,
  marks: readonly RegExpExecArray[],
  { names }: SiteNames,
  headings: readonly string[],
): string | null {
  const [first, last] = [marks[0], marks.at(-1)]
  if (!first || !last) return null
  const known = [...names, ...headings].filter((name) => name !== '')
  // The name may itself hold what parts it from the title.
  const behind = marks.find(({ 0: mark, index }) => {
    const tail = plain(title.slice(index + mark.length))
    return known.includes(tail) || (index === last.index && known.some((name) => tail.startsWith(name)))
  })
  if (behind && plain(title.slice(0, behind.index)) !== '') return title.slice(0, behind.index)
  const head = plain(title.slice(0, first.index))
  return known.includes(head) ? withoutView(title.slice(first.index + first[0].length)) : null
}

/** Forums say what one does on the page: `Kettle forum • View topic - On kettles`. */
function withoutView(title: string): string {
  return title.replace(
    /^\s*(?:view (?:topic|thread)|viewing topic|thema anzeigen|ver tema|voir le sujet|leggi argomento|zobacz temat|просмотр темы|bekijk onderwerp)\s[-:–•]\s/iu,
    '',
  )
}

/** `The Kettle Company` of `thekettlecompany.com`, `Kettle Forums` of `forums.kettle.org`. */
function isHost(name: string, host: string): boolean {
  if (name.length < 4 || host === '') return false
  return host.startsWith(name) || (host.includes(name) && 2 * name.length > host.length)
}

/** Two words or more that all stand in the host, in whatever order. */
function isOfHost(name: string, host: string): boolean {
  const words = name.split(/\s+/, 8).map(plain)
  return (
    words.length > 1 && words.join('').length > 6 && words.every((word) => word !== '' && host.includes(word))
  )
}

/** `Kettles Online Shop` of `kettles.com`. */
function isLabel(name: string, label: string): boolean {
  return label.length > 5 && name.startsWith(label)
}
