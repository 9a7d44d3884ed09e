import type { Pauses } from '../../core/queue-adapter.js'
import type { JobKind } from './job-kind.js'

/** What is not claimed for now: by type, or all that is not the library's own. */
export class PauseBook {
  #isWhole = false
  readonly #types = new Set<string>()

  get isAny(): boolean {
    return this.#isWhole || this.#types.size > 0
  }

  has(kind: JobKind): boolean {
    return (this.#isWhole && !kind.isInternal) || this.#types.has(kind.name)
  }

  add(type: string | null): void {
    if (type === null) this.#isWhole = true
    else this.#types.add(type)
  }

  remove(type: string | null): void {
    if (type === null) this.#isWhole = false
    else this.#types.delete(type)
  }

  all(): Pauses {
    return { queue: this.#isWhole, types: [...this.#types] }
  }
}
