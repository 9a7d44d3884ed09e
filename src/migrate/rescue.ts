import { defaultBudgets } from '../core/priority.js'
import { newId } from '../core/random.js'
import type { Ends } from './ends.js'

/**
 * Cycles that want nothing, by an instance that takes no types: they take back what lost workers had, let go who waited for
 * something that ended, and make ready what is due, so that a queue without workers is at rest.
 */
export class Rescue {
  readonly #ends: Ends
  readonly #instance: string
  #seq = 0

  constructor(ends: Ends, now: number) {
    this.#ends = ends
    this.#instance = newId(now)
  }

  async run(): Promise<void> {
    const { from, ask } = this.#ends
    for (let more = true; more;) {
      const cycle = {
        instance: this.#instance,
        channel: 0,
        seq: ++this.#seq,
        outcomes: [],
        wanted: [],
        types: [],
      }
      const reply = await ask(() => from.cycle({ ...cycle, leaseMs: 15_000, budgets: defaultBudgets }))
      more = reply.kind === 'done' && reply.more
    }
  }

  async leave(): Promise<void> {
    const { from, ask } = this.#ends
    await ask(() => from.leave(this.#instance))
  }
}
