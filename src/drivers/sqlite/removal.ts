import type { Database } from './database.js'
import type { JobSteps } from './job-steps.js'
import { hasMark, mark } from './marks.js'
import removalSql from './sql/removal.sql'
import { type Command, type Query, SqlFile } from './sql-file.js'
import type { TermsBook } from './terms-book.js'

const tables = ['pasts', 'results', 'notes', 'answers', 'large', 'jobs'] as const

interface Parts {
  readonly terms: TermsBook
  readonly steps: JobSteps
}

/** Removes final jobs that stand in no index any more. */
export class Removal {
  readonly #parts: Parts
  readonly #heirsAmong: Query<{ readonly job: number }>
  readonly #heir: Query<{ readonly heir: number }>
  readonly #passOn: Command
  readonly #forgetHeirs: Command
  readonly #forget: readonly Command[]

  constructor(database: Database, parts: Parts) {
    const sql = new SqlFile(database, removalSql)
    this.#parts = parts
    this.#heirsAmong = sql.query('heirs among')
    this.#heir = sql.query('heir')
    this.#passOn = sql.command('pass on')
    this.#forgetHeirs = sql.command('forget heirs')
    this.#forget = tables.map((table) => sql.command(`forget ${table}`))
  }

  /** By their numbers; those that may have terms once more. */
  forget(jobs: readonly number[], marked: readonly Marked[] = []): void {
    if (jobs.length === 0) return
    this.#parts.terms.forget(marked.filter((job) => hasMark(job, mark.terms)).map(({ n }) => n))
    this.#parts.steps.forget(jobs)
    const list = JSON.stringify(jobs)
    if (this.#heirsAmong.get(list) !== undefined) this.#passHeirsOn(jobs, list)
    for (const command of this.#forget) command.run(list)
  }

  /** Whoever has one of these for an heir gets that one's own heir: the chain must not break where a job is gone. */
  #passHeirsOn(jobs: readonly number[], list: string): void {
    for (const job of jobs) {
      const heir = this.#heir.get(job)?.heir
      if (heir !== undefined) this.#passOn.run(heir, job)
    }
    this.#forgetHeirs.run(list)
  }
}

// -------------------------------------------------------------------------------------------------------------------

interface Marked {
  readonly n: number
  readonly marks: number
}
