import type { FinalStatus } from '../../core/states.js'

/** Which ends make a notice by the word of settings: `<final state>:<type>`, or `<final state>:*`. */
export class NoticeRules {
  /** How many settings say so. */
  readonly #asked = new Map<string, number>()

  get isAny(): boolean {
    return this.#asked.size > 0
  }

  asksFor(status: FinalStatus, type: string): boolean {
    return this.#asked.has(`${status}:${type}`) || this.#asked.has(`${status}:*`)
  }

  /** A setting that said the one thing says the other. */
  change(before: readonly string[], after: readonly string[]): void {
    for (const rule of new Set(after)) this.#asked.set(rule, (this.#asked.get(rule) ?? 0) + 1)
    for (const rule of new Set(before)) {
      const left = (this.#asked.get(rule) ?? 0) - 1
      if (left > 0) this.#asked.set(rule, left)
      else this.#asked.delete(rule)
    }
  }
}
