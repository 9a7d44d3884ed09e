import type { PlacedMark } from './byline-places.js'
import { type Thing, isOfType, namesField } from './json-ld.js'
import type { PageFacts } from './page-facts.js'
import type { PageKind } from './page-kind.js'
import { INLINE_TAGS } from './tags.js'
import { cleanName, looksLikeName, namedForward, namesIn } from './person-name.js'

/** What is known of a page when its author is looked for. */
export interface AuthorClues {
  readonly facts: PageFacts
  /** What the page is about, by its JSON-LD and then by its microdata. */
  readonly own: readonly Thing[]
  /** All that its JSON-LD speaks of, where names are looked up. */
  readonly things: readonly Thing[]
  readonly marks: readonly PlacedMark[]
  readonly kind: PageKind
}

/**
 * Who wrote the page, several names parted by commas: by its JSON-LD and microdata (schema.org `author`, else `creator`), then its
 * meta elements, then what is marked as a byline. Of a thread it is who wrote its first post.
 */
export function authorOf({ facts, own, things, marks, kind }: AuthorClues): string | null {
  return (
    ofThings(own, things, kind) ?? ofMeta(facts) ?? (kind === 'thread' ? ofFirstPost(marks) : ofByline(marks))
  )
}

// -------------------------------------------------------------------------------------------------------------------

const WRITTEN =
  /Article$|^BlogPosting$|^DiscussionForumPosting$|^SocialMediaPosting$|^Question$|^Report|^Recipe$|^CreativeWork$|^WebPage$/

/** So many are looked at, since each name may have to be looked up. */
const MOST = 20

/** Several pieces by several authors are a list: which of them is meant, nobody says. */
function ofThings(own: readonly Thing[], things: readonly Thing[], kind: PageKind): string | null {
  const written = own.filter((thing) => isOfType(thing, WRITTEN)).slice(0, MOST)
  for (const field of ['author', 'creator']) {
    const found = written
      .map((thing) => joined(namesField(thing, field, things)))
      .filter((names) => names !== null)
    if (kind !== 'thread' && new Set(found).size > 2) return null
    if (found[0] !== undefined) return found[0]
  }
  return null
}

/** Dublin Core, Highwire Press (which name each author in an element of their own) and what else is in use. */
const NAMES = [
  ...['author', 'article:author', 'dc.creator', 'dcterms.creator', 'parsely-author', 'sailthru.author'],
  ...['citation_author', 'byl', 'og:author', 'book:author'],
]
const TURNED = /^(?:dc\.creator|dcterms\.creator|citation_author)$/

function ofMeta({ meta, authors }: PageFacts): string | null {
  for (const name of NAMES) {
    const values = authors.get(name) ?? []
    const found = joined(TURNED.test(name) ? values.map(namedForward) : values)
    if (found !== null) return found
  }
  for (const n of [1, 2]) {
    const label = meta.get(`twitter:label${n}`) ?? ''
    const isName = /written|author|geschrieben|verfasst|escrito|écrit|scritto/i.test(label)
    const found = isName ? cleanName(meta.get(`twitter:data${n}`) ?? '') : null
    if (found !== null) return found
  }
  return null
}

function joined(texts: readonly string[]): string | null {
  const names = [
    ...new Set(
      texts
        .slice(0, 20)
        .map(cleanName)
        .filter((name) => name !== null),
    ),
  ]
  return names.length === 0 ? null : names.slice(0, 10).join(', ')
}

function ofFirstPost(marks: readonly PlacedMark[]): string | null {
  for (const mark of marks) {
    const [name] = namesAt(mark)
    if (name !== undefined) return name
  }
  return null
}

/** The surest mark; those beside it of the same kind name the other authors. */
function ofByline(marks: readonly PlacedMark[]): string | null {
  const ranked = [...marks].sort((one, other) => other.rank - one.rank)
  const surest = ranked.find((mark) => namesAt(mark).length > 0)
  if (surest === undefined) return null
  const beside = ranked.filter(
    ({ rank, names, element }) =>
      rank === surest.rank && names === surest.names && element.parentNode === surest.element.parentNode,
  )
  return [...new Set(beside.flatMap(namesAt))].slice(0, 10).join(', ')
}

/** A byline without a class of its own must read like one; one word alone may only be a name in a line of its own. */
function namesAt({ of, text, names, nearness, element }: PlacedMark): string[] {
  if (of !== 'author' || (names !== '' && text.length > LONG)) return []
  const found = namesIn(text)
  if (names !== '') return found
  const line = nearness < CLOSE && !INLINE_TAGS.has(element.tagName) ? text : ''
  const isByline = nearness < NEAR && text.length <= LONG && found.every((name) => looksLikeName(name, line))
  return isByline ? found : []
}

const LONG = 100
const NEAR = 80
/** How many elements behind the heading one word alone may be a name. */
const CLOSE = 15
