import { RiptideError } from '../../core/errors.js'
import type { FireAnswer, FireRequest, NewJob, NewSchedule } from '../../core/queue-adapter.js'
import type { ScheduleRecord } from '../../core/schedule.js'
import type { Database } from './database.js'
import type { DedupeKeys } from './dedupe-keys.js'
import type { Intake } from './intake.js'
import { type JobFacts, type JobFinder, isRunning } from './job-facts.js'
import type { Lineups } from './lineups.js'
import type { News } from './news.js'
import { statusOf } from './places.js'
import schedulesSql from './sql/schedules.sql'
import { type Command, type Query, SqlFile } from './sql-file.js'
import { fromStored, toStored, toStoredOrNull } from './stored-text.js'

/** So many removals are known again. */
const removalsKept = 64

interface Parts {
  readonly news: News
  readonly finder: JobFinder
  readonly lineups: Lineups
  readonly intake: Intake
  readonly dedupe: DedupeKeys
}

/** The schedules, each a row of its own that no removal of jobs touches, and the one way to move them. */
export class Schedules {
  readonly #parts: Parts
  readonly #all: Query<ScheduleRow>
  readonly #byId: Query<ScheduleRow>
  readonly #byName: Query<ScheduleRow>
  readonly #add: Command
  readonly #update: Command
  readonly #move: Command
  readonly #noteAnswer: Command
  readonly #remove: Command
  readonly #removal: Query<{ readonly schedule: string }>
  readonly #noteRemoval: Command
  readonly #forgetRemovals: Command

  constructor(database: Database, parts: Parts) {
    const sql = new SqlFile(database, schedulesSql)
    this.#parts = parts
    this.#all = sql.query('all')
    this.#byId = sql.query('by id')
    this.#byName = sql.query('by name')
    this.#add = sql.command('add')
    this.#update = sql.command('update')
    this.#move = sql.command('move')
    this.#noteAnswer = sql.command('note answer')
    this.#remove = sql.command('remove')
    this.#removal = sql.query('removal')
    this.#noteRemoval = sql.command('note removal')
    this.#forgetRemovals = sql.command('forget removals')
  }

  all(): readonly ScheduleRecord[] {
    return this.#all.all().map(recordOf)
  }

  put(given: NewSchedule, now: number): ScheduleRecord | null {
    const name = toStored(given.name)
    const standing = this.#byName.get(name)
    if (given.ifVersion !== undefined && standing?.version !== given.ifVersion)
      return standing === undefined ? null : recordOf(standing)
    if (standing !== undefined && fromStored(standing.digest) === given.digest) return recordOf(standing)
    const [digest, definition] = [toStored(given.digest), toStored(given.definition)]
    const enabled = given.enabled ? 1 : 0
    if (standing !== undefined) this.#update.run(digest, definition, enabled, given.nextSlot, standing.id)
    else {
      this.#refuseTaken(given)
      this.#add.run(toStored(given.id), name, digest, definition, enabled, now, given.nextSlot)
    }
    this.#parts.news.schedulesChanged()
    const row = this.#byName.get(name)
    if (row === undefined)
      throw new RiptideError('SCHEDULE_NOT_FOUND', `the schedule ${given.name} is not there`)
    return recordOf(row)
  }

  remove(id: string, token: string): boolean {
    const [storedId, storedToken] = [toStored(id), toStored(token)]
    if (this.#removal.get(storedToken)?.schedule === storedId) return true
    if (this.#remove.run(storedId).changes === 0) return false
    this.#noteRemoval.run(storedToken, storedId)
    this.#forgetRemovals.run(removalsKept)
    this.#parts.news.schedulesChanged()
    return true
  }

  fire(request: FireRequest, now: number): FireAnswer {
    const row = this.#byId.get(toStored(request.id))
    const given = request.job === null ? null : this.#givenAnswer(row, request.job)
    if (given !== null) return given
    if (row === undefined || row.enabled === 0) return { kind: 'stale' }
    if (row.version !== request.version || row.next_slot !== request.slot) return { kind: 'stale' }
    if (request.slot > now) return { kind: 'early', now }
    const answer = request.job === null ? pass : this.#make(request, request.job, now)
    this.#pass(request, answer, now)
    return answer
  }

  /** What this very request was answered when it came before. */
  #givenAnswer(row: ScheduleRow | undefined, { id, token }: NewJob): FireAnswer | null {
    const [storedId, storedToken] = [toStored(id), toStored(token)]
    const lastAnswer = row?.last_job === storedId && row.last_token === storedToken ? row.last_answer : null
    if (lastAnswer !== null) return answerIn(lastAnswer)
    const job = this.#parts.finder.byId(storedId)
    if (job === undefined || job.schedule === null || job.token !== storedToken) return null
    return fired(job)
  }

  #make(request: FireRequest, job: NewJob, now: number): FireAnswer {
    const { finder, lineups, intake, dedupe } = this.#parts
    const schedule = toStored(request.id)
    const blocker = request.overlap === 'allow' ? null : lineups.newest(schedule)
    const isLineFull = (): boolean => lineups.live(schedule) >= request.queueLimit
    if (blocker !== null && (request.overlap === 'skip' || isLineFull())) return pass
    if (finder.byId(toStored(job.id)) !== undefined) return pass
    if (dedupe.holderOf(toStoredOrNull(job.dedupeKey), now) !== null) return pass
    if (!intake.addScheduled(job, now, { schedule, blocker })) return pass
    return { kind: 'fired', jobId: job.id, status: blocker === null ? 'pending' : 'blocked' }
  }

  /** The slot is past, whatever came of it. */
  #pass({ id, next, missed, job }: FireRequest, answer: FireAnswer, now: number): void {
    const isFired = answer.kind === 'fired'
    const schedule = toStored(id)
    this.#move.run(next, missed + (isFired ? 0 : 1), isFired ? 1 : 0, isFired ? now : null, schedule)
    if (job === null) return
    this.#noteAnswer.run(toStored(job.id), toStored(job.token), toStored(JSON.stringify(answer)), schedule)
  }

  #refuseTaken({ id, name }: NewSchedule): void {
    if (this.#byId.get(toStored(id)) === undefined) return
    const text = `the id ${id} belongs to another schedule; give "${name}" an id of its own`
    throw new RiptideError('STATE_CONFLICT', text)
  }
}

// -------------------------------------------------------------------------------------------------------------------

interface ScheduleRow {
  readonly id: string
  readonly name: string
  readonly version: number
  readonly digest: string
  readonly definition: string
  readonly enabled: number
  readonly created_at: number
  readonly next_slot: number | null
  readonly last_fired_at: number | null
  readonly fired: number
  readonly skipped: number
  readonly last_job: string | null
  readonly last_token: string | null
  readonly last_answer: string | null
  readonly live: number
}

const pass: FireAnswer = { kind: 'skipped' }

function fired(job: JobFacts): FireAnswer {
  return { kind: 'fired', jobId: fromStored(job.id), status: statusOf(job.state, isRunning(job)) }
}

function answerIn(text: string): FireAnswer {
  return JSON.parse(fromStored(text)) as FireAnswer
}

function recordOf(row: ScheduleRow): ScheduleRecord {
  return {
    id: fromStored(row.id),
    name: fromStored(row.name),
    version: row.version,
    digest: fromStored(row.digest),
    definition: fromStored(row.definition),
    enabled: row.enabled === 1,
    createdAt: row.created_at,
    nextSlot: row.next_slot,
    lastFiredAt: row.last_fired_at,
    fired: row.fired,
    skipped: row.skipped,
    live: row.live,
  }
}
