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

interface Entry<Item, Answer> {
  readonly item: Item
  readonly size: number
  readonly answer: Deferred<Answer>
}

/**
 * Group commit without a timer: one call is under way at a time, and whatever comes meanwhile goes with the next one, which
 * leaves when the answer is in. Idle, one item is one immediate call; busy, batches form by themselves.
 */
export class GroupLane<Item, Answer> {
  readonly #options: GroupLaneOptions<Item, Answer>
  #waiting: Entry<Item, Answer>[] = []
  #busy = false

  constructor(options: GroupLaneOptions<Item, Answer>) {
    this.#options = options
  }

  /** Resolves with the answer to this item, once it is committed. */
  push(item: Item): Promise<Answer> {
    const answer = deferred<Answer>()
    this.#waiting.push({ item, size: this.#options.sizeOf(item), answer })
    if (!this.#busy) {
      this.#busy = true
      this.#options.clock.soon(() => void this.#drain())
    }
    return answer.promise
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) await this.#sendNext(this.#takeBatch())
    this.#busy = false
  }

  async #sendNext(batch: readonly Entry<Item, Answer>[]): Promise<void> {
    try {
      const answers = await this.#options.send(batch.map((entry) => entry.item))
      batch.forEach((entry, i) => entry.answer.resolve(answers[i] as Answer))
    } catch (error) {
      for (const entry of batch) entry.answer.reject(error)
    }
  }

  /** As many as one step may carry; an item that is larger than that makes a step of its own. */
  #takeBatch(): readonly Entry<Item, Answer>[] {
    const { items, bytes } = this.#options.limits
    let size = 0
    let n = 0
    for (const entry of this.#waiting) {
      if (n > 0 && (n >= items || size + entry.size > bytes)) break
      size += entry.size
      n++
    }
    const batch = this.#waiting.slice(0, n)
    this.#waiting = n === this.#waiting.length ? [] : this.#waiting.slice(n)
    return batch
  }
}
