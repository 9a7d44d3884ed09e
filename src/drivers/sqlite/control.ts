import { rankOf } from '../../core/priority.js'
import type {
  CancelRequest,
  ControlAnswer,
  ControlRequest,
  DiscardAnswer,
  ReprioritiseRequest,
} from '../../core/queue-adapter.js'
import type { Database } from './database.js'
import type { DedupeKeys } from './dedupe-keys.js'
import type { Instances } from './instances.js'
import { type JobFacts, type JobFinder, isRunning } from './job-facts.js'
import type { JobReading } from './job-reading.js'
import type { Ledger } from './ledger.js'
import type { Lineups } from './lineups.js'
import type { Moves } from './moves.js'
import type { News } from './news.js'
import { hasEnded, nowhere, statusOf } from './places.js'
import type { Retaining } from './retaining.js'
import controlSql from './sql/control.sql'
import { type Command, type Query, SqlFile } from './sql-file.js'
import { fromStored, toStored, toStoredOrNull } from './stored-text.js'
import type { TermedIntake } from './termed-intake.js'

/** Requests older than the last so many of one job are not known again. */
const answersKept = 8

interface Parts {
  readonly ledger: Ledger
  readonly news: News
  readonly finder: JobFinder
  readonly moves: Moves
  readonly reading: JobReading
  readonly instances: Instances
  readonly dedupe: DedupeKeys
  readonly termed: TermedIntake
  readonly retaining: Retaining
  readonly lineups: Lineups
}

/** What a person does to one job. */
export class Control {
  readonly #parts: Parts
  readonly #given: Query<{ readonly answer: string }>
  readonly #remember: Command
  readonly #forget: Command

  constructor(database: Database, parts: Parts) {
    const sql = new SqlFile(database, controlSql)
    this.#parts = parts
    this.#given = sql.query('given')
    this.#remember = sql.command('remember')
    this.#forget = sql.command('forget')
  }

  /** Ends a job that has not ended. */
  cancel(request: CancelRequest, now: number): ControlAnswer {
    return this.#control(request, now, (job) => {
      const { ledger, moves } = this.#parts
      if (hasEnded(job.state)) return false
      if (job.fence !== null) this.#takeRun(job, job.fence)
      ledger.of(job.type).total('cancelled', 1)
      moves.end(job, 'cancelled', now, { reason: toStoredOrNull(request.reason) })
      return true
    })
  }

  /** Begins a new life of a job that is a dead letter or cancelled, unless another live job has its dedupe key. */
  retry(request: ControlRequest, now: number): ControlAnswer {
    return this.#control(request, now, (job) => {
      const { finder, moves, dedupe, termed } = this.#parts
      if (!hasEnded(job.state) || statusOf(job.state, false) === 'completed') return false
      const holder = dedupe.holderOf(job.dedupe_key, now)?.job
      if (holder !== undefined && !hasEnded(holder.state)) return holder
      moves.revive(job)
      const facts = finder.byNumber(job.n)
      if (facts !== undefined) termed.revive({ ...facts, state: nowhere }, now)
      return true
    })
  }

  /** Puts a job that waits into another class; the one that it is in is right too. */
  reprioritise(request: ReprioritiseRequest, now: number): ControlAnswer {
    return this.#control(request, now, (job) => {
      if (hasEnded(job.state) || isRunning(job)) return false
      const rank = rankOf(request.priority)
      if (rank !== job.rank) this.#parts.moves.reprioritise(job, rank)
      return true
    })
  }

  /** Removes a job that has ended, and to which nobody who lives is tied. */
  discard({ id }: ControlRequest): DiscardAnswer {
    const { finder, moves, retaining, lineups } = this.#parts
    const job = finder.byId(toStored(id))
    if (job === undefined) return { kind: 'missing' }
    if (!hasEnded(job.state)) return { kind: 'conflict', status: statusOf(job.state, isRunning(job)) }
    if (retaining.isTied(job) || lineups.isAwaited(job.n)) return { kind: 'held' }
    moves.remove(job)
    return { kind: 'done' }
  }

  #takeRun(job: JobFacts, fence: number): void {
    const { ledger, news, moves, instances } = this.#parts
    moves.keepRun(job, { fence: ledger.revokeFence(fence), runMs: null, error: null })
    if (job.instance === null) return
    instances.take(job.instance, job.id, fence)
    const lease = { id: fromStored(job.id), fence: String(fence) }
    news.interrupted(fromStored(job.instance), { ...lease, reason: 'cancelled' })
  }

  /** `act` says whether it was done, or which job stood in the way. A refusal changed nothing: only what was done is remembered. */
  #control(request: ControlRequest, now: number, act: (job: JobFacts) => boolean | JobFacts): ControlAnswer {
    const job = this.#parts.finder.byId(toStored(request.id))
    if (job === undefined) return { kind: 'missing' }
    const token = toStored(request.token)
    const given = this.#given.get(job.n, token)
    if (given !== undefined) return answerIn(given.answer)
    const from = statusOf(job.state, isRunning(job))
    const done = act(job)
    if (done === false) return { kind: 'conflict', status: from }
    if (done !== true) return { kind: 'conflict', status: statusOf(done.state, isRunning(done)) }
    return this.#answer(job, token, { from, now })
  }

  #answer(job: JobFacts, token: string, { from, now }: { from: Status; now: number }): ControlAnswer {
    const record = this.#parts.reading.whole(job.n, now)
    if (record === null) return { kind: 'missing' }
    const answer: ControlAnswer = { kind: 'done', job: record, from }
    this.#remember.run(job.n, token, toStored(JSON.stringify(answer)))
    this.#forget.run(job.n, answersKept)
    return answer
  }
}

// -------------------------------------------------------------------------------------------------------------------

type Status = ReturnType<typeof statusOf>

function answerIn(text: string): ControlAnswer {
  return JSON.parse(fromStored(text)) as ControlAnswer
}
