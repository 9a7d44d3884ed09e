import type { Query } from './sql-file.js'

/** The ready jobs of one class and type, a stored text. */
export interface Line {
  readonly rank: number
  readonly type: string
}

/** A ready job with all that a claim says of it; its texts are stored ones. */
export interface ReadyJob {
  readonly ticket: number
  readonly bytes: number
  readonly n: number
  readonly id: string
  /** Both are empty when it is large. */
  readonly payload: string
  readonly options: string
  readonly is_large: number
  readonly generation: number
  readonly failures: number
  readonly max_attempts: number
  readonly created_at: number
  readonly ready_at: number
  readonly dedupe_key: string | null
  readonly schedule: string | null
}

/** Reads a line from its first job on, some at a time. */
export class LineReader {
  readonly line: Line
  readonly #query: Query<ReadyJob>
  #atOnce: number
  #jobs: readonly ReadyJob[]
  #at = 0
  #passed: number | null = null

  /** Reads `atOnce` at first, and more when it is read on. */
  constructor(line: Line, query: Query<ReadyJob>, atOnce: number) {
    this.line = line
    this.#query = query
    this.#atOnce = atOnce
    this.#jobs = this.#read(-Number.MAX_SAFE_INTEGER)
  }

  /** The first job that was not passed. */
  get head(): ReadyJob | undefined {
    if (this.#at === this.#atOnce && this.#passed !== null) {
      this.#atOnce *= 2
      this.#jobs = this.#read(this.#passed)
      this.#at = 0
    }
    return this.#jobs[this.#at]
  }

  /** The ticket of the last job that was passed; null for none. */
  get passed(): number | null {
    return this.#passed
  }

  pass(): void {
    this.#passed = this.head?.ticket ?? this.#passed
    this.#at++
  }

  #read(after: number): readonly ReadyJob[] {
    return this.#query.all(this.line.rank, this.line.type, after, this.#atOnce)
  }
}
