import { type Deferred, deferred } from '../core/abort.js'
import type { Clock } from '../core/clock.js'
import type { StepLimits } from '../core/queue-adapter.js'

export interface GroupLaneOptions<Item, Answer> {
  readonly clock: Clock
  readonly limits: Pick<StepLimits, 'items' | 'bytes'>
  readonly sizeOf: (item: Item) => number
  /** One answer for each item, in order. Its failure is the failure of every item it carried. */
  readonly send: (items: readonly Item[]) => Promise<readonly Answer[]>
}

/** What was pushed together is answered together. */
interface Group<Answer> {
  readonly answers: Answer[]
  left: number
  readonly done: Deferred<readonly Answer[]>
}

interface Entry<Item, Answer> {
  readonly item: Item
  readonly size: number
  readonly group: Group<Answer>
  /** Its place in the group. */
  readonly place: number
}

/**
 * Group commit without a timer: one call is under way at a time, and whatever comes meanwhile goes with the next one, which
 * leaves when the answer is in. Idle, one item is one immediate call; busy, batches form by themselves.
 */
export class GroupLane<Item, Answer> {
  readonly #options: GroupLaneOptions<Item, Answer>
  #waiting: Entry<Item, Answer>[] = []
  #next = 0
  #busy = false

  constructor(options: GroupLaneOptions<Item, Answer>) {
    this.#options = options
  }

  /** Resolves with the answers to these items, in their order, once all are committed. */
  push(items: readonly Item[]): Promise<readonly Answer[]> {
    const group: Group<Answer> = { answers: [], left: items.length, done: deferred() }
    if (items.length === 0) group.done.resolve([])
    items.forEach((item, place) =>
      this.#waiting.push({ item, size: this.#options.sizeOf(item), group, place }),
    )
    if (!this.#busy && items.length > 0) {
      this.#busy = true
      this.#options.clock.soon(() => void this.#drain())
    }
    return group.done.promise
  }

  async #drain(): Promise<void> {
    while (this.#next < this.#waiting.length) {
      await this.#sendNext(this.#takeBatch())
      this.#letGo()
    }
    this.#waiting = []
    this.#next = 0
    this.#busy = false
  }

  /** Under a steady load the lane is never empty: what was sent must go all the same, though not by a shift each time. */
  #letGo(): void {
    if (this.#next < 1_000 || this.#next * 2 < this.#waiting.length) return
    this.#waiting = this.#waiting.slice(this.#next)
    this.#next = 0
  }

  async #sendNext(batch: readonly Entry<Item, Answer>[]): Promise<void> {
    try {
      const answers = await this.#options.send(batch.map((entry) => entry.item))
      batch.forEach(({ group, place }, i) => {
        group.answers[place] = answers[i] as Answer
        if (--group.left === 0) group.done.resolve(group.answers)
      })
    } catch (error) {
      for (const entry of batch) entry.group.done.reject(error)
    }
  }

  /** As many as one step may carry; an item that is larger than that makes a step of its own. */
  #takeBatch(): readonly Entry<Item, Answer>[] {
    const { items, bytes } = this.#options.limits
    const from = this.#next
    let size = 0
    while (this.#next < this.#waiting.length) {
      const entry = this.#waiting[this.#next]
      const taken = this.#next - from
      if (!entry || (taken > 0 && (taken >= items || size + entry.size > bytes))) break
      size += entry.size
      this.#next++
    }
    return this.#waiting.slice(from, this.#next)
  }
}
