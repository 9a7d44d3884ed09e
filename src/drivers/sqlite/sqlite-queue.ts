import type {
  CancelRequest,
  ControlAnswer,
  ControlRequest,
  CycleReply,
  CycleRequest,
  ExportAnswer,
  ExportRequest,
  FireAnswer,
  FireRequest,
  ForeseeAnswer,
  ForeseeRequest,
  Hint,
  ImportAnswer,
  ImportRequest,
  InstanceRecord,
  JobRecord,
  ListAnswer,
  ListQuery,
  Mended,
  NewJob,
  NewSchedule,
  OpenOptions,
  PruneAnswer,
  PruneRequest,
  QueueAdapter,
  QueueCounts,
  RenewReply,
  RenewRequest,
  StepLimits,
  StoreMetrics,
  SubmitAnswer,
  SubscribeOptions,
  WithdrawAnswer,
  WithdrawRequest,
  Withdrawal,
} from '../../core/queue-adapter.js'
import type { ScheduleRecord } from '../../core/schedule.js'
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

  submit(jobs: readonly NewJob[]): Promise<readonly SubmitAnswer[]> {
    return this.#client.call('submit', jobs)
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

  cycle(request: CycleRequest): Promise<CycleReply> {
    return this.#client.call('cycle', request)
  }

  renew(request: RenewRequest): Promise<RenewReply> {
    return this.#client.call('renew', request)
  }

  leave(instance: string): Promise<void> {
    return this.#client.call('leave', instance)
  }

  cancel(request: CancelRequest): Promise<ControlAnswer> {
    return this.#client.call('cancel', request)
  }

  retry(request: ControlRequest): Promise<ControlAnswer> {
    return this.#client.call('retry', request)
  }

  get(id: string): Promise<JobRecord | null> {
    return this.#client.call('get', id)
  }

  list(query: ListQuery): Promise<ListAnswer> {
    return this.#client.call('list', query)
  }

  counts(): Promise<QueueCounts> {
    return this.#client.call('counts')
  }

  metrics(): Promise<StoreMetrics> {
    return this.#client.call('metrics')
  }

  instances(): Promise<readonly InstanceRecord[]> {
    return this.#client.call('instances')
  }

  prune(request: PruneRequest): Promise<PruneAnswer> {
    return this.#client.call('prune', request)
  }

  mend(): Promise<readonly Mended[]> {
    return this.#client.call('mend')
  }

  putSchedule(schedule: NewSchedule): Promise<ScheduleRecord> {
    return this.#client.call('putSchedule', schedule)
  }

  schedules(): Promise<readonly ScheduleRecord[]> {
    return this.#client.call('schedules')
  }

  removeSchedule(id: string, token: string): Promise<boolean> {
    return this.#client.call('removeSchedule', id, token)
  }

  fire(request: FireRequest): Promise<FireAnswer> {
    return this.#client.call('fire', request)
  }

  exportJobs(request: ExportRequest): Promise<ExportAnswer> {
    return this.#client.call('exportJobs', request)
  }

  withdraw(request: WithdrawRequest): Promise<WithdrawAnswer> {
    return this.#client.call('withdraw', request)
  }

  withdrawal(): Promise<Withdrawal | null> {
    return this.#client.call('withdrawal')
  }

  foresee(request: ForeseeRequest): Promise<ForeseeAnswer> {
    return this.#client.call('foresee', request)
  }

  importJobs(request: ImportRequest): Promise<ImportAnswer> {
    return this.#client.call('importJobs', request)
  }

  subscribe(instance: string | null, listener: (hint: Hint) => void, options?: SubscribeOptions): () => void {
    return this.#client.listeners.subscribe(instance, listener, options)
  }
}
