import { type Lineup, type Target, lineupOf } from './lineup.js'
import type { SpiderStrategy } from './spider-request.js'

/**
 * What a spider has still to crawl, and what it knows already. Each url is taken once, `maxPages` in all. A page that is
 * taken can keep one more from being taken: the one that it turns out to be. So twice as many as pages are left suffice to
 * wait: of what is beyond that, breadth first refuses the newest, depth first drops the oldest, best first the worst. It
 * stays small whatever a site has, and is exact all the same.
 */
export class Frontier {
  readonly #isRanked: boolean
  readonly #isQueue: boolean
  readonly #maxPages: number
  readonly #lineup: Lineup
  /** Those of the lineup that are still wanted. */
  readonly #waiting = new Map<string, Target>()
  /** Taken, waiting, or known to be the same as one of these. */
  readonly #seen = new Set<string>()
  #taken = 0
  /** Taken, and it is known what they are. */
  #settled = 0
  #isCut = false

  constructor(strategy: SpiderStrategy, maxPages: number) {
    this.#isQueue = strategy === 'breadth_first'
    this.#isRanked = strategy === 'best_first'
    this.#maxPages = maxPages
    this.#lineup = lineupOf(strategy)
  }

  get waiting(): number {
    return this.#waiting.size
  }

  /** Those that wait, in the order in which they were offered. */
  targets(): Iterable<Target> {
    return this.#waiting.values()
  }

  /** `maxPages` keeps something from being taken. */
  get isCut(): boolean {
    return this.#isCut || (this.#room <= 0 && this.#waiting.size > 0)
  }

  /** Something was offered and will not be taken, and nothing else tells. */
  get hasDropped(): boolean {
    return this.#isCut
  }

  /** An earlier run has dropped something. */
  markCut(): void {
    this.#isCut = true
  }

  /** No seed that is offered now would ever be taken. */
  get isFull(): boolean {
    return this.#room <= 0 || (!this.#isRanked && this.#excess >= 0)
  }

  /** This url was taken, waits, or is the same as one that does. */
  knows(url: string): boolean {
    return this.#seen.has(url)
  }

  /** Lets urls wait that are new, and answers which of them do. */
  offer(targets: readonly Target[]): readonly Target[] {
    const news = targets.filter((target) => this.#accepts(target, this.#isQueue))
    this.#lineup.add(news)
    return this.#kept(news)
  }

  /** The same for urls that no page has named: depth first comes to them when it is through with all that pages name. */
  offerSeeds(targets: readonly Target[]): readonly Target[] {
    const news = targets.filter((target) => this.#accepts(target, !this.#isRanked))
    this.#lineup.addSeeds(news)
    return this.#kept(news)
  }

  /** Whether this url waits as it was offered. */
  isWaiting = (target: Target): boolean => this.#waiting.get(target.url) === target

  /** The next url, which is then taken; undefined while none waits, and once `maxPages` were taken. */
  next(): Target | undefined {
    while (this.#room > 0) {
      const target = this.#lineup.take()
      if (!target) return undefined
      if (!this.#leaves(target)) continue
      this.#taken++
      return target
    }
    return undefined
  }

  /** Takes this url, whether it waits or not: an earlier run has crawled it. */
  take(url: string): void {
    this.see(url)
    this.#taken++
  }

  /** One that was taken has been crawled; `finalUrl` is where it led, which is not to be taken again. */
  settle(finalUrl: string | null): void {
    this.#settled++
    if (finalUrl !== null) this.see(finalUrl)
    this.#trim()
  }

  /** This url is not to be taken: it is the same as one that was. */
  see(url: string): void {
    this.#seen.add(url)
    this.#waiting.delete(url)
  }

  get #room(): number {
    return this.#maxPages - this.#taken
  }

  /** How many wait beyond those that may still be taken, or turn out to be the same as another; below 0: how many more may. */
  get #excess(): number {
    const underWay = this.#taken - this.#settled
    return this.#waiting.size + underWay - 2 * (this.#maxPages - this.#settled)
  }

  #accepts(target: Target, isInOrder: boolean): boolean {
    if (this.#seen.has(target.url)) return false
    const isBeyond = isInOrder && this.#excess >= 0
    if (this.#room <= 0 || isBeyond || !this.#lineup.mayCome(target)) {
      this.#isCut = true
      return false
    }
    this.#seen.add(target.url)
    this.#waiting.set(target.url, target)
    return true
  }

  #kept(news: readonly Target[]): readonly Target[] {
    this.#trim()
    return news.filter(this.isWaiting)
  }

  #trim(): void {
    const excess = this.#excess
    if (excess <= 0) return
    for (const target of this.#lineup.cut(excess, this.isWaiting)) {
      if (!this.#leaves(target)) continue
      this.#seen.delete(target.url)
      this.#isCut = true
    }
  }

  /** False for what was in the lineup and not wanted any more. */
  #leaves(target: Target): boolean {
    return this.isWaiting(target) && this.#waiting.delete(target.url)
  }
}
