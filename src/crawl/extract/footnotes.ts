import { type Element, attribute } from './parse-tree.js'
import { shortText } from './tree-walk.js'

/** The footnotes of one page: its marks, met before the notes they lead to. */
export interface Footnotes {
  /** The label of the note that a link leads to, or `null` when it is no such mark. */
  referred(link: Element): string | null
  /** The label of the note that an element is, or `null`. */
  defined(element: Element): string | null
}

/** The footnotes of a page, by the ids that its marks name: `#fn1`, `#cite_note-2`, `#footnote-3`. */
export function footnotes(): Footnotes {
  const labels = new Map<string, string>()
  const taken = new Set<string>()
  const written = new Set<string>()
  return {
    referred(link) {
      const id = noteId(link)
      if (id === null) return null
      const known = labels.get(id)
      if (known !== undefined) return known
      const mark = MARK.exec(shortText(link, 12))?.[1]
      if (mark === undefined || labels.size === MAX_NOTES) return null
      const label = /^\w+$/.test(mark) && !taken.has(mark) ? mark : `note-${labels.size + 1}`
      labels.set(id, label)
      taken.add(label)
      return label
    },
    defined(element) {
      if (labels.size === 0) return null
      const id = attribute(element, 'id')
      const label = id === undefined ? undefined : labels.get(id)
      if (label === undefined || written.has(label)) return null
      written.add(label)
      return label
    },
  }
}

/** Whether a link leads from a note back to its mark. */
export function isBackLink(link: Element): boolean {
  const href = attribute(link, 'href')
  if (href?.startsWith('#') !== true) return false
  if (attribute(link, 'role') === 'doc-backlink') return true
  return (
    BACK.test(href.slice(0, 40)) ||
    /backref|reversefootnote/i.test((attribute(link, 'class') ?? '').slice(0, 200))
  )
}

// -------------------------------------------------------------------------------------------------------------------

const MAX_NOTES = 5_000

/** What a mark shows: `1`, `[1]`, `(a)`, `*`. */
const MARK = /^[[(]?\s?([\p{L}\p{N}]{1,4}|[*†‡§¶]{1,3})\s?[\])]?$/u
const NOTE = /^#(?:_?ftn|fn|footnote|cite_note|endnote|_?edn|note)[-:_.]?[\w.:%-]{1,60}$/i
const BACK = /^#(?:_?ftnref|fnref|footnote-?ref|footnote-anchor|cite_ref|_?ednref|noteref|ref-fn)/i

function noteId(link: Element): string | null {
  const href = attribute(link, 'href')
  if (href?.startsWith('#') !== true || BACK.test(href.slice(0, 40))) return null
  if (!NOTE.test(href.slice(0, 100)) && attribute(link, 'role') !== 'doc-noteref') return null
  return href.slice(1, 200)
}
