import { RiptideError } from '../../core/errors.js'
import type {
  ForeseeAnswer,
  ForeseeRequest,
  ImportAnswer,
  ImportRequest,
  Imported,
  MovingIdentity,
  MovingJob,
  Reception,
} from '../../core/queue-adapter.js'
import type { ScheduleRecord } from '../../core/schedule.js'
import { isFinal } from '../../core/states.js'
import type { Intake } from './intake.js'
import type { JobTable } from './job-table.js'
import { settleIn } from './settle-in.js'
import type { SchedulesTable } from './schedules-table.js'

/** How far a move has come. */
interface Move {
  /** The last place in the order of creation before its jobs, and how many places it has. */
  readonly base: number
  readonly room: number
  step: number
  answer: Extract<ImportAnswer, { kind: 'done' }>
}

/** What comes from other stores: each step of a move once, all of it or nothing. */
export class Arrivals {
  readonly #table: JobTable
  readonly #intake: Intake
  readonly #schedules: SchedulesTable
  readonly #moves = new Map<string, Move>()

  constructor(table: JobTable, intake: Intake, schedules: SchedulesTable) {
    this.#table = table
    this.#intake = intake
    this.#schedules = schedules
  }

  foresee({ jobs, schedules, bytes }: ForeseeRequest, now: number): ForeseeAnswer {
    return {
      jobs: jobs.map((job) => receptionOf(this.#table, job, now)),
      schedules: schedules.map((schedule) => this.#schedules.receptionOf(schedule)),
      full: this.#intake.limitReachedBy(jobs.length, bytes),
    }
  }

  import(request: ImportRequest, now: number): ImportAnswer {
    const move = this.#moves.get(request.move) ?? this.#begin(request)
    if (move === null) return { kind: 'unknown' }
    if (request.step < move.step) return { kind: 'old' }
    if (request.step > move.step) {
      this.#requireRoom(request.jobs)
      const jobs = request.jobs.map((job) => this.#take(move, job, now))
      move.answer = { kind: 'done', jobs, schedules: request.schedules.map((one) => this.#takeSchedule(one)) }
      move.step = request.step
    }
    return move.answer
  }

  #begin({ move, step, room }: ImportRequest): Move | null {
    if (step > 0) return null
    const answer = { kind: 'done', jobs: [], schedules: [] } as const
    const begun: Move = { base: this.#table.created.reserve(room), room, step, answer }
    this.#moves.set(move, begun)
    return begun
  }

  #requireRoom(jobs: readonly MovingJob[]): void {
    const limit = this.#intake.limitReachedBy(jobs.length, bytesOf(jobs))
    if (limit === null) return
    throw new RiptideError('STORE_FULL', `the memory queue is full: ${limit} reached; no job was moved`, {
      retryable: true,
      facts: { limit },
    })
  }

  #take({ base, room }: Move, job: MovingJob, now: number): Imported {
    const { record, token, digest, sequence } = job
    const isFree = isFinal(record.status) || record.terms?.dedupe?.mode === 'throttle'
    const dedupeKey = isFree ? null : record.dedupeKey
    const reception = receptionOf(this.#table, { ...record, token, digest, dedupeKey }, now)
    if (reception !== 'free') return reception
    settleIn(this.#table, job, sequence <= room ? base + sequence : null, now)
    return 'moved'
  }

  #takeSchedule(schedule: ScheduleRecord): Imported {
    const reception = this.#schedules.receptionOf(schedule)
    if (reception !== 'free') return reception
    this.#schedules.receive(schedule)
    return 'moved'
  }
}

// -------------------------------------------------------------------------------------------------------------------

function receptionOf(table: JobTable, job: MovingIdentity, now: number): Reception {
  const standing = table.get(job.id)
  if (standing === undefined) return table.dedupe.liveHolder(job.dedupeKey, now) ? 'conflict' : 'free'
  const isSame = standing.token === job.token && standing.digest === job.digest
  return isSame && standing.fence >= Number(job.fence) ? 'standing' : 'conflict'
}

function bytesOf(jobs: readonly MovingJob[]): number {
  let bytes = 0
  for (const { record } of jobs) {
    bytes += Buffer.byteLength(record.payload)
    if (record.result !== null && 'inline' in record.result) bytes += Buffer.byteLength(record.result.inline)
  }
  return bytes
}
