import { asObject, integerIn, onlyKeys } from '../../core/check.js'
import { systemClock } from '../../core/clock.js'
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
  NewJob,
  NewSchedule,
  OpenOptions,
  PruneAnswer,
  PruneRequest,
  QueueAdapter,
  QueueCounts,
  RenewReply,
  RenewRequest,
  StoreMetrics,
  SubmitAnswer,
  SubscribeOptions,
  WithdrawAnswer,
  WithdrawRequest,
  Withdrawal,
} from '../../core/queue-adapter.js'
import type { ScheduleRecord } from '../../core/schedule.js'
import { Arrivals } from './arrivals.js'
import { claimReady } from './claim-ready.js'
import { cancelJob, retryJob } from './control.js'
import { countJobs } from './counting.js'
import { followEdges, isMoreDue, nextDueAt, promoteDue, reclaimExpired } from './due-steps.js'
import { exportJobs } from './exporting.js'
import { Hints } from './hints.js'
import { InstanceTable, type Seat, channelOf } from './instance-table.js'
import { Intake, type Room } from './intake.js'
import { JobTable } from './job-table.js'
import { listJobs } from './listing.js'
import { memoryStorage } from './memory-storage.js'
import { recordOf } from './record.js'
import { renewLeases } from './renew-leases.js'
import { Removals } from './removals.js'
import { prune } from './retention.js'
import { SchedulesTable } from './schedules-table.js'
import { settleOutcomes } from './settle-outcomes.js'
import { Withdrawals } from './withdrawing.js'

export interface MemoryQueueOptions {
  /** Jobs in every state together; a submission beyond it is refused with STORE_FULL. @default 1_000_000 */
  readonly maxJobs?: number
  /** Of payloads and results together, in UTF-8; a submission beyond it is refused with STORE_FULL. @default 1_073_741_824 */
  readonly maxBytes?: number
}

/**
 * A queue in this process, with nothing to install: what it holds lives as long as the process, and no other process sees
 * it. Several services may share one.
 * @example new WorkerService({ queue: memoryQueue({ maxJobs: 10_000 }) })
 */
export function memoryQueue(options: MemoryQueueOptions = {}): QueueAdapter {
  return new MemoryQueue(resolveRoom(options))
}

// -------------------------------------------------------------------------------------------------------------------

const limits = { items: 1024, bytes: Number.MAX_SAFE_INTEGER, inFlight: 1, wakeJitterMs: 0 } as const

/** Each verb is one synchronous step, so that no two of them can meet half way; the promise is the contract's. */
class MemoryQueue implements QueueAdapter {
  readonly kind = 'memory'
  readonly storage = memoryStorage()
  readonly limits = limits
  readonly #hints = new Hints()
  readonly #table = new JobTable(this.#hints)
  readonly #instances = new InstanceTable()
  readonly #intake: Intake
  readonly #schedules: SchedulesTable
  readonly #removals = new Removals()
  readonly #withdrawals: Withdrawals
  readonly #arrivals: Arrivals
  #clock = systemClock
  #opened = 0
  #since: number | null = null

  constructor(room: Room) {
    this.#intake = new Intake(this.#table, room)
    this.#schedules = new SchedulesTable(this.#table, this.#intake)
    this.#withdrawals = new Withdrawals(this.#table, this.#schedules)
    this.#arrivals = new Arrivals(this.#table, this.#intake, this.#schedules)
  }

  async open(options: OpenOptions): Promise<void> {
    this.#opened++
    this.#clock = options.clock ?? this.#clock
    this.#hints.logger = options.logger
    this.#since ??= this.#clock.now()
    await this.storage.open?.(options)
  }

