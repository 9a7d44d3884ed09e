import { builtInJobs } from './built-in-jobs.js'
import { oneOf, wrong } from './core/check.js'
import { type EventName, type Listener, eventNames } from './core/events.js'
import type { JobId, JobSpec } from './core/handler.js'
import type { Job, KeyedRequest, Result, Submitted } from './core/job.js'
import type { ScheduledJob } from './core/schedule.js'
import type { AppConnection, ControlApi } from './control-api.js'
import type { BatchCrawlSpec, PagesOptions, SingleCrawlSpec, SpiderCrawlSpec } from './crawl-api.js'
import type { JobPages } from './core/job-pages.js'
import type { BatchCrawlResult, SingleCrawlResult } from './crawl/page.js'
import type { CrawledPage, SpiderCrawlResult } from './crawl/spider/spider-result.js'
import type { Environment } from './env.js'
import { optionsFromEnv } from './env.js'
import { type WorkerServiceOptions, resolveOptions } from './options.js'
import type {
  BulkAnswer,
  BulkEntry,
  Health,
  JobList,
  ListOptions,
  Metrics,
  QueueStats,
  ScheduleInput,
  ServiceApi,
  SubmitOptions,
  SubmitSpec,
  WorkerStats,
} from './service-api.js'
import { sealStores } from './sealed/sealed-stores.js'
import { Control } from './service/control.js'
import { Drafter } from './service/drafter.js'
import { Hub } from './service/hub.js'
import { Lifecycle } from './service/lifecycle.js'
import { Monitor } from './service/monitor.js'
import { Producer } from './service/producer.js'
import { ScheduleControl } from './service/schedule-control.js'
import { steering } from './service/steering.js'
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
  readonly #schedules: ScheduleControl
  readonly #steering: ControlApi

  /** CONFIG_INVALID or ADAPTER_INVALID when an option is wrong. */
  constructor(options: WorkerServiceOptions = {}) {
    this.#hub = new Hub(sealStores(resolveOptions(options)), builtInJobs)
    const drafter = new Drafter(this.#hub)
    this.#lifecycle = new Lifecycle(this.#hub, drafter)
    this.#producer = new Producer(this.#hub, drafter)
    this.#control = new Control(this.#hub)
    this.#monitor = new Monitor(this.#hub)
    this.#schedules = new ScheduleControl(this.#hub, drafter, this.#producer)
    this.#steering = steering(this.#hub, {
      producer: this.#producer,
      control: this.#control,
      schedules: this.#schedules,
    })
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
  submitJob(spec: SpiderCrawlSpec, options?: SubmitOptions): Promise<Submitted<SpiderCrawlResult>>
  submitJob(spec: SubmitSpec, options?: SubmitOptions, request?: KeyedRequest): Promise<Submitted>
  submitJob(spec: SubmitSpec, options: SubmitOptions = {}, request?: KeyedRequest): Promise<Submitted> {
    return this.#producer.submit(spec, options, request)
  }

  /**
   * Many jobs in few steps; the answers stand in the order of the entries. All are checked before the first is stored.
   * `options` hold for entries without their own.
   */
  submitJobs(
    entries: readonly BulkEntry[],
    options: SubmitOptions = {},
    request?: KeyedRequest,
  ): Promise<readonly BulkAnswer[]> {
    return this.#producer.submitMany(entries, options, request)
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
   * The pages of a crawl, as they are finished, while it runs and after: for a day at least, and as long as results. With the
   * `nextCursor` of one answer the next goes on, until that is null: then the job has ended, and these were all. A job that is
   * no crawl has none. JOB_NOT_FOUND, PAGE_INVALID.
   * @example
   * for (let cursor; cursor !== null; ) {
   *   const { pages, nextCursor } = await service.getJobPages(id, cursor ? { cursor } : {})
   *   for (const page of pages) console.log(page.url, page.document?.title)
   *   cursor = nextCursor
   * }
   */
  async getJobPages(id: string, options: PagesOptions = {}): Promise<JobPages<CrawledPage>> {
    return this.#control.pages(id, options) as Promise<JobPages<CrawledPage>>
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

  /** One whose definition cannot be opened here is among them, with its `fault`. */
  async listScheduledJobs(): Promise<readonly ScheduledJob[]> {
    return this.#schedules.list()
  }

  /** No slot fires after this resolves; jobs that it made go on. SCHEDULE_NOT_FOUND. */
  async removeScheduledJob(id: string): Promise<void> {
    return this.#schedules.remove(id)
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

  // What each of these does stands with its declaration in ControlApi.
  readonly submitFlow: ControlApi['submitFlow'] = (flow, request) => this.#steering.submitFlow(flow, request)
  readonly explainJob: ControlApi['explainJob'] = (id) => this.#steering.explainJob(id)
  readonly reprioritiseJob: ControlApi['reprioritiseJob'] = (id, priority) =>
    this.#steering.reprioritiseJob(id, priority)
  readonly discardJob: ControlApi['discardJob'] = (id) => this.#steering.discardJob(id)
  readonly retryJobs: ControlApi['retryJobs'] = (filter, options) => this.#steering.retryJobs(filter, options)
  readonly discardJobs: ControlApi['discardJobs'] = (filter, options) =>
    this.#steering.discardJobs(filter, options)
  readonly pause: ControlApi['pause'] = (options) => this.#steering.pause(options)
  readonly resume: ControlApi['resume'] = (options) => this.#steering.resume(options)
  readonly drain: ControlApi['drain'] = (options) => this.#steering.drain(options)
  readonly runScheduledJob: ControlApi['runScheduledJob'] = (id) => this.#steering.runScheduledJob(id)
  readonly setScheduledJobEnabled: ControlApi['setScheduledJobEnabled'] = (id, enabled) =>
    this.#steering.setScheduledJobEnabled(id, enabled)
  readonly previewSchedule: ControlApi['previewSchedule'] = (schedule, options) =>
    this.#steering.previewSchedule(schedule, options)
  readonly putTemplate: ControlApi['putTemplate'] = (template) => this.#steering.putTemplate(template)
  readonly getTemplate: ControlApi['getTemplate'] = (name, version) =>
    this.#steering.getTemplate(name, version)
  readonly listTemplates: ControlApi['listTemplates'] = () => this.#steering.listTemplates()
  readonly removeTemplate: ControlApi['removeTemplate'] = (name) => this.#steering.removeTemplate(name)
  readonly addWebhook: ControlApi['addWebhook'] = (webhook) => this.#steering.addWebhook(webhook)
  readonly getWebhook: ControlApi['getWebhook'] = (id) => this.#steering.getWebhook(id)
  readonly listWebhooks: ControlApi['listWebhooks'] = () => this.#steering.listWebhooks()
  readonly updateWebhook: ControlApi['updateWebhook'] = (id, change) =>
    this.#steering.updateWebhook(id, change)
  readonly rotateWebhookSecret: ControlApi['rotateWebhookSecret'] = (id, options) =>
    this.#steering.rotateWebhookSecret(id, options)
  readonly removeWebhook: ControlApi['removeWebhook'] = (id) => this.#steering.removeWebhook(id)
  readonly getScale: ControlApi['getScale'] = (options) => this.#steering.getScale(options)

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
