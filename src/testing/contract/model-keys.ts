import { type ModelJob, isLive, isReady } from './model-job.js'

/** A group, and between which claims its last one was: how much a store remembers of it is its own affair. */
interface Turn {
  earliest: number
  latest: number
}

const noKeys = '[null,null]'

/** The keys of jobs: which groups are open, whose turn it is, and which rates hold which up. */
export class ModelKeys {
  readonly #jobs: ReadonlyMap<string, ModelJob>
  readonly #turns = new Map<string, Turn>()
  readonly #starts = new Map<string, number[]>()
  #claims = 0

  constructor(jobs: ReadonlyMap<string, ModelJob>) {
    this.#jobs = jobs
  }

  isOpen(job: ModelJob, now: number): boolean {
    return this.#hasRoom(job) && this.#freeAt(job) <= now
  }

  /** When the first of the rates allows a start that hold up jobs by themselves; infinite for never. */
  nextFree(now: number): number {
    const held = [...this.#jobs.values()].filter((job) => isReady(job) && this.#hasRoom(job))
    return Math.min(Infinity, ...held.map((job) => this.#freeAt(job)).filter((at) => at > now))
  }

  /** Of jobs of one class that can be claimed, those that may be the next. */
  next(able: readonly ModelJob[]): readonly ModelJob[] {
    const groups = [...new Set(able.map(groupOf))].map((group) => {
      const own = able.filter((job) => groupOf(job) === group)
      const first = Math.min(...own.map(({ place }) => place))
      return { ...this.#turnOf(group), first, own: own.filter(({ place }) => place === first) }
    })
    return groups.filter((one) => groups.every((other) => mayPrecede(one, other))).flatMap(({ own }) => own)
  }

  /** It is claimed, from among these. */
  start(job: ModelJob, able: readonly ModelJob[], now: number): void {
    const { terms } = job
    if (terms?.rate) this.#startsOf(terms.rate.key).push(now)
    const turn = this.#turnOf(groupOf(job))
    turn.latest = ++this.#claims
    // While no job with keys is ready, those without need not be told apart.
    const isAlone = groupOf(job) === noKeys && able.every((other) => groupOf(other) === noKeys)
    if (!isAlone) turn.earliest = turn.latest
    this.#turns.set(groupOf(job), turn)
  }

  /** A store may forget a group that no live job is in. */
  forget(): void {
    const live = new Set([...this.#jobs.values()].filter(isLive).map(groupOf))
    for (const [group, turn] of this.#turns) if (!live.has(group)) turn.earliest = 0
  }

  #turnOf(group: string): Turn {
    return this.#turns.get(group) ?? { earliest: 0, latest: 0 }
  }

  #hasRoom({ terms }: ModelJob): boolean {
    const limit = terms?.concurrency
    if (!limit) return true
    const running = [...this.#jobs.values()].filter(
      (job) => job.status === 'processing' && job.terms?.concurrency?.key === limit.key,
    )
    return running.length < limit.max
  }

  #freeAt({ terms }: ModelJob): number {
    if (!terms?.rate) return 0
    const { key, max, perMs } = terms.rate
    const starts = this.#startsOf(key)
    return starts.length < max ? 0 : (starts[starts.length - max] ?? 0) + perMs
  }

  #startsOf(key: string): number[] {
    const starts = this.#starts.get(key) ?? []
    this.#starts.set(key, starts)
    return starts
  }
}

// -------------------------------------------------------------------------------------------------------------------

function groupOf({ terms }: ModelJob): string {
  return JSON.stringify([terms?.concurrency?.key ?? null, terms?.rate?.key ?? null])
}

function mayPrecede(
  one: Turn & { readonly first: number },
  other: Turn & { readonly first: number },
): boolean {
  if (one === other || one.earliest < other.latest) return true
  return one.earliest === other.latest && one.first <= other.first
}
