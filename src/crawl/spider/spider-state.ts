import type { PagesChunk } from '../../core/job-pages.js'
import { Frontier } from './frontier.js'
import type { Target } from './lineup.js'
import type { SpiderSettings } from './spider-request.js'
import { type LinkNote, type PageNote, type SeedNote, readNote } from './spider-note.js'
import type { SpiderPage } from './spider-result.js'

/** How much of a spider is done. */
export interface SpiderTally {
  total: number
  failed: number
  fromCache: number
  duplicates: number
  maxDepth: number
}

/**
 * Where a spider is. All of it follows from its starts and from what is in its journal, in that order: so a later run gets
 * exactly the state that the one before had put down.
 */
export class SpiderState {
  readonly frontier: Frontier
  readonly tally: SpiderTally = { total: 0, failed: 0, fromCache: 0, duplicates: 0, maxDepth: 0 }
  /** The sitemaps have been read, if they were asked for. */
  isSeeded = false
  /** What was left out of them. */
  seedWarnings: readonly string[] = []
  /** Addresses of pages that were crawled, with the url of the first that had them. */
  readonly #known = new Map<string, string>()

  constructor({ strategy, maxPages }: SpiderSettings) {
    this.frontier = new Frontier(strategy, maxPages)
  }

  /** The url of a page before that has one of these addresses. */
  sameAs(keys: readonly string[]): string | null {
    for (const key of keys) {
      const known = this.#known.get(key)
      if (known !== undefined) return known
    }
    return null
  }

  /** Remembers under which addresses a page is known; no other page is fetched from there. */
  know(url: string, keys: readonly string[], finalUrl: string | null): void {
    for (const key of keys) if (!this.#known.has(key)) this.#known.set(key, url)
    this.frontier.settle(finalUrl)
  }

  count(page: Pick<SpiderPage, 'error' | 'fromCache' | 'duplicateOf' | 'depth'>): void {
    const { tally } = this
    tally.total++
    if (page.error !== null) tally.failed++
    if (page.fromCache) tally.fromCache++
    if (page.duplicateOf !== null) tally.duplicates++
    tally.maxDepth = Math.max(tally.maxDepth, page.depth)
  }

  /** Takes over what an earlier run has put down. */
  restore({ pages, notes }: PagesChunk): void {
    for (const page of pages) this.count(page as unknown as SpiderPage)
    for (const note of notes.map(readNote)) {
      if (note === undefined) continue
      if (note.isCut) this.frontier.markCut()
      if ('seeds' in note) this.#restoreSeeds(note)
      else this.#restorePage(note)
    }
  }

  #restoreSeeds({ seeds, warnings }: SeedNote): void {
    if (seeds.length === 0) this.isSeeded = true
    if (warnings) this.seedWarnings = warnings
    this.frontier.offerSeeds(seeds.map((seed) => targetOf(seed, 0, null)))
  }

  #restorePage({ url, depth, keys, links }: PageNote): void {
    this.frontier.take(url)
    this.know(url, keys, keys[0] ?? null)
    this.frontier.offer(links.map((link) => targetOf(link, depth + 1, url)))
  }
}

function targetOf([url, score]: LinkNote, depth: number, foundOn: string | null): Target {
  return { url, score, depth, foundOn }
}
