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
import type { Database } from './database.js'
import type { JobFinder } from './job-facts.js'
import type { Ledger } from './ledger.js'
import type { ScheduleMoving } from './schedule-moving.js'
import type { SettlingIn } from './settling-in.js'
import arrivingSql from './sql/arriving.sql'
import { type Command, type Query, SqlFile } from './sql-file.js'
import { toStored, toStoredOrNull } from './stored-text.js'

interface Parts {
  readonly ledger: Ledger
  readonly finder: JobFinder
  readonly settlingIn: SettlingIn
  readonly schedules: ScheduleMoving
}

/** What comes from other stores: each step of a move once. */
export class Arriving {
  readonly #parts: Parts
  readonly #move: Query<MoveRow>
  readonly #noteMove: Command
  readonly #standing: Query<StandingRow>
  readonly #isTaken: Query<{ readonly yes: number }>

  constructor(database: Database, parts: Parts) {
    const sql = new SqlFile(database, arrivingSql)
    this.#parts = parts
    this.#move = sql.query('move')
    this.#noteMove = sql.command('note move')
    this.#standing = sql.query('standing')
    this.#isTaken = sql.query('is taken')
  }

  /** How much room there is only the disk knows: what is too much is refused at the import. */
  foresee({ jobs, schedules }: ForeseeRequest): ForeseeAnswer {
    return {
      jobs: jobs.map((job) => this.#receptionOf(job)),
      schedules: schedules.map((schedule) => this.#parts.schedules.receptionOf(schedule)),
      full: null,
    }
  }

  import(request: ImportRequest, now: number): ImportAnswer {
    const move = toStored(request.move)
    const known = this.#move.get(move)
    if (known === undefined && request.step > 0) return { kind: 'unknown' }
    if (known !== undefined && request.step < known.step) return { kind: 'old' }
    if (known !== undefined && request.step === known.step) return answerOf(known)
    const room = known ?? { base: this.#parts.ledger.reserve(request.room) - 1, room: request.room }
    const jobs = JSON.stringify(request.jobs.map((job) => this.#take(job, room, now)))
    const schedules = JSON.stringify(request.schedules.map((one) => this.#takeSchedule(one)))
    this.#noteMove.run(move, request.step, room.base, room.room, jobs, schedules)
    return answerOf({ jobs, schedules })
  }

  #take(job: MovingJob, room: Room, now: number): Imported {
    const { record, token, digest } = job
    const dedupeKey = isFinal(record.status) ? null : record.dedupeKey
    const reception = this.#receptionOf({ ...record, token, digest, dedupeKey })
    if (reception !== 'free') return reception
    this.#parts.settlingIn.settle(this.#numberOf(job, room), job, now)
    return 'moved'
  }

  #takeSchedule(schedule: ScheduleRecord): Imported {
    const reception = this.#parts.schedules.receptionOf(schedule)
    if (reception !== 'free') return reception
    this.#parts.schedules.receive(schedule)
    return 'moved'
  }

  /** The number it has in the order of creation: the one it had, as far as room was kept for it. */
  #numberOf({ sequence }: MovingJob, { base, room }: Room): number {
    const own = base + sequence
    if (sequence > room || this.#isTaken.get(own) !== undefined) return this.#parts.ledger.next()
    return own
  }

  #receptionOf(job: MovingIdentity): Reception {
    const { finder } = this.#parts
    const standing = this.#standing.get(toStored(job.id))
    if (standing === undefined)
      return finder.keyHolder(toStoredOrNull(job.dedupeKey)) === undefined ? 'free' : 'conflict'
    const isSame = standing.token === toStored(job.token) && standing.digest === toStored(job.digest)
    return isSame && standing.fence >= Number(job.fence) ? 'standing' : 'conflict'
  }
}

// -------------------------------------------------------------------------------------------------------------------

/** Numbers that are kept for the jobs of a move. */
interface Room {
  readonly base: number
  readonly room: number
}

interface StandingRow {
  readonly token: string
  readonly digest: string
  readonly fence: number
}

interface MoveRow extends Room {
  readonly step: number
  readonly jobs: string
  readonly schedules: string
}

function answerOf({ jobs, schedules }: Pick<MoveRow, 'jobs' | 'schedules'>): ImportAnswer {
  return {
    kind: 'done',
    jobs: JSON.parse(jobs) as readonly Imported[],
    schedules: JSON.parse(schedules) as readonly Imported[],
  }
}
