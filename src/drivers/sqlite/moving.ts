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
import type { JobFinder } from './job-facts.js'
import type { JobReading } from './job-reading.js'
import type { Ledger } from './ledger.js'
import type { Lineups } from './lineups.js'
import type { Moves } from './moves.js'
import type { News } from './news.js'
import { ScheduleMoving } from './schedule-moving.js'
import { SettlingIn } from './settling-in.js'
import { Withdrawing } from './withdrawing.js'

interface Parts {
  readonly ledger: Ledger
  readonly news: News
  readonly finder: JobFinder
  readonly reading: JobReading
  readonly lineups: Lineups
  readonly moves: Moves
}

/** The verbs of QueueMoving as steps: `withdraw` and `importJobs` change the file. */
export class Moving {
  readonly #ledger: Ledger
  readonly #exporting: Exporting
  readonly #withdrawing: Withdrawing
  readonly #arriving: Arriving

  constructor(database: Database, { ledger, news, finder, reading, lineups, moves }: Parts) {
    const schedules = new ScheduleMoving(database, news)
    const exporting = new Exporting(database, { finder, reading })
    const settlingIn = new SettlingIn(database, { ledger, finder, moves })
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
