import type { LeaseRef, Step, StepAnswer, StepRequest } from '../../core/queue-adapter.js'
import type { Database } from './database.js'
import { flag } from './flags.js'
import type { Ledger } from './ledger.js'
import stepsSql from './sql/job-steps.sql'
import { type Command, type Query, SqlFile } from './sql-file.js'
import { fromStored, toStored } from './stored-text.js'

const mostSteps = 1_000
const mostBytes = 4 * 2 ** 20

/** What running jobs keep of their steps, until a new life or the end of the record. */
export class JobSteps {
  readonly #ledger: Ledger
  readonly #run: Query<{ readonly n: number; readonly fence: number }>
  readonly #find: Query<{ readonly text: string }>
  readonly #size: Query<{ readonly steps: number; readonly bytes: number }>
  readonly #add: Command
  readonly #all: Query<Step>
  readonly #forget: Command
  readonly #any: Query<{ readonly yes: number }>

  constructor(database: Database, ledger: Ledger) {
    const sql = new SqlFile(database, stepsSql)
    this.#ledger = ledger
    this.#run = sql.query('run')
    this.#find = sql.query('find')
    this.#size = sql.query('size')
    this.#add = sql.command('add')
    this.#all = sql.query('all')
    this.#forget = sql.command('forget')
    this.#any = sql.query('any')
  }

  keep(request: StepRequest): StepAnswer {
    const n = this.#numberOf(request)
    if (n === null) return { kind: 'lost' }
    const standing = this.#find.get(n, toStored(request.key))
    if (standing !== undefined) return { kind: 'kept', text: fromStored(standing.text) }
    const { steps = 0, bytes = 0 } = this.#size.get(n) ?? {}
    if (steps >= mostSteps || bytes + Buffer.byteLength(request.text) > mostBytes) return { kind: 'full' }
    this.put(n, [request])
    return { kind: 'kept', text: request.text }
  }

  /** In the order in which they were kept; null unless the fence is current. */
  of(lease: LeaseRef): readonly Step[] | null {
    const n = this.#numberOf(lease)
    return n === null ? null : this.all(n)
  }

  /** Of a job by its number. */
  all(n: number): readonly Step[] {
    return this.#all.all(n).map(({ key, text }) => ({ key: fromStored(key), text: fromStored(text) }))
  }

  put(n: number, steps: readonly Step[]): void {
    if (steps.length === 0) return
    for (const { key, text } of steps)
      this.#add.run(n, toStored(key), Buffer.byteLength(text), toStored(text))
    this.#ledger.note(flag.steps, true)
  }

  /** Those of the jobs with these numbers. */
  forget(list: readonly number[]): void {
    if (this.#ledger.has(flag.steps)) this.#forget.run(JSON.stringify(list))
  }

  /** Has no step look for any when there are none. */
  tidy(): void {
    if (this.#ledger.has(flag.steps)) this.#ledger.note(flag.steps, this.#any.get() !== undefined)
  }

  #numberOf({ id, fence }: LeaseRef): number | null {
    const run = this.#run.get(toStored(id))
    return run !== undefined && String(run.fence) === fence ? run.n : null
  }
}
