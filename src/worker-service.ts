import { builtInJobs } from './built-in-jobs.js'
import { oneOf, wrong } from './core/check.js'
import { type EventName, type Listener, eventNames } from './core/events.js'
import type { JobId, JobSpec } from './core/handler.js'
import type { Job, Result, Submitted } from './core/job.js'
import type { ScheduledJob } from './core/schedule.js'
import type { BatchCrawlResult, SingleCrawlResult } from './crawl/page.js'
import type { Environment } from './env.js'
import { optionsFromEnv } from './env.js'
import { type WorkerServiceOptions, resolveOptions } from './options.js'
import type {
  AppConnection,
  BatchCrawlSpec,
  BulkAnswer,
  BulkEntry,
  Health,
  JobList,
  ListOptions,
  Metrics,
  QueueStats,
  ScheduleInput,
  ServiceApi,
  SingleCrawlSpec,
  SubmitOptions,
  SubmitSpec,
  WorkerStats,
} from './service-api.js'
import { Control } from './service/control.js'
import { Hub } from './service/hub.js'
import { Lifecycle } from './service/lifecycle.js'
import { Monitor } from './service/monitor.js'
import { Producer } from './service/producer.js'
import type { WaitOptions } from './service/waiter.js'

/**
 * Background jobs inside an app: submit, wait, schedule, cancel and watch them. A constructor opens nothing; `start()` makes
 * this process a worker; a process that only submits and waits never starts. Jobs run at least once.
 * @example
 * const service = new WorkerService()
 * await service.start()
 * const { id } = await service.submitJob({ type: 'single_crawl', url: 'https://example.com' })
 * console.log(await service.waitForJob(id))
 * await service.stop()
 */
export class WorkerService implements ServiceApi {
  readonly #hub: Hub
  readonly #lifecycle: Lifecycle
  readonly #producer: Producer
  readonly #control: Control
  readonly #monitor: Monitor

  /** CONFIG_INVALID or ADAPTER_INVALID when an option is wrong. */
  constructor(options: WorkerServiceOptions = {}) {
    this.#hub = new Hub(resolveOptions(options), builtInJobs)
    this.#lifecycle = new Lifecycle(this.#hub)
    this.#producer = new Producer(this.#hub)
    this.#control = new Control(this.#hub)
    this.#monitor = new Monitor(this.#hub)
  }

  /** A service as the variables of the environment say (see the guide on configuration); `options` win over them. */
  static fromEnv(env: Environment, options: WorkerServiceOptions = {}): WorkerService {
    return new WorkerService(optionsFromEnv(env, options))
  }

  /** This service runs jobs: `start()` has resolved, and `stop()` has not been called. */
  get isRunning(): boolean {
    return this.#hub.isRunning
  }

  /**
   * Begins to run jobs and to fire schedules. May be called twice, or while a stop is under way, which it then waits for.
   * Rejects when the store cannot be reached, with everything undone.
   */
  start(): Promise<void> {
    return this.#lifecycle.start()
  }

