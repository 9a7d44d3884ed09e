import { type Deferred, deferred } from '../core/abort.js'
import type { Clock } from '../core/clock.js'
import type { StepLimits } from '../core/queue-adapter.js'

export interface GroupLaneOptions<Item, Answer> {
  readonly clock: Clock
  readonly limits: Pick<StepLimits, 'items' | 'bytes' | 'inFlight'>
  /** In bytes. */
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
 * Group commit without a timer: while a call is under way, whatever comes waits and goes with the next one, which leaves when
 * the answer is in. Idle, one item is one immediate call; busy, batches form by themselves. Calls leave in the order in which
 * the items came, several at once where the store allows it: a further one as soon as a full step waits, since waiting on
 * would not make it larger.
 */
export class GroupLane<Item, Answer> {
  readonly #options: GroupLaneOptions<Item, Answer>
  #waiting: (Entry<Item, Answer> | undefined)[] = []
  #next = 0
  /** Of what waits. */
  #bytes = 0
  #underWay = 0
  #armed = false

  constructor(options: GroupLaneOptions<Item, Answer>) {
    this.#options = options
  }

  /** Resolves with the answers to these items, in their order, once all are committed. */
  push(items: readonly Item[]): Promise<readonly Answer[]> {
    const group: Group<Answer> = { answers: [], left: items.length, done: deferred() }
    if (items.length === 0) group.done.resolve([])
    items.forEach((item, place) => {
      const size = this.#options.sizeOf(item)
      this.#bytes += size
      this.#waiting.push({ item, size, group, place })
    })
    if (!this.#armed && this.#mayLeave()) {
      this.#armed = true
      this.#options.clock.soon(() => {
        this.#armed = false
        this.#leave()
      })
    }
    return group.done.promise
  }

  #mayLeave(): boolean {
    const { items, bytes, inFlight } = this.#options.limits
    const left = this.#waiting.length - this.#next
    if (left === 0 || this.#underWay >= inFlight) return false
    return this.#underWay === 0 || left >= items || this.#bytes >= bytes
  }

  #leave(): void {
    while (this.#mayLeave()) {
      this.#underWay++
      void this.#send(this.#takeBatch()).then(() => {
        this.#underWay--
        this.#leave()
      })
    }
    this.#letGo()
  }

  /** Under a steady load the lane is never empty: what was sent must go all the same, though not by a shift each time. */
  #letGo(): void {
    if (this.#next < this.#waiting.length && (this.#next < 1_000 || this.#next * 2 < this.#waiting.length))
      return
    this.#waiting = this.#waiting.slice(this.#next)
    this.#next = 0
  }

  async #send(batch: readonly Entry<Item, Answer>[]): Promise<void> {
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
    const batch: Entry<Item, Answer>[] = []
    let size = 0
    while (this.#next < this.#waiting.length) {
      const entry = this.#waiting[this.#next]
      if (!entry || (batch.length > 0 && (batch.length >= items || size + entry.size > bytes))) break
      size += entry.size
      batch.push(entry)
      // What was sent may be large, and the list is cut only now and then.
      this.#waiting[this.#next++] = undefined
    }
    this.#bytes -= size
    return batch
  }
}
