import type {
  MovingRef,
  WithdrawAnswer,
  WithdrawRequest,
  Withdrawal,
  Withdrawn,
} from '../../core/queue-adapter.js'
import type { Entry } from './entry.js'
import { revisionOf } from './exporting.js'
import { isAwaited } from './extra.js'
import type { JobTable } from './job-table.js'
import type { SchedulesTable } from './schedules-table.js'

/** What leaves this store for another, and what was last taken along. */
export class Withdrawals {
  readonly #table: JobTable
  readonly #schedules: SchedulesTable
  #last: Withdrawal | null = null

  constructor(table: JobTable, schedules: SchedulesTable) {
    this.#table = table
    this.#schedules = schedules
  }

  get last(): Withdrawal | null {
    return this.#last
  }

  withdraw({ token, after, text, jobs, schedules }: WithdrawRequest): WithdrawAnswer {
    if (this.#last?.token !== token) {
      if ((this.#last?.token ?? null) !== after) return { kind: 'stale' }
      const gone = jobs.map((job) => withdrawJob(this.#table, job))
      this.#last = {
        token,
        text,
        jobs: gone,
        schedules: schedules.map((schedule) => this.#schedules.withdraw(schedule)),
      }
    }
    return { kind: 'done', jobs: this.#last.jobs, schedules: this.#last.schedules }
  }
}

// -------------------------------------------------------------------------------------------------------------------

function withdrawJob(table: JobTable, { id, revision }: MovingRef): Withdrawn {
  const entry = table.get(id)
  if (entry === undefined) return 'missing'
  if (entry.place === 'processing') return 'running'
  if (revisionOf(entry) !== revision) return 'changed'
  if (isAwaited(entry) || isBlockedHere(table, entry)) return 'bound'
  table.withdraw(entry)
  return 'gone'
}

/** Whether a job that it waits for stands here. */
function isBlockedHere(table: JobTable, { link, extra }: Entry): boolean {
  const blocker = link?.blocker ?? null
  if (blocker !== null && table.get(blocker.id) === blocker) return true
  return extra?.wait?.ties.some((tie) => tie.isOpen && tie.parent !== null) === true
}
