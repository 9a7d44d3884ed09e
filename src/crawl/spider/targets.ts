import { type Clock, nextTurn } from '../../core/clock.js'
import type { Frontier } from './frontier.js'
import { linkScorer } from './link-score.js'
import type { Target } from './lineup.js'
import { webUrl } from './page-links.js'
import { type Scope, scopeOf } from './scope.js'
import type { SpiderSettings } from './spider-request.js'

/** A link as a page has it. */
export interface FoundLink {
  readonly url: string
  readonly text: string
}

/** Makes targets of what was found, as far as it belongs to a crawl. */
export interface TargetFinder {
  readonly scope: Scope
  /** Of what a sitemap names; undefined for what is no url, not one of this crawl, or known already. */
  readonly ofSeed: (url: string) => Target | undefined
  /** Of the links of a page. Many links and patterns are looked at in several turns of the event loop. */
  ofLinks(links: readonly FoundLink[], page: Pick<Target, 'url' | 'depth'>): Promise<readonly Target[]>
}

/** Signs of patterns and urls that are compared in one turn: some ten milliseconds at worst. */
const signsInTurn = 1_000_000

export function createTargetFinder(
  spider: SpiderSettings,
  starts: readonly URL[],
  frontier: Pick<Frontier, 'knows'>,
  clock: Pick<Clock, 'soon'>,
): TargetFinder {
  const scope = scopeOf(spider, starts)
  const scorer = spider.strategy === 'best_first' ? linkScorer(spider.keywords, starts) : undefined
  const patterns = spider.include.length + spider.exclude.length + spider.keywords.length

  const targetOf = (
    given: string,
    text: string,
    depth: number,
    foundOn: string | null,
  ): Target | undefined => {
    // Most links of a site are on each of its pages.
    if (frontier.knows(given)) return undefined
    const url = webUrl(given)
    if (!url || !scope.takes(url)) return undefined
    // Never crawled, and nothing to be shown.
    if (url.username !== '' || url.password !== '') return undefined
    return { url: url.href, depth, foundOn, score: scorer?.score({ url, text }, depth) ?? 0 }
  }

  return {
    scope,
    ofSeed: (url) => targetOf(url, '', 0, null),
    async ofLinks(links, { url: page, depth }) {
      const targets: Target[] = []
      let signs = 0
      for (const { url, text } of links) {
        const target = targetOf(url, text, depth + 1, page)
        if (target) targets.push(target)
        signs += (url.length + text.length) * patterns
        if (signs <= signsInTurn) continue
        signs = 0
        await nextTurn(clock)
      }
      return targets
    },
  }
}