  /**
   * Takes no more jobs, lets those that run end, and hands back what has not ended within `graceMs` (default 30,000): no
   * attempt is spent on those. Then everything is closed, and the process can end by itself. May be called twice.
   */
  async stop(options: { readonly graceMs?: number } = {}): Promise<void> {
    return this.#lifecycle.stop(options)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  /** Resolves once the job is committed. `created` is false when the id or the dedupe key stood already. */
  submitJob<Output>(spec: JobSpec<unknown, Output>, options?: SubmitOptions): Promise<Submitted<Output>>
  submitJob(spec: SingleCrawlSpec, options?: SubmitOptions): Promise<Submitted<SingleCrawlResult>>
  submitJob(spec: BatchCrawlSpec, options?: SubmitOptions): Promise<Submitted<BatchCrawlResult>>
  submitJob(spec: SubmitSpec, options?: SubmitOptions): Promise<Submitted>
  submitJob(spec: SubmitSpec, options: SubmitOptions = {}): Promise<Submitted> {
    return this.#producer.submit(spec, options)
  }

  /**
   * Many jobs in few steps; the answers stand in the order of the entries. All are checked before the first is stored.
   * `options` hold for entries without their own.
   */
  submitJobs(entries: readonly BulkEntry[], options: SubmitOptions = {}): Promise<readonly BulkAnswer[]> {
    return this.#producer.submitMany(entries, options)
  }

  /**
   * The job is written through a connection of the app's own, in the transaction that is open there: it exists exactly if that
   * commits. Synchronous; for `sqliteQueue` and a connection of the same driver to the same file, once the service is open.
   * Nothing is told before the commit: `wake()` after it starts the job at once, else a look finds it soon.
   * @example
   * db.transaction(() => {
   *   db.prepare('INSERT INTO orders (id) VALUES (?)').run(7)
   *   service.submitIn(db, invoice({ order: 7 }))
   * })()
   * service.wake()
   */
  submitIn<Output>(
    connection: AppConnection,
    spec: JobSpec<unknown, Output>,
    options?: SubmitOptions,
  ): Submitted<Output>
  submitIn(connection: AppConnection, spec: SubmitSpec, options?: SubmitOptions): Submitted
  submitIn(connection: AppConnection, spec: SubmitSpec, options: SubmitOptions = {}): Submitted {
    return this.#producer.submitIn(connection, spec, options)
  }

  /** Has idle workers look for work at once, those of other processes too: after the commit of what `submitIn` wrote. */
  wake(): void {
    this.#hub.options.queue.wake?.()
  }

  async getJob(id: string): Promise<Job | null> {
    return this.#control.get(id)
  }

  /** How a job ended; null while it has not, and when there is no such job. */
  async getJobResult<T = unknown>(id: string | JobId<T>): Promise<Result<T> | null> {
    return this.#control.result(id) as Promise<Result<T> | null>
  }

  /**
   * Resolves when the job is in any final state; a job that failed is a Result with `success: false`, never a rejection.
   * Rejects with TIMEOUT, ABORTED, JOB_NOT_FOUND, or STATE_INVALID when the service stops meanwhile.
   */
  async waitForJob<T = unknown>(id: string | JobId<T>, options: WaitOptions = {}): Promise<Result<T>> {
    return this.#control.wait(id, options) as Promise<Result<T>>
  }

  /** Cancels a job that has not ended: at once for good; the signal of its handler aborts. JOB_NOT_FOUND, STATE_CONFLICT. */
  async cancelJob(id: string, options: { readonly reason?: string } = {}): Promise<Job> {
    return this.#control.cancel(id, options)
  }

  /** A new life for a dead letter or a cancelled job, all attempts before it. JOB_NOT_FOUND, STATE_CONFLICT. */
  async retryJob(id: string): Promise<Job> {
    return this.#control.retry(id)
  }

  /** Newest first. PAGE_INVALID for a page or cursor that is none. */
  async listJobs(options: ListOptions = {}): Promise<JobList> {
    return this.#control.list(options)
  }

  /** Idempotent by name: the same definition changes nothing, another one updates the schedule and keeps its id. */
  async addScheduledJob(schedule: ScheduleInput): Promise<ScheduledJob> {
    return this.#producer.schedule(schedule)
  }

  async listScheduledJobs(): Promise<readonly ScheduledJob[]> {
    return this.#control.schedules()
  }

  /** No slot fires after this resolves; jobs that it made go on. SCHEDULE_NOT_FOUND. */
  async removeScheduledJob(id: string): Promise<void> {
    return this.#control.removeSchedule(id)
  }

  async getQueueStats(): Promise<QueueStats> {
    return this.#monitor.queue()
  }

  /** The fleet's workers, as their heartbeats tell. */
  async getWorkerStats(): Promise<WorkerStats> {
    return this.#monitor.workers()
  }

  /** The fleet's counters and times, from the store. */
  async getMetrics(): Promise<Metrics> {
    return this.#monitor.metrics()
  }

  /** Never rejects: what is wrong is in the answer. */
  healthCheck(): Promise<Health> {
    return this.#monitor.health()
  }

  /** Calls `listener` at each event; the answer takes it off again. A listener that throws is logged and hurts nothing. */
  on<E extends EventName>(event: E, listener: Listener<E>): () => void {
    checkListener(event, listener)
    return this.#hub.emitter.on(event, listener)
  }

  /** Calls `listener` at the next event only; the answer takes it off again. */
  once<E extends EventName>(event: E, listener: Listener<E>): () => void {
    checkListener(event, listener)
    return this.#hub.emitter.once(event, listener)
  }

  /** Takes a listener off, however it was put on. */
  off<E extends EventName>(event: E, listener: Listener<E>): void {
    checkListener(event, listener)
    this.#hub.emitter.off(event, listener)
  }
}

function checkListener(event: unknown, listener: unknown): void {
  oneOf(event, eventNames, { path: '/event', code: 'ARGUMENT_INVALID' })
  if (typeof listener === 'function') return
  throw wrong('ARGUMENT_INVALID', { path: '/listener' }, 'must be a function', listener)
}
