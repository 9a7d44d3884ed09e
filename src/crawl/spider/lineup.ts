import type { SpiderStrategy } from './spider-request.js'

/** A url that is to be crawled. */
export interface Target {
  readonly url: string
  /** Links between a start and this. */
  readonly depth: number
  /** The page that linked to it. */
  readonly foundOn: string | null
  /** For `best_first`: the higher, the sooner. */
  readonly score: number
}

/** The order in which targets are taken. */
export interface Lineup {
  /** Of what is added together, the first is taken first. */
  add(targets: readonly Target[]): void
  /** Adds what stands behind all that was added otherwise, the first first; a ranking ranks it like all else. */
  addSeeds(targets: readonly Target[]): void
  take(): Target | undefined
  /** False for what would be taken later than something that was cut. */
  mayCome(target: Target): boolean
  /**
   * Drops what would be taken last, so that about `excess` fewer are wanted, and answers with it; a queue, which refuses
   * instead, drops nothing.
   */
  cut(excess: number, isWanted: (target: Target) => boolean): readonly Target[]
}

/** The lineup of a strategy. */
export function lineupOf(strategy: SpiderStrategy): Lineup {
  if (strategy === 'breadth_first') return new Queue()
  return strategy === 'depth_first' ? new Stack() : new Ranking()
}

// -------------------------------------------------------------------------------------------------------------------

/** Places in front that were left, before the others move up. */
const mostGaps = 1_000

class Queue implements Lineup {
  #targets: Target[] = []
  #first = 0

  add(targets: readonly Target[]): void {
    for (const target of targets) this.#targets.push(target)
  }

  take(): Target | undefined {
    const target = this.#targets[this.#first]
    if (!target) return undefined
    this.#first++
    if (this.#first > mostGaps && this.#first * 2 > this.#targets.length) {
      this.#targets = this.#targets.slice(this.#first)
      this.#first = 0
    }
    return target
  }

  addSeeds(targets: readonly Target[]): void {
    this.add(targets)
  }

  /** Takes the one that was added last. */
  takeLast(): Target | undefined {
    return this.#targets.length > this.#first ? this.#targets.pop() : undefined
  }

  mayCome(): boolean {
    return true
  }

  cut(): readonly Target[] {
    return []
  }
}

class Stack implements Lineup {
  readonly #targets: Target[] = []
  /** Below all of the stack. */
  readonly #seeds = new Queue()

  add(targets: readonly Target[]): void {
    for (let i = targets.length - 1; i >= 0; i--) this.#targets.push(targets[i] as Target)
  }

  addSeeds(targets: readonly Target[]): void {
    this.#seeds.add(targets)
  }

  take(): Target | undefined {
    return this.#targets.pop() ?? this.#seeds.take()
  }

  mayCome(): boolean {
    return true
  }

  cut(excess: number, isWanted: (target: Target) => boolean): readonly Target[] {
    const dropped: Target[] = []
    let left = excess
    while (left > 0) {
      const last = this.#seeds.takeLast()
      if (!last) break
      dropped.push(last)
      if (isWanted(last)) left--
    }
    let end = 0
    for (; left > 0 && end < this.#targets.length; end++) if (isWanted(this.#targets[end] as Target)) left--
    return [...dropped, ...this.#targets.splice(0, end)]
  }
}

interface Ranked {
  readonly target: Target
  /** Of two that are equally good, the one that came first. */
  readonly n: number
}

/** A binary heap with the best on top. */
class Ranking implements Lineup {
  #heap: Ranked[] = []
  #count = 0
  /** Only better ones are dropped later, for those that wait get better. */
  #bestDropped = -Infinity

  add(targets: readonly Target[]): void {
    for (const target of targets) this.#rise({ target, n: this.#count++ })
  }

  addSeeds(targets: readonly Target[]): void {
    this.add(targets)
  }

  take(): Target | undefined {
    const best = this.#heap[0]
    const last = this.#heap.pop()
    if (best && last && best !== last) this.#sink(last)
    return best?.target
  }

  /** What was added later comes after what is as good. */
  mayCome(target: Target): boolean {
    return target.score > this.#bestDropped
  }

  /** To find the worst all have to be put in order: that is done once for many. */
  cut(excess: number, isWanted: (target: Target) => boolean): readonly Target[] {
    if (excess < Math.max(mostGaps, this.#heap.length / 8)) return []
    // An ordered list is a heap.
    const ordered = this.#heap
      .filter(({ target }) => isWanted(target))
      .sort((a, b) => (isBefore(a, b) ? -1 : 1))
    const dropped = ordered.splice(Math.max(0, ordered.length - excess))
    this.#heap = ordered
    this.#bestDropped = dropped[0]?.target.score ?? this.#bestDropped
    return dropped.map(({ target }) => target)
  }

  #rise(entry: Ranked): void {
    let at = this.#heap.length
    while (at > 0) {
      const above = (at - 1) >> 1
      const other = this.#heap[above] as Ranked
      if (!isBefore(entry, other)) break
      this.#heap[at] = other
      at = above
    }
    this.#heap[at] = entry
  }

  #sink(entry: Ranked): void {
    const heap = this.#heap
    let at = 0
    for (;;) {
      const [left, right] = [heap[2 * at + 1], heap[2 * at + 2]]
      const goesRight = left && right && isBefore(right, left)
      const below = goesRight ? right : left
      if (!below || !isBefore(below, entry)) break
      heap[at] = below
      at = 2 * at + (goesRight ? 2 : 1)
    }
    heap[at] = entry
  }
}

function isBefore(a: Ranked, b: Ranked): boolean {
  return a.target.score === b.target.score ? a.n < b.n : a.target.score > b.target.score
}
