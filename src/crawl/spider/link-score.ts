/** How promising a link is, for `best_first`: the higher, the sooner. */
export interface LinkScorer {
  score(link: { readonly url: URL; readonly text: string }, depth: number): number
}

/**
 * Scores links by the keywords in their text, which says most, and in their address; then by whether they lie in the section
 * of a start, and by their depth.
 */
export function linkScorer(keywords: readonly string[], starts: readonly URL[]): LinkScorer {
  const sections = new Set(starts.map(sectionOf))
  return {
    score({ url, text }, depth) {
      const inSection = sections.has(sectionOf(url)) ? sectionWeight : 0
      return relevance(keywords, text, url.href) * keywordWeight + inSection - depth * depthWeight
    },
  }
}

// -------------------------------------------------------------------------------------------------------------------

const keywordWeight = 4
const sectionWeight = 0.5
const depthWeight = 0.25

/** 0 to 1: which part of the keywords is found, in the address half as much as in the text. */
function relevance(keywords: readonly string[], text: string, url: string): number {
  if (keywords.length === 0) return 0
  const words = text.normalize('NFKC').toLowerCase()
  const address = decoded(url).toLowerCase()
  const found = keywords.map((word) => (words.includes(word) ? 1 : address.includes(word) ? 0.5 : 0))
  return found.reduce<number>((sum, part) => sum + part, 0) / keywords.length
}

function decoded(url: string): string {
  try {
    return decodeURI(url).normalize('NFKC')
  } catch {
    return url
  }
}

/** The first folder of a path, with its host. */
function sectionOf(url: URL): string {
  return `${url.host}${/^\/[^/]*(?=\/)/.exec(url.pathname)?.[0] ?? '/'}`
}