  /** What is stored stays; the last one to leave takes the clock of the tests along. */
  async close(): Promise<void> {
    this.#opened = Math.max(0, this.#opened - 1)
    if (this.#opened === 0) this.#clock = systemClock
    await this.storage.close?.()
  }

  time(): Promise<number> {
    return this.#step((now) => now)
  }

  submit(jobs: readonly NewJob[]): Promise<readonly SubmitAnswer[]> {
    return this.#step((now) => jobs.map((job) => this.#intake.submit(job, now)))
  }

  cycle(request: CycleRequest): Promise<CycleReply> {
    return this.#step((now) => {
      const seat = this.#instances.hear(request.instance, now, request.leaseMs)
      const last = channelOf(seat, request.channel)
      if (request.seq < last.seq) return { kind: 'old' }
      if (request.seq > last.seq) last.reply = this.#newCycle(seat, request, now)
      last.seq = request.seq
      return last.reply
    })
  }

  renew(request: RenewRequest): Promise<RenewReply> {
    return this.#step((now) => {
      const seat = this.#instances.hear(request.instance.id, now, request.leaseMs)
      seat.info = { ...request.instance, types: [...request.instance.types] }
      seat.heartbeatAt = now
      return renewLeases(this.#table, request, now)
    })
  }

  leave(instance: string): Promise<void> {
    return this.#step(() => {
      this.#hints.stopsWaiting(instance)
      this.#instances.leave(instance)
    })
  }

  cancel(request: CancelRequest): Promise<ControlAnswer> {
    return this.#step((now) => {
      return cancelJob(this.#table, request, now, (instance, lease) => {
        this.#instances.find(instance)?.cancelled.push(lease)
        this.#hints.interrupted(instance, { ...lease, reason: 'cancelled' })
      })
    })
  }

  retry(request: ControlRequest): Promise<ControlAnswer> {
    return this.#step((now) => retryJob(this.#table, request, now))
  }

  get(id: string): Promise<JobRecord | null> {
    return this.#step((now) => {
      const entry = this.#table.get(id)
      return entry === undefined ? null : recordOf(entry, now)
    })
  }

  list(query: ListQuery): Promise<ListAnswer> {
    return this.#step((now) => listJobs(this.#table, query, now))
  }

  counts(): Promise<QueueCounts> {
    return this.#step((now) => countJobs(this.#table, now))
  }

  metrics(): Promise<StoreMetrics> {
    return this.#step((now) => {
      this.#since ??= now
      return { since: this.#since, types: metricsByType(this.#table) }
    })
  }

  instances(): Promise<readonly InstanceRecord[]> {
    return this.#step((now) => this.#instances.records(now))
  }

  prune(request: PruneRequest): Promise<PruneAnswer> {
    return this.#step((now) => prune(this.#table, request, now))
  }

  putSchedule(schedule: NewSchedule): Promise<ScheduleRecord> {
    return this.#step((now) => {
      const { record, changed } = this.#schedules.put(schedule, now)
      if (changed) this.#hints.schedulesChanged()
      return record
    })
  }

  schedules(): Promise<readonly ScheduleRecord[]> {
    return this.#step(() => this.#schedules.all())
  }

  removeSchedule(id: string, token: string): Promise<boolean> {
    return this.#step(() => {
      if (this.#removals.knows(id, token)) return true
      const wasThere = this.#schedules.remove(id)
      if (!wasThere) return false
      this.#removals.note(id, token)
      this.#hints.schedulesChanged()
      return true
    })
  }

  fire(request: FireRequest): Promise<FireAnswer> {
    return this.#step((now) => this.#schedules.fire(request, now))
  }

  exportJobs(request: ExportRequest): Promise<ExportAnswer> {
    return this.#step((now) => exportJobs(this.#table, request, now))
  }

  withdraw(request: WithdrawRequest): Promise<WithdrawAnswer> {
    return this.#step(() => {
      if (request.schedules.length > 0) this.#hints.schedulesChanged()
      return this.#withdrawals.withdraw(request)
    })
  }

  withdrawal(): Promise<Withdrawal | null> {
    return this.#step(() => this.#withdrawals.last)
  }

  foresee(request: ForeseeRequest): Promise<ForeseeAnswer> {
    return this.#step(() => this.#arrivals.foresee(request))
  }

  importJobs(request: ImportRequest): Promise<ImportAnswer> {
    return this.#step((now) => {
      if (request.schedules.length > 0) this.#hints.schedulesChanged()
      return this.#arrivals.import(request, now)
    })
  }

  subscribe(instance: string | null, listener: (hint: Hint) => void, options?: SubscribeOptions): () => void {
    return this.#hints.subscribe(instance, listener, options)
  }

  /** The steps of a cycle, in the order of the contract. */
  #newCycle(seat: Seat, request: CycleRequest, now: number): CycleReply {
    this.#hints.stopsWaiting(request.instance)
    const stale = settleOutcomes(this.#table, request, now)
    followEdges(this.#table, now)
    promoteDue(this.#table, now)
    const reclaimed = reclaimExpired(this.#table, now, (instance, lease) => {
      this.#hints.interrupted(instance, { ...lease, reason: 'lost' })
    })
    const claims = claimReady(this.#table, request, now, limits.items)
    const more =
      isMoreDue(this.#table, now) || (request.wanted.length > limits.items && claims.length === limits.items)
    const cancelled = seat.cancelled
    seat.cancelled = []
    this.#hints.endStep()
    if (claims.length < request.wanted.length) this.#hints.waits(request.instance, request.types)
    return { kind: 'done', now, claims, stale, reclaimed, cancelled, nextDueAt: nextDueAt(this.#table), more }
  }

  #step<T>(act: (now: number) => T): Promise<T> {
    return new Promise((resolve) => {
      const result = act(this.#clock.now())
      this.#hints.endStep()
      resolve(result)
    })
  }
}

function metricsByType(table: JobTable): StoreMetrics['types'] {
  return Object.fromEntries([...table.kinds].map((kind) => [kind.name, kind.metrics()]))
}

function resolveRoom(options: MemoryQueueOptions): Room {
  const place = { path: '', code: 'CONFIG_INVALID' } as const
  onlyKeys(asObject(options, place), ['maxJobs', 'maxBytes'], place)
  const most = Number.MAX_SAFE_INTEGER
  return Object.freeze({
    maxJobs: integerIn(options.maxJobs ?? 1_000_000, 1, most, { ...place, path: '/maxJobs' }),
    maxBytes: integerIn(options.maxBytes ?? 2 ** 30, 1, most, { ...place, path: '/maxBytes' }),
  })
}
