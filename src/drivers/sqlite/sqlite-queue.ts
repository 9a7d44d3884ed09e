import type {
  Hint,
  NewJob,
  OpenOptions,
  QueueAdapter,
  StepLimits,
  SubmitAnswer,
  SubscribeOptions,
} from '../../core/queue-adapter.js'
import type { StorageAdapter } from '../../core/storage-adapter.js'
import { HostClient } from './host-client.js'
import {
  type ResolvedSqliteOptions,
  type SqliteQueueOptions,
  resolveSqliteOptions,
} from './sqlite-options.js'
import { storageOn } from './sqlite-storage.js'
import { inlineLimits, stepLimits } from './step-limits.js'
import { AppTransactions } from './submit-in.js'

/**
 * A queue in a file of this machine, with no server: what is acknowledged survives a crash and, as it comes, power loss too.
 * Any number of processes of this machine may share the file.
 * @example new WorkerService({ queue: sqliteQueue({ path: 'jobs.db' }) })
 */
export function sqliteQueue(options: SqliteQueueOptions): QueueAdapter {
  return new SqliteQueue(resolveSqliteOptions(options))
}

// -------------------------------------------------------------------------------------------------------------------

type Own = Required<QueueAdapter>

/** Each verb is one step in a transaction of the host. */
class SqliteQueue implements QueueAdapter {
  readonly kind = 'sqlite'
  readonly limits: StepLimits
  readonly storage: StorageAdapter
  readonly #client: HostClient
  readonly #appTransactions = new AppTransactions()

  constructor(options: ResolvedSqliteOptions) {
    this.limits = options.inline ? inlineLimits : stepLimits
    this.storage = storageOn(options)
    this.#client = new HostClient(options)
  }

  async open(options: OpenOptions): Promise<void> {
    await this.#client.open(options)
    try {
      await this.storage.open?.(options)
    } catch (thrown) {
      await this.#client.close()
      throw thrown
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.storage.close?.(), this.#client.close()])
  }

  time(): Promise<number> {
    return Promise.resolve(this.#client.now())
  }

  submitIn(connection: unknown, jobs: readonly NewJob[]): readonly SubmitAnswer[] {
    return this.#appTransactions.submit(connection, jobs, {
      file: this.#client.file,
      now: this.#client.now(),
    })
  }

  /** A hint, which may be lost. */
  wake(): void {
    this.#client.call('wake').catch(() => undefined)
  }

  readonly submit: Own['submit'] = (jobs) => this.#client.call('submit', jobs)
  readonly cycle: Own['cycle'] = (request) => this.#client.call('cycle', request)
  readonly renew: Own['renew'] = (request) => this.#client.call('renew', request)
  readonly leave: Own['leave'] = (instance) => this.#client.call('leave', instance)
  readonly cancel: Own['cancel'] = (request) => this.#client.call('cancel', request)
  readonly retry: Own['retry'] = (request) => this.#client.call('retry', request)
  readonly reprioritise: Own['reprioritise'] = (request) => this.#client.call('reprioritise', request)
  readonly discard: Own['discard'] = (request) => this.#client.call('discard', request)
  readonly pause: Own['pause'] = (type) => this.#client.call('pause', type)
  readonly resume: Own['resume'] = (type) => this.#client.call('resume', type)
  readonly pauses: Own['pauses'] = () => this.#client.call('pauses')
  readonly keyState: Own['keyState'] = (query) => this.#client.call('keyState', query)
  readonly keepStep: Own['keepStep'] = (request) => this.#client.call('keepStep', request)
  readonly steps: Own['steps'] = (lease) => this.#client.call('steps', lease)
  readonly get: Own['get'] = (id) => this.#client.call('get', id)
  readonly list: Own['list'] = (query) => this.#client.call('list', query)
  readonly counts: Own['counts'] = () => this.#client.call('counts')
  readonly metrics: Own['metrics'] = () => this.#client.call('metrics')
  readonly instances: Own['instances'] = () => this.#client.call('instances')
  readonly prune: Own['prune'] = (request) => this.#client.call('prune', request)
  readonly mend: Own['mend'] = () => this.#client.call('mend')
  readonly putSchedule: Own['putSchedule'] = (schedule) => this.#client.call('putSchedule', schedule)
  readonly schedules: Own['schedules'] = () => this.#client.call('schedules')
  readonly removeSchedule: Own['removeSchedule'] = (id, token) =>
    this.#client.call('removeSchedule', id, token)
  readonly fire: Own['fire'] = (request) => this.#client.call('fire', request)
  readonly settings: Own['settings'] = (query) => this.#client.call('settings', query)
  readonly putSetting: Own['putSetting'] = (request) => this.#client.call('putSetting', request)
  readonly removeSetting: Own['removeSetting'] = (key) => this.#client.call('removeSetting', key)
  readonly exportJobs: Own['exportJobs'] = (request) => this.#client.call('exportJobs', request)
  readonly withdraw: Own['withdraw'] = (request) => this.#client.call('withdraw', request)
  readonly withdrawal: Own['withdrawal'] = () => this.#client.call('withdrawal')
  readonly foresee: Own['foresee'] = (request) => this.#client.call('foresee', request)
  readonly importJobs: Own['importJobs'] = (request) => this.#client.call('importJobs', request)

  subscribe(instance: string | null, listener: (hint: Hint) => void, options?: SubscribeOptions): () => void {
    return this.#client.listeners.subscribe(instance, listener, options)
  }
}
