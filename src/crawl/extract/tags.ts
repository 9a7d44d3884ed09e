/** The words of a text as a set. */
export function setOf(words: string): ReadonlySet<string> {
  return new Set(words.trim().split(/\s+/))
}

/** What a page never shows as text of its own. */
export const UNREAD_TAGS: ReadonlySet<string> = setOf(`
  script style template head title svg iframe object embed canvas audio video map select textarea input
  datalist progress meter noframes annotation annotation-xml
`)

/** What stands in a line of text; every other tag begins and ends a block. */
export const INLINE_TAGS: ReadonlySet<string> = setOf(`
  a abbr acronym amp-img b bdi bdo big br button cite code data del dfn em font i img ins kbd label mark math
  mfrac mi mn mo mrow ms mspace msqrt mstyle msub msubsup msup mtext nobr output picture q rp rt ruby
  s samp semantics slot small source span strike strong sub sup time tt u var wbr
`)

/** What a table holds only when it lays out a page and is no data. */
export const LAYOUT_TAGS: ReadonlySet<string> = setOf(
  `table form pre h1 h2 h3 nav article section blockquote`,
)

/** The level of a heading, or 0. */
export function headingLevel(tag: string): number {
  if (tag.length !== 2 || tag.charCodeAt(0) !== 104) return 0
  const level = tag.charCodeAt(1) - 48
  return level >= 1 && level <= 6 ? level : 0
}
