import { RiptideError } from '../../core/errors.js'
import type {
  FireAnswer,
  FireRequest,
  NewJob,
  NewSchedule,
  Reception,
  Withdrawn,
} from '../../core/queue-adapter.js'
import type { ScheduleRecord } from '../../core/schedule.js'
import { type Entry, statusOf } from './entry.js'
import type { Intake } from './intake.js'
import type { JobTable } from './job-table.js'

type Row = { -readonly [K in Exclude<keyof ScheduleRecord, 'live'>]: ScheduleRecord[K] } & {
  /** The last slot that was given a job, and what came of it: for the same request sent again. */
  last: { readonly jobId: string; readonly token: string; readonly answer: FireAnswer } | null
}

/** The schedules, each a row of its own that no removal of jobs touches, and the one way to move them. */
export class SchedulesTable {
  readonly #table: JobTable
  readonly #intake: Intake
  readonly #byId = new Map<string, Row>()
  readonly #byName = new Map<string, Row>()

  constructor(table: JobTable, intake: Intake) {
    this.#table = table
    this.#intake = intake
  }

  all(): readonly ScheduleRecord[] {
    return [...this.#byId.values()].map((row) => this.#recordOf(row))
  }

  /** What stands by that name afterwards, and whether it changed. */
  put(
    given: NewSchedule,
    now: number,
  ): { readonly record: ScheduleRecord | null; readonly changed: boolean } {
    const standing = this.#byName.get(given.name)
    const isAnother = given.ifVersion !== undefined && standing?.version !== given.ifVersion
    const changed = !isAnother && standing?.digest !== given.digest
    if (standing === undefined && isAnother) return { record: null, changed }
    const row = standing ?? this.#add(given, now)
    if (standing !== undefined && changed) update(standing, given)
    return { record: this.#recordOf(row), changed }
  }

  remove(id: string): boolean {
    const row = this.#byId.get(id)
    if (row === undefined) return false
    this.#byId.delete(id)
    this.#byName.delete(row.name)
    return true
  }

  /** Lets one that stands as it was exported go to another store. */
  withdraw(exported: ScheduleRecord): Withdrawn {
    const row = this.#byId.get(exported.id)
    if (row === undefined) return 'missing'
    const { live, ...standing } = this.#recordOf(row)
    if (!isSame(standing, exported)) return 'changed'
    if (live > 0) return 'bound'
    this.remove(row.id)
    return 'gone'
  }

  /** What would become of one that comes from another store. */
  receptionOf({ id, name }: Pick<ScheduleRecord, 'id' | 'name'>): Reception {
    return this.#byId.has(id) || this.#byName.has(name) ? 'conflict' : 'free'
  }

  /** Puts in one that stood in another store; its id and its name are free. */
  receive({ live: _, ...record }: ScheduleRecord): void {
    const row: Row = { ...record, last: null }
    this.#byId.set(row.id, row)
    this.#byName.set(row.name, row)
  }

  fire(request: FireRequest, now: number): FireAnswer {
    const row = this.#byId.get(request.id)
    const given = request.job === null ? null : this.#givenAnswer(row, request.job)
    if (given !== null) return given
    if (row === undefined || !row.enabled) return { kind: 'stale' }
    if (row.version !== request.version || row.nextSlot !== request.slot) return { kind: 'stale' }
    if (request.slot > now) return { kind: 'early', now }
    const answer = request.job === null ? pass : this.#make(request, request.job, now)
    move(row, request, answer, now)
    return answer
  }

  /** What this very request was answered when it came before. */
  #givenAnswer(row: Row | undefined, { id, token }: NewJob): FireAnswer | null {
    if (row?.last?.jobId === id && row.last.token === token) return row.last.answer
    const job = this.#table.get(id)
    if (job === undefined || job.scheduleId === null || job.token !== token) return null
    return { kind: 'fired', jobId: id, status: statusOf(job) }
  }

  #make(request: FireRequest, job: NewJob, now: number): FireAnswer {
    const blocker = request.overlap === 'allow' ? null : this.#table.lineups.newest(request.id)
    if (blocker !== null && (request.overlap === 'skip' || this.#isLineFull(request))) return pass
    if (this.#table.get(job.id) !== undefined || this.#table.dedupe.holder(job.dedupeKey, now)) return pass
    this.#requireRoom(job)
    const entry = this.#table.add(job, now, request.id)
    if (blocker === null) this.#intake.place(entry, job, now)
    else this.#table.block(entry, blocker)
    return fired(entry)
  }

  #isLineFull(request: FireRequest): boolean {
    return this.#table.lineups.live(request.id) >= request.queueLimit
  }

  /** A slot is not lost for lack of room: it stays where it is, and is tried again. */
  #requireRoom(job: NewJob): void {
    const limit = this.#intake.limitReached(job)
    if (limit === null) return
    throw new RiptideError('STORE_FULL', `the memory queue is full: ${limit} reached; the slot stays due`, {
      retryable: true,
      facts: { limit },
    })
  }

  #add(given: NewSchedule, now: number): Row {
    if (this.#byId.has(given.id)) {
      const text = `the id ${given.id} belongs to another schedule; give "${given.name}" an id of its own`
      throw new RiptideError('STATE_CONFLICT', text)
    }
    const { id, name, digest, definition, enabled, nextSlot } = given
    const counters = { createdAt: now, lastFiredAt: null, fired: 0, skipped: 0, last: null }
    const row: Row = { id, name, digest, definition, enabled, nextSlot, version: 1, ...counters }
    this.#byId.set(id, row)
    this.#byName.set(name, row)
    return row
  }

  #recordOf(row: Row): ScheduleRecord {
    const { last, ...record } = row
    return { ...record, live: this.#table.lineups.live(row.id) }
  }
}

// -------------------------------------------------------------------------------------------------------------------

const pass: FireAnswer = { kind: 'skipped' }

/** Whether nothing has happened to a schedule since. */
function isSame(a: Omit<ScheduleRecord, 'live'>, b: Omit<ScheduleRecord, 'live'>): boolean {
  const keys = ['version', 'digest', 'enabled', 'nextSlot', 'fired', 'skipped'] as const
  return keys.every((key) => a[key] === b[key])
}

function fired(entry: Entry): FireAnswer {
  return { kind: 'fired', jobId: entry.id, status: statusOf(entry) }
}

function update(row: Row, given: NewSchedule): void {
  row.version++
  row.digest = given.digest
  row.definition = given.definition
  row.enabled = given.enabled
  row.nextSlot = given.nextSlot
}

/** The slot is past, whatever came of it. */
function move(row: Row, { next, missed, job }: FireRequest, answer: FireAnswer, now: number): void {
  row.nextSlot = next
  row.skipped += missed
  if (answer.kind === 'fired') {
    row.fired++
    row.lastFiredAt = now
  } else row.skipped++
  if (job !== null) row.last = { jobId: job.id, token: job.token, answer }
}
