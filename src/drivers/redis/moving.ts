import type {
  ExportAnswer,
  ExportRequest,
  ForeseeAnswer,
  ForeseeRequest,
  ImportAnswer,
  ImportRequest,
  QueueMoving,
  WithdrawAnswer,
  WithdrawRequest,
  Withdrawal,
} from '../../core/queue-adapter.js'
import { foreseeAnswer, foreseeWords, importAnswer, importWords } from './arriving-words.js'
import { exportAnswer, exportWords, withdrawAnswer, withdrawWords, withdrawalOf } from './leaving-words.js'
import { readScripts } from './read-scripts.js'
import type { Runner } from './script.js'
import { scripts } from './scripts.js'

/** What brings jobs and schedules from one store into another. */
export class Moving implements QueueMoving {
  readonly #run: Runner['run']
  readonly #cluster: Runner['cluster']

  constructor({ run, cluster }: Runner) {
    this.#run = run
    this.#cluster = cluster
  }

  async exportJobs(request: ExportRequest): Promise<ExportAnswer> {
    return exportAnswer(await this.#run(readScripts.moving, exportWords(request)))
  }

  async withdraw(request: WithdrawRequest): Promise<WithdrawAnswer> {
    return withdrawAnswer(await this.#run(scripts.withdraw, [this.#cluster(), ...withdrawWords(request)]))
  }

  async withdrawal(): Promise<Withdrawal | null> {
    return withdrawalOf(await this.#run(readScripts.withdrawal, []))
  }

  async foresee(request: ForeseeRequest): Promise<ForeseeAnswer> {
    const reply = await this.#run(scripts.foresee, foreseeWords(request))
    return foreseeAnswer(reply, request.jobs.length)
  }

  async importJobs(request: ImportRequest): Promise<ImportAnswer> {
    return importAnswer(await this.#run(scripts.import, [this.#cluster(), ...importWords(request)]))
  }
}
