import type {
  ExportAnswer,
  ExportRequest,
  ForeseeAnswer,
  ForeseeRequest,
  ImportAnswer,
  ImportRequest,
  WithdrawAnswer,
  WithdrawRequest,
  Withdrawal,
} from '../../core/queue-adapter.js'
import { Arriving } from './arriving.js'
import type { Database } from './database.js'
import { Exporting } from './exporting.js'
import type { Ledger } from './ledger.js'
import { ScheduleMoving } from './schedule-moving.js'
import { SettlingIn } from './settling-in.js'
import type { StoreParts } from './store-parts.js'
import { Withdrawing } from './withdrawing.js'

/** The verbs of QueueMoving as steps: `withdraw` and `importJobs` change the file. */
export class Moving {
  readonly #ledger: Ledger
  readonly #exporting: Exporting
  readonly #withdrawing: Withdrawing
  readonly #arriving: Arriving

  constructor(database: Database, parts: StoreParts) {
    const { ledger, news, finder, moves, lineups } = parts
    const schedules = new ScheduleMoving(database, news)
    const exporting = new Exporting(database, parts)
    const settlingIn = new SettlingIn(database, parts)
    this.#ledger = ledger
    this.#exporting = exporting
    this.#withdrawing = new Withdrawing(database, { finder, moves, lineups, exporting, schedules })
    this.#arriving = new Arriving(database, { ledger, finder, settlingIn, schedules })
  }

  exportJobs(request: ExportRequest, now: number): ExportAnswer {
    return this.#exporting.export(request, now)
  }

  withdraw(request: WithdrawRequest): WithdrawAnswer {
    return this.#step(() => this.#withdrawing.withdraw(request))
  }

  withdrawal(): Withdrawal | null {
    return this.#withdrawing.last
  }

  foresee(request: ForeseeRequest): ForeseeAnswer {
    return this.#arriving.foresee(request)
  }

  importJobs(request: ImportRequest, now: number): ImportAnswer {
    return this.#step(() => this.#arriving.import(request, now))
  }

  #step<T>(act: () => T): T {
    this.#ledger.begin()
    const answer = act()
    this.#ledger.end()
    return answer
  }
}
