import type { JobTerms } from '../../core/job-terms.js'
import type { Database } from './database.js'
import termsSql from './sql/terms.sql'
import { type Command, type Query, SqlFile } from './sql-file.js'
import { fromStored, toStored } from './stored-text.js'

/** The terms of the jobs that have any. */
export class TermsBook {
  readonly #of: Query<{ readonly text: string }>
  readonly #madeAs: Query<{ readonly made_as: number }>
  readonly #put: Command
  readonly #made: Command
  readonly #forget: Command

  constructor(database: Database) {
    const sql = new SqlFile(database, termsSql)
    this.#of = sql.query('of')
    this.#madeAs = sql.query('made as')
    this.#put = sql.command('put')
    this.#made = sql.command('made')
    this.#forget = sql.command('forget')
  }

  of(n: number): JobTerms | null {
    const row = this.#of.get(n)
    return row === undefined ? null : (JSON.parse(fromStored(row.text)) as JobTerms)
  }

  /** The state that its submission was answered with; null for a job without terms. */
  madeAs(n: number): number | null {
    return this.#madeAs.get(n)?.made_as ?? null
  }

  put(n: number, terms: JobTerms, madeAs: number): void {
    this.#put.run(n, madeAs, toStored(JSON.stringify(terms)))
  }

  noteMade(n: number, state: number): void {
    this.#made.run(state, n)
  }

  forget(jobs: readonly number[]): void {
    if (jobs.length > 0) this.#forget.run(JSON.stringify(jobs))
  }
}
