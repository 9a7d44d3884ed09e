import type {
  MovingRef,
  WithdrawAnswer,
  WithdrawRequest,
  Withdrawal,
  Withdrawn,
} from '../../core/queue-adapter.js'
import type { Database } from './database.js'
import type { Exporting } from './exporting.js'
import { type JobFacts, type JobFinder, isRunning } from './job-facts.js'
import type { Lineups } from './lineups.js'
import type { Moves } from './moves.js'
import { place } from './places.js'
import type { ScheduleMoving } from './schedule-moving.js'
import withdrawingSql from './sql/withdrawing.sql'
import { type Command, type Query, SqlFile } from './sql-file.js'
import { fromStored, toStored } from './stored-text.js'

interface Parts {
  readonly finder: JobFinder
  readonly moves: Moves
  readonly lineups: Lineups
  readonly exporting: Exporting
  readonly schedules: ScheduleMoving
}

/** What leaves this store for another, and what was last taken along. */
export class Withdrawing {
  readonly #parts: Parts
  readonly #last: Query<WithdrawalRow>
  readonly #note: Command
  readonly #waitsHere: Query<{ readonly yes: number }>
  readonly #isAwaited: Query<{ readonly yes: number }>
  readonly #addAbsent: Command
  readonly #dropAbsent: Command

  constructor(database: Database, parts: Parts) {
    const sql = new SqlFile(database, withdrawingSql)
    this.#parts = parts
    this.#last = sql.query('last')
    this.#note = sql.command('note')
    this.#waitsHere = sql.query('waits here')
    this.#isAwaited = sql.query('is awaited')
    this.#addAbsent = sql.command('add absent')
    this.#dropAbsent = sql.command('drop absent')
  }

  get last(): Withdrawal | null {
    const row = this.#last.get()
    return row === undefined ? null : withdrawalOf(row)
  }

  withdraw({ token, after, text, jobs, schedules }: WithdrawRequest): WithdrawAnswer {
    const { last } = this
    if (last?.token === token) return { kind: 'done', jobs: last.jobs, schedules: last.schedules }
    if ((last?.token ?? null) !== after) return { kind: 'stale' }
    const words = {
      jobs: jobs.map((job) => this.#withdrawOne(job)),
      schedules: schedules.map((schedule) => this.#parts.schedules.withdraw(schedule)),
    }
    const answers = [words.jobs, words.schedules].map((one) => JSON.stringify(one))
    this.#note.run(toStored(token), answers[0] ?? '[]', answers[1] ?? '[]', toStored(text))
    return { kind: 'done', ...words }
  }

  #withdrawOne({ id, revision }: MovingRef): Withdrawn {
    const { finder, exporting, lineups } = this.#parts
    const job = finder.byId(toStored(id))
    if (job === undefined) return 'missing'
    if (isRunning(job)) return 'running'
    if (exporting.revisionOf(job) !== revision) return 'changed'
    const blocker = exporting.blockerOf(job.n)
    const stands = blocker !== null && finder.byNumber(blocker) !== undefined
    if (stands || lineups.hasOpenEnd(job.n) || this.#waitsHere.get(job.n, place.blocked) !== undefined)
      return 'bound'
    this.#take(job, blocker)
    return 'gone'
  }

  /** Who waits for it goes on doing so: it may come back. */
  #take(job: JobFacts, blocker: number | null): void {
    this.#parts.moves.remove(job)
    if (this.#isAwaited.get(job.n, job.n) !== undefined) this.#addAbsent.run(job.n, job.id)
    if (blocker !== null && this.#isAwaited.get(blocker, blocker) === undefined) this.#dropAbsent.run(blocker)
  }
}

// -------------------------------------------------------------------------------------------------------------------

interface WithdrawalRow {
  readonly token: string
  readonly jobs: string
  readonly schedules: string
  readonly text: string
}

function withdrawalOf({ token, jobs, schedules, text }: WithdrawalRow): Withdrawal {
  return {
    token: fromStored(token),
    text: fromStored(text),
    jobs: JSON.parse(jobs) as readonly Withdrawn[],
    schedules: JSON.parse(schedules) as readonly Withdrawn[],
  }
}
