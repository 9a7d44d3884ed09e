import type { Database } from './database.js'
import type { JobFinder } from './job-facts.js'
import { hasMark, mark } from './marks.js'
import exportingSql from './sql/exporting.sql'
import { type Query, SqlFile } from './sql-file.js'
import type { Ties } from './ties.js'

/** So many of those that a job is tied to, over others, are put before it. */
const mostAbove = 1_000

interface Parts {
  readonly finder: JobFinder
  readonly ties: Ties
}

/** Puts before a job those that it depends on. */
export class WithParents {
  readonly #parts: Parts
  readonly #movable: Query<{ readonly yes: number }>

  constructor(database: Database, parts: Parts) {
    this.#parts = parts
    this.#movable = new SqlFile(database, exportingSql).query('movable')
  }

  /** The job behind those that it is tied to, as far as they can be moved, each behind its own; without those of `shown`. */
  lineOf(job: number, shown: ReadonlySet<number>): readonly number[] {
    const line = new Set<number>()
    const met = new Set<number>()
    const left = [job]
    for (let n = left.at(-1); n !== undefined; n = left.at(-1)) {
      const above = met.has(n) || met.size >= mostAbove ? [] : this.#parentsOf(n)
      const fresh = above.filter((parent) => !met.has(parent) && !shown.has(parent))
      met.add(n)
      left.push(...fresh.reverse())
      if (fresh.length > 0) continue
      left.pop()
      if (!shown.has(n)) line.add(n)
    }
    return [...line]
  }

  #parentsOf(n: number): readonly number[] {
    const { finder, ties } = this.#parts
    const job = finder.byNumber(n)
    if (job === undefined || !hasMark(job, mark.terms)) return []
    const parents = ties.parents(n).map(({ parent }) => parent)
    return parents.filter((parent) => this.#movable.get(parent) !== undefined)
  }
}
