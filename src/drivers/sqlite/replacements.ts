import type { NewJob, SubmitAnswer } from '../../core/queue-adapter.js'
import type { Database } from './database.js'
import replacementsSql from './sql/replacements.sql'
import { type Command, type Query, SqlFile } from './sql-file.js'
import { fromStored, toStored } from './stored-text.js'

/** So many are known again. */
const kept = 1_024

/** What the last submissions were answered that gave a job other content: sent again, they change nothing. */
export class Replacements {
  readonly #find: Query<{ readonly answer: string }>
  readonly #note: Command
  readonly #forget: Command

  constructor(database: Database) {
    const sql = new SqlFile(database, replacementsSql)
    this.#find = sql.query('find')
    this.#note = sql.command('note')
    this.#forget = sql.command('forget')
  }

  answerTo({ id, token }: NewJob): SubmitAnswer | null {
    const row = this.#find.get(toStored(id), toStored(token))
    return row === undefined ? null : (JSON.parse(fromStored(row.answer)) as SubmitAnswer)
  }

  note({ id, token }: NewJob, answer: SubmitAnswer): void {
    this.#note.run(toStored(id), toStored(token), toStored(JSON.stringify(answer)))
    this.#forget.run(kept)
  }
}
