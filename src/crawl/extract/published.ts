import { saysModified, saysOther, saysPublished } from './byline-labels.js'
import { namesOf } from './byline-marks.js'
import type { PlacedMark } from './byline-places.js'
import { dateInAddress, isoDate } from './dates.js'
import { type Thing, isOfType, textField } from './json-ld.js'
import type { PageFacts } from './page-facts.js'
import type { PageKind } from './page-kind.js'
import { attribute } from './parse-tree.js'

/** What is known of a page when its dates are looked for. */
export interface DateClues {
  readonly facts: PageFacts
  /** What the page is about, by its JSON-LD and then by its microdata. */
  readonly own: readonly Thing[]
  readonly marks: readonly PlacedMark[]
  readonly kind: PageKind
  readonly url: string | null
  readonly language: string | null
}

/**
 * When the page was published: by its JSON-LD and microdata (schema.org `datePublished`, else `dateCreated`), its meta elements, a
 * date that is marked as that of its publication, its address, or a date below its heading. Of a thread it is when its first post
 * was written.
 */
export function publishedAtOf(clues: DateClues): string | null {
  const { facts, own, url, language, kind } = clues
  const seen = seenDates(clues).filter(({ isModified }) => !isModified)
  const worded = seen.find(({ isWorded }) => isWorded)?.date ?? null
  const stated = dateField(own, kind === 'product' ? NEWS : DATED, CREATED, language)
  if (stated !== null)
    return isLastChange(stated, clues) && worded !== null && worded < stated ? worded : stated
  return (
    (isVideo(facts) ? dateField(own, /^VideoObject$/, CREATED, language) : null) ??
    dateInMeta(facts, PUBLISHED, language) ??
    dateField(own, PAGE, CREATED, language) ??
    (kind === 'thread' ? seen[0]?.date : (worded ?? seen.find(({ isPublished }) => isPublished)?.date)) ??
    (url === null ? null : dateInAddress(url)) ??
    seen[0]?.date ??
    null
  )
}

/** When the page was changed last, by the same places. */
export function modifiedAtOf(clues: DateClues): string | null {
  const { facts, own, language } = clues
  return (
    dateField(own, DATED, ['dateModified'], language) ??
    dateField(own, PAGE, ['dateModified'], language) ??
    dateInMeta(facts, MODIFIED, language) ??
    seenDates(clues).find(({ isModified }) => isModified)?.date ??
    null
  )
}

// -------------------------------------------------------------------------------------------------------------------

const CREATED = ['datePublished', 'dateCreated', 'uploadDate']
const NEWS = /Article$|^BlogPosting$/
const DATED =
  /Article$|^BlogPosting$|^Report|^DiscussionForumPosting$|^SocialMediaPosting$|^Question$|^Review$|^Recipe$|^CreativeWork$/
const PAGE = /^(?:WebPage|ItemPage|AboutPage|MedicalWebPage|FAQPage|QAPage)$/

const PUBLISHED = [
  ...['article:published_time', 'og:article:published_time', 'og:published_time', 'article:published'],
  ...['datepublished', 'parsely-pub-date', 'sailthru.date', 'publish-date', 'publish_date', 'publishdate'],
  ...[
    'pubdate',
    'publication_date',
    'published_date',
    'date',
    'dc.date.issued',
    'dcterms.issued',
    'dc.date',
    'dcterms.date',
  ],
  ...[
    'dcterms.created',
    'dc.date.created',
    'citation_publication_date',
    'citation_date',
    'citation_online_date',
  ],
  ...['cxenseparse:recs:publishtime', 'article.published', 'created', 'datecreated', 'article:post_date'],
  ...['article_date_original', 'schema:datepublished', 'schema:datecreated'],
]
const MODIFIED = [
  ...[
    'article:modified_time',
    'og:updated_time',
    'og:modified_time',
    'og:article:modified_time',
    'datemodified',
  ],
  ...[
    'last-modified',
    'dcterms.modified',
    'modified',
    'modified_date',
    'last-updated',
    'revised',
    'schema:datemodified',
  ],
]

/** Some pages give as `datePublished` when they were changed: that is no earlier than their `dateModified`. */
function isLastChange(date: string, { own, language }: DateClues): boolean {
  const modified = dateField(own, DATED, ['dateModified'], language)
  return modified !== null && date.slice(0, 10) >= modified.slice(0, 10)
}

function isVideo({ meta }: PageFacts): boolean {
  return /^video/.test(meta.get('og:type') ?? '')
}

function dateInMeta({ meta }: PageFacts, names: readonly string[], language: string | null): string | null {
  return firstDate(
    names.map((name) => meta.get(name) ?? ''),
    language,
  )
}

function dateField(
  things: readonly Thing[],
  types: RegExp,
  names: readonly string[],
  language: string | null,
): string | null {
  const texts = things
    .filter((thing) => isOfType(thing, types))
    .flatMap((thing) => names.map((name) => textField(thing, name) ?? ''))
  return firstDate(texts, language)
}

function firstDate(texts: readonly string[], language: string | null): string | null {
  for (const text of texts) {
    const date = text === '' ? null : isoDate(text, language)
    if (date !== null) return date
  }
  return null
}

/** A date that can be read on the page. */
interface SeenDate {
  readonly date: string
  readonly isPublished: boolean
  /** Words near the heading say so, or the `pubdate` that HTML had for it. */
  readonly isWorded: boolean
  readonly isModified: boolean
}

/** In the order of the page; a byline may hold its date too. */
function seenDates({ marks, language }: DateClues): SeenDate[] {
  return marks.flatMap((mark) => {
    const { of, text, names } = mark
    const lines = text.split('\n')
    const place = lines.findIndex((line) => isoDate(line, language) !== null)
    const labels = [...mark.label.split('\n'), ...lines.slice(Math.max(0, place - 1), place + 1)]
    const date = labels.some(saysOther) ? null : isoDate(lines[place] ?? text, language)
    if (date === null) return []
    const isNamed = of === 'date'
    const saysIt = labels.some(saysPublished)
    const isMarked = attribute(mark.element, 'pubdate') !== undefined
    const isModified = labels.some(saysModified) || (isNamed && !saysIt && isNamedModified(mark))
    const isPublished = !isModified && (saysIt || isMarked || (isNamed && NAMED_PUBLISHED.test(names)))
    const isWorded = isPublished && mark.nearness < NEAR && (saysIt || isMarked)
    return [{ date, isPublished, isWorded, isModified }]
  })
}

/** How many elements from the heading. */
const NEAR = 80
const NAMED_PUBLISHED = /publi|pubdate|created|posted|(?:entry|post)-?date/i
const NAMED_MODIFIED =
  /(?:^|[-_\s])(?:last-?)?(?:date-?)?(?:modified|updated)(?:[-_\s]|$)|(?:changed|datemodified)(?:[-_\s]|$)/i

/** By its own classes, or by those of the two boxes around it. */
function isNamedModified({ element }: PlacedMark): boolean {
  const outer = element.parentNode
  const outermost = outer && 'tagName' in outer ? outer.parentNode : null
  return [element, outer, outermost].some(
    (box) => box && 'tagName' in box && NAMED_MODIFIED.test(namesOf(box)),
  )
}
