import type { ConcurrencyLimit, RateLimit } from '../../core/job-terms.js'
import type { KeyQuery, KeyState } from '../../core/queue-adapter.js'
import { DueHeap } from './due-heap.js'
import type { Group } from './group.js'
import type { Hints } from './hints.js'
import type { JobKind } from './job-kind.js'
import type { KeyBox } from './key-box.js'
import { ConcurrencyKey, RateKey } from './limit-keys.js'

const mostAtOnce = 256
const mostLooked = 64

/** How it stands with the limits of each key that a live job has, and of each rate under which something started lately. */
export class LimitBook {
  readonly #hints: Hints
  readonly #concurrency = new Map<string, ConcurrencyKey>()
  readonly #rates = new Map<string, RateKey>()
  /** Rates that are closed while jobs wait, by when they open. */
  readonly #closed = new DueHeap<RateKey>()
  /** Rates that no live job has, by when their last start counts no longer. */
  readonly #idle = new DueHeap<RateKey>()
  #now = 0

  constructor(hints: Hints) {
    this.#hints = hints
  }

  /** A step begins: rates whose time has come open, and those of which nothing counts any longer are forgotten. */
  beginStep(now: number): void {
    this.#now = now
    if (this.#rates.size === 0) return
    for (let n = 0; n < mostAtOnce; n++) {
      const rate = this.#closed.top()
      if (rate === undefined || rate.dueAt > now) break
      this.#review(rate)
    }
    for (let n = 0; n < mostAtOnce; n++) {
      const rate = this.#idle.top()
      if (rate === undefined || rate.dueAt > now) break
      this.#review(rate)
    }
  }

  /** When a group opens that is held up by nothing but a rate; it may be named too early where very many are held up by both. */
  nextOpening(): number | null {
    const passed: RateKey[] = []
    let rate = this.#closed.top()
    while (rate !== undefined && passed.length < mostLooked && !opensSome(rate)) {
      this.#closed.remove(rate)
      passed.push(rate)
      rate = this.#closed.top()
    }
    for (const one of passed) this.#closed.add(one, one.dueAt)
    return rate?.dueAt ?? null
  }

  stateOf({ concurrency, rate }: KeyQuery): Omit<KeyState, 'queueFreeAt'> {
    const one = concurrency === null ? undefined : this.#concurrency.get(concurrency)
    const other = rate === null ? undefined : this.#rates.get(rate)
    return {
      concurrency: one === undefined ? null : { max: one.max, running: one.running },
      rate:
        other === undefined
          ? null
          : {
              max: other.max,
              perMs: other.perMs,
              freeAt: other.log.freeAt(other.max, other.perMs, this.#now),
            },
    }
  }

  joinConcurrency({ key, max }: ConcurrencyLimit, isNew: boolean): ConcurrencyKey {
    const known = this.#concurrency.get(key)
    const one = known ?? new ConcurrencyKey(key)
    this.#concurrency.set(key, one)
    one.live++
    if (isNew || known === undefined) this.#limit(one, max)
    return one
  }

  joinRate({ key, max, perMs }: RateLimit, isNew: boolean): RateKey {
    const known = this.#rates.get(key)
    const one = known ?? new RateKey(key)
    this.#rates.set(key, one)
    one.live++
    if (isNew || known === undefined) {
      one.max = max
      one.perMs = perMs
    }
    const wasOpen = one.box.isOpen
    this.#review(one)
    if (!wasOpen && one.box.isOpen) this.#wake(one.box, one.max)
    return one
  }

  partConcurrency(one: ConcurrencyKey): void {
    if (--one.live === 0) this.#concurrency.delete(one.name)
  }

  partRate(one: RateKey): void {
    if (--one.live === 0) this.#review(one)
  }

  /** A group has a ready job again. */
  becameReady(group: Group): void {
    group.concurrency?.box.groups.add(group)
    if (group.rate === null) return
    group.rate.box.groups.add(group)
    this.#review(group.rate)
  }

  /** A group has no ready job any longer. */
  becameEmpty(group: Group): void {
    group.concurrency?.box.groups.delete(group)
    if (group.rate === null) return
    group.rate.box.groups.delete(group)
    this.#review(group.rate)
  }

  started({ concurrency, rate }: Group, now: number): void {
    if (concurrency !== null) {
      concurrency.running++
      concurrency.box.isOpen = concurrency.running < concurrency.max
    }
    if (rate === null) return
    rate.log.note(now)
    rate.log.forget(now - rate.perMs, rate.max)
    this.#review(rate)
  }

  stopped({ concurrency }: Group): void {
    if (concurrency === null) return
    concurrency.running--
    concurrency.box.isOpen = concurrency.running < concurrency.max
    if (concurrency.box.isOpen) this.#wake(concurrency.box, 1)
  }

  #limit(one: ConcurrencyKey, max: number): void {
    const before = one.max
    one.max = max
    one.box.isOpen = one.running < max
    if (max > before && one.box.isOpen) this.#wake(one.box, max - Math.max(before, one.running))
  }

  /** Puts a rate right by the time: whether it is open, and in which heap it stands. */
  #review(rate: RateKey): void {
    const freeAt = rate.log.freeAt(rate.max, rate.perMs, this.#now)
    rate.box.isOpen = freeAt === null
    if (rate.live === 0) return this.#rest(rate)
    if (freeAt === null || rate.box.groups.size === 0) this.#place(rate, null, 0)
    else this.#place(rate, this.#closed, freeAt)
  }

  #rest(rate: RateKey): void {
    const overAt = rate.log.overAt(rate.perMs) ?? 0
    if (overAt > this.#now) return this.#place(rate, this.#idle, overAt)
    this.#place(rate, null, 0)
    this.#rates.delete(rate.name)
  }

  #place(rate: RateKey, heap: DueHeap<RateKey> | null, dueAt: number): void {
    if (rate.heap === heap && rate.dueAt === dueAt) return
    rate.heap?.remove(rate)
    rate.heap = heap
    heap?.add(rate, dueAt)
  }

  /** Jobs of a key that could not be claimed can be now: those who wait for such types shall look. */
  #wake({ groups }: KeyBox, jobs: number): void {
    const kinds = new Set<JobKind>()
    let left = mostLooked
    for (const group of groups) {
      if (left-- === 0) break
      for (const kind of group.kinds()) kinds.add(kind)
    }
    for (const kind of kinds) this.#hints.opened(kind, jobs)
  }
}

// -------------------------------------------------------------------------------------------------------------------

/** Whether some group of a rate is held up by nothing else, as far as one looks. */
function opensSome({ box }: RateKey): boolean {
  let left = mostLooked
  for (const { concurrency } of box.groups) {
    if (left-- === 0 || concurrency === null || concurrency.box.isOpen) return true
  }
  return false
}
