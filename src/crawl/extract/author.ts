import { type Thing, isOfType, namesField } from './json-ld.js'
import type { PageFacts } from './page-facts.js'

/** Who wrote the page: by its JSON-LD, then its meta elements, then what is marked as a byline. */
export function authorOf(facts: PageFacts, things: readonly Thing[]): string | null {
  const { meta, authors } = facts
  const written = things.filter((thing) =>
    isOfType(
      thing,
      /Article$|^BlogPosting$|^DiscussionForumPosting$|^Question$|^Report|^Recipe$|^CreativeWork$/,
    ),
  )
  const named = written.map((thing) => namesField(thing, 'author')).find((names) => names.length > 0)
  if (named) {
    const names = [...new Set(named.map(cleanName).filter((name) => name !== null))]
    if (names.length > 0) return names.slice(0, 10).join(', ')
  }
  const label = meta.get('twitter:label1') ?? ''
  const tagged = [
    ...[
      'author',
      'article:author',
      'dc.creator',
      'dcterms.creator',
      'parsely-author',
      'sailthru.author',
      'citation_author',
      'byl',
      'og:author',
    ].map((name) => meta.get(name)),
    /written|author|geschrieben|verfasst|escrito|écrit|scritto/i.test(label)
      ? meta.get('twitter:data1')
      : undefined,
  ]
  for (const text of tagged) {
    const name = text === undefined ? null : cleanName(text)
    if (name !== null) return name
  }
  const ranked = [3, 2, 1, 0].flatMap((rank) => authors.filter((entry) => entry.rank === rank))
  for (const { text } of ranked) {
    const name = cleanName(text)
    if (name !== null) return name
  }
  return null
}

// -------------------------------------------------------------------------------------------------------------------

/** A name without what stands around it; `null` when what is left is none. */
function cleanName(text: string): string | null {
  const name = text
    .slice(0, 200)
    .replace(
      /^\s*(?:(?:article|story|post|posted|written|words|reviewed|published|created|medically reviewed)\s+)?(?:by|von|par|por|di|door|av|przez)(?:\s*:\s*|\s+)/i,
      '',
    )
    .replace(/^\s*(?:author|autor|auteur|autore|writer)\s*:\s*/i, '')
    .replace(
      /\s*(?:[|•·–—]|\s-\s|\bon\s+\w+\s+\d|\b(?:published|updated|posted|last)\b|\d{1,2}[./ ]\w+[./ ]\d{4}|,\s*\w+\s+\d).*$/is,
      '',
    )
    .trim()
    .replace(/[,;:]+$/, '')
    // The letter that stands in for a picture: `JosephF J`.
    .replace(/^(\S)(\S+) \1$/iu, '$1$2')
  if (
    name.length < 2 ||
    name.length > 80 ||
    /^https?:|^@|^www\.|\d{3}/i.test(name) ||
    name.split(/\s+/).length > 9
  )
    return null
  return /^(?:author|admin(?:istrator)?|by|unknown|anonymous|guest|share|follow|read more|view all posts|more)$/i.test(
    name,
  )
    ? null
    : name
}
