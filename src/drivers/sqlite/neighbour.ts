import type { EndedJob, MovedJob } from '../../core/queue-adapter.js'
import type { Audience, Hints, Waiting } from './hints.js'
import type { Line } from './neighbour-line.js'
import type { Words } from './neighbour-words.js'
import type { TakenLease } from './news.js'

/**
 * Another process at the same file, as far as it is known from what it says: who listens there, and who waits. It is told
 * what it asks for and nothing else.
 */
export class Neighbour {
  readonly n: number
  /** It closes on purpose. */
  hasLeft = false
  readonly #line: Line
  readonly #hints: Hints
  readonly #instances = new Set<string>()
  readonly #waiting = new Map<string, readonly string[]>()
  /** Those who wait here, as it was told: the types of each. It hears too that one was woken by its own words. */
  readonly #told = new Map<string, string>()
  #ends = false
  #moves = false
  /** What was asked of it at last. */
  #asked: Audience = { instances: [], ends: false, moves: false }

  constructor(n: number, line: Line, hints: Hints) {
    this.n = n
    this.#line = line
    this.#hints = hints
    this.tellAudience(hints.audience)
    this.tellWaiting(hints.waiting)
  }

  get wantsEnds(): boolean {
    return this.#ends
  }

  get wantsMoves(): boolean {
    return this.#moves
  }

  /** Those who wait there, with the types they take. */
  get waiting(): Waiting {
    return this.#waiting
  }

  /** Says that this process closes on purpose; all that was said before has been sent then. */
  leave(): void {
    this.#line.say({ kind: 'bye' })
    this.#line.end()
  }

  cut(): void {
    this.#line.cut()
  }

  hear(words: Words): void {
    if (words.kind === 'audience') this.#knowAudience(words)
    else if (words.kind === 'heard') this.#hints.post('ends', { kind: 'gap' })
    else if (words.kind === 'waits') this.#knowWaiting(words.instance, words.types)
    else if (words.kind === 'stops') this.#waiting.delete(words.instance)
    else if (words.kind === 'work') this.#hints.wake(words.instance, words.type)
    else if (words.kind === 'ended') this.#hints.post('ends', words)
    else if (words.kind === 'moved') this.#hints.post('moves', words)
    else if (words.kind === 'interrupt')
      this.#hints.post({ instance: words.instance }, { kind: 'interrupt', leases: words.leases })
    else if (words.kind === 'schedules') this.#hints.post('instances', { kind: 'schedules' })
    else if (words.kind === 'bye') this.hasLeft = true
    else this.#line.cut()
  }

  /** Gives work to so many of those who wait for it there; how much is left. */
  wake(type: string, count: number): number {
    let left = count
    for (const [instance, types] of this.#waiting) {
      if (left <= 0) break
      if (!types.includes(type)) continue
      this.wakeOne(instance, type)
      left--
    }
    return left
  }

  wakeOne(instance: string, type: string): void {
    this.#waiting.delete(instance)
    this.#line.say({ kind: 'work', instance, type })
  }

  ended(jobs: readonly EndedJob[]): void {
    if (!this.#ends) return
    for (const some of chunksOf(jobs)) this.#line.say({ kind: 'ended', jobs: some })
  }

  moved(jobs: readonly MovedJob[]): void {
    if (!this.#moves) return
    for (const some of chunksOf(jobs)) this.#line.say({ kind: 'moved', jobs: some })
  }

  interrupted(instance: string, leases: readonly TakenLease[]): void {
    if (!this.#instances.has(instance)) return
    for (const some of chunksOf(leases)) this.#line.say({ kind: 'interrupt', instance, leases: some })
  }

  schedulesChanged(): void {
    if (this.#instances.size > 0) this.#line.say({ kind: 'schedules' })
  }

  tellAudience({ instances, ends, moves }: Audience): void {
    const asked = this.#asked
    const isKnown =
      instances.length === asked.instances.length && instances.every((one, i) => one === asked.instances[i])
    if (isKnown && ends === asked.ends && moves === asked.moves) return
    this.#asked = { instances, ends, moves }
    this.#line.say({ kind: 'audience', instances, ends, moves })
  }

  /** Only what has changed. */
  tellWaiting(waiting: Waiting): void {
    for (const instance of this.#told.keys()) {
      if (waiting.has(instance)) continue
      this.#told.delete(instance)
      this.#line.say({ kind: 'stops', instance })
    }
    for (const [instance, types] of waiting) {
      const text = types.join('\n')
      if (this.#told.get(instance) === text) continue
      this.#told.set(instance, text)
      this.#line.say({ kind: 'waits', instance, types })
    }
  }

  #knowAudience({ instances, ends, moves }: Audience): void {
    const asksForMore = (ends && !this.#ends) || (moves && !this.#moves)
    this.#instances.clear()
    for (const instance of instances) this.#instances.add(instance)
    this.#ends = ends
    this.#moves = moves
    if (asksForMore) this.#line.say({ kind: 'heard' })
  }

  /** At the end of the row, as one who has just begun to wait. */
  #knowWaiting(instance: string, types: readonly string[]): void {
    this.#waiting.delete(instance)
    this.#waiting.set(instance, types)
  }
}

// -------------------------------------------------------------------------------------------------------------------

const chunk = 256

function* chunksOf<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let i = 0; i < all.length; i += chunk) yield all.slice(i, i + chunk)
}
