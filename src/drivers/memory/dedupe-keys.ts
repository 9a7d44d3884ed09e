import { DueHeap } from './due-heap.js'
import { type Entry, hasEnded } from './entry.js'

/** A key that is held beyond the life of the job that took it. */
interface Window {
  readonly key: string
  readonly id: string
  dueAt: number
  heapIndex: number
  readonly sequence: number
}

/** Who holds a key: a live job, or one that has ended, and may be gone, within its window. */
export interface Holder {
  readonly id: string
  readonly live: Entry | null
}

/** Which job holds each dedupe key, and until when. */
export class DedupeKeys {
  readonly #live = new Map<string, Entry>()
  readonly #windows = new Map<string, Window>()
  readonly #ends = new DueHeap<Window>()

  /** Of a key that nobody held before, as of all others, a job may be the holder no longer while it lives; see DedupeMode. */
  holder(key: string | null, now: number): Holder | undefined {
    if (key === null) return undefined
    const live = this.#live.get(key)
    if (live !== undefined && !isOver(live, now)) return { id: live.id, live }
    const window = this.#windows.size === 0 ? undefined : this.#windows.get(key)
    if (window === undefined) return undefined
    if (window.dueAt > now) return { id: window.id, live: null }
    this.#drop(window)
    return undefined
  }

  /** The live job that holds it. */
  liveHolder(key: string | null, now: number): Entry | undefined {
    const live = key === null ? undefined : this.#live.get(key)
    return live === undefined || isOver(live, now) ? undefined : live
  }

  /** A job with a key begins a life, and holds it from now on. */
  take(entry: Entry): void {
    if (entry.dedupeKey !== null) this.#live.set(entry.dedupeKey, entry)
  }

  /** A job ended: what is left of its window is kept. */
  end(entry: Entry, now: number): void {
    const key = entry.dedupeKey
    if (key === null || this.#live.get(key) !== entry) return
    this.#live.delete(key)
    const until = untilOf(entry)
    if (until === null || until <= now) return
    const standing = this.#windows.get(key)
    if (standing !== undefined) this.#drop(standing)
    const window = { key, id: entry.id, dueAt: until, heapIndex: -1, sequence: entry.sequence }
    this.#windows.set(key, window)
    this.#ends.add(window, until)
  }

  /** Another job took its key while it ran. */
  isDispossessed(entry: Entry): boolean {
    const key = entry.dedupeKey
    if (key === null || hasEnded(entry) || isThrottled(entry)) return false
    return this.#live.get(key) !== entry
  }

  /** A job goes to another store. */
  leave(entry: Entry): void {
    const key = entry.dedupeKey
    if (key !== null && this.#live.get(key) === entry) this.#live.delete(key)
  }

  /** Forgets windows that are over, at most `limit`; whether some are left. */
  prune(now: number, limit: number): boolean {
    for (let n = 0; ; n++) {
      const window = this.#ends.top()
      if (window === undefined || window.dueAt > now) return false
      if (n === limit) return true
      this.#drop(window)
    }
  }

  #drop(window: Window): void {
    this.#windows.delete(window.key)
    this.#ends.remove(window)
  }
}

// -------------------------------------------------------------------------------------------------------------------

/** Until when a job holds its key even if it ends before; null when its end is the end of that. */
function untilOf({ extra, createdAt }: Entry): number | null {
  const rule = extra?.terms?.dedupe ?? null
  if (rule === null || rule.windowMs === null) return null
  return rule.mode === 'keep' || rule.mode === 'throttle' ? createdAt + rule.windowMs : null
}

/** With `throttle` a key is held no longer than its window, although the job lives. */
function isOver(live: Entry, now: number): boolean {
  return isThrottled(live) && (untilOf(live) ?? Infinity) <= now
}

function isThrottled({ extra }: Entry): boolean {
  return extra !== null && extra.terms?.dedupe?.mode === 'throttle'
}
