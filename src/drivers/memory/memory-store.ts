import { systemClock } from '../../core/clock.js'
import type { OpenOptions, QueueAdapter } from '../../core/queue-adapter.js'
import { Arrivals } from './arrivals.js'
import { Hints } from './hints.js'
import { InstanceTable } from './instance-table.js'
import { Intake, type Room } from './intake.js'
import { JobTable } from './job-table.js'
import { memoryStorage } from './memory-storage.js'
import { SchedulesTable } from './schedules-table.js'
import { SettingsTable } from './settings-table.js'
import { Withdrawals } from './withdrawing.js'

/** All that one memory queue holds, and the one way to do something to it. */
export class MemoryStore {
  readonly storage = memoryStorage()
  readonly hints = new Hints()
  readonly table = new JobTable(this.hints)
  readonly instances = new InstanceTable()
  readonly intake: Intake
  readonly schedules: SchedulesTable
  readonly settings = new SettingsTable(this.table.noticeRules)
  readonly withdrawals: Withdrawals
  readonly arrivals: Arrivals
  #clock = systemClock
  #opened = 0
  #since: number | null = null

  constructor(room: Room) {
    this.intake = new Intake(this.table, room)
    this.schedules = new SchedulesTable(this.table, this.intake)
    this.withdrawals = new Withdrawals(this.table, this.schedules)
    this.arrivals = new Arrivals(this.table, this.intake, this.schedules)
  }

  /** When it was opened first. */
  since(now: number): number {
    return (this.#since ??= now)
  }

  readonly open: QueueAdapter['open'] = async (options: OpenOptions) => {
    this.#opened++
    this.#clock = options.clock ?? this.#clock
    this.hints.logger = options.logger
    this.since(this.#clock.now())
    await this.storage.open?.(options)
  }

  /** What is stored stays; the last one to leave takes the clock of the tests along. */
  readonly close: QueueAdapter['close'] = async () => {
    this.#opened = Math.max(0, this.#opened - 1)
    if (this.#opened === 0) this.#clock = systemClock
    await this.storage.close?.()
  }

  /** Each verb is one synchronous step, so that no two of them can meet half way; the promise is the contract's. */
  step<T>(act: (now: number) => T): Promise<T> {
    return new Promise((resolve) => {
      const now = this.#clock.now()
      this.table.ready.keyed.book.beginStep(now)
      const result = act(now)
      this.hints.endStep()
      resolve(result)
    })
  }
}
