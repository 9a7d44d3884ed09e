import { type Clock, systemClock } from '../../core/clock.js'
import type {
  CancelRequest,
  ControlAnswer,
  ControlRequest,
  CycleReply,
  CycleRequest,
  DiscardAnswer,
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
  KeyQuery,
  KeyState,
  LeaseRef,
  ListAnswer,
  ListQuery,
  Mended,
  NewJob,
  NewSchedule,
  OpenOptions,
  Pauses,
  PruneAnswer,
  PruneRequest,
  PutSetting,
  QueueAdapter,
  QueueCounts,
  RenewReply,
  RenewRequest,
  ReprioritiseRequest,
  Setting,
  SettingAnswer,
  SettingsQuery,
  Step,
  StepAnswer,
  StepRequest,
  StoreMetrics,
  SubmitAnswer,
  SubscribeOptions,
  WithdrawAnswer,
  WithdrawRequest,
  Withdrawal,
} from '../../core/queue-adapter.js'
import type { ScheduleRecord } from '../../core/schedule.js'
import type { StorageAdapter } from '../../core/storage-adapter.js'
import { Control } from './control.js'
import { mendedOf, renewReply, renewWords } from './control-words.js'
import { cycleReply, cycleWords } from './cycle-words.js'
import { Hints } from './hints.js'
import { type Link, createLink } from './link.js'
import { Moving } from './moving.js'
import { nameOf, prefixOf, wordOf } from './names.js'
import { Reading } from './reading.js'
import { pruneAnswer, pruneWords } from './prune-words.js'
import { type RedisQueueOptions, resolveQueueOptions } from './redis-options.js'
import { storageOn } from './redis-storage.js'
import { Scheduling } from './scheduling.js'
import type { Runner, Script } from './script.js'
import { scripts } from './scripts.js'
import { settingAnswer, settingWords } from './settings-words.js'
import { stepLimits } from './step-limits.js'
import { stepAnswer } from './step-words.js'
import { submitAnswer, submitWords } from './submit-words.js'

/**
 * A queue on Redis 6.2 or newer (or Valkey): any number of processes and hosts share one namespace, and what is
 * acknowledged is kept as that server keeps it.
 * @example new WorkerService({ queue: redisQueue({ url: 'redis://127.0.0.1:6379' }) })
 */
export function redisQueue(options: RedisQueueOptions): QueueAdapter {
  const { namespace, link } = resolveQueueOptions(options)
  return new RedisQueue(createLink(link), prefixOf(namespace))
}

// -------------------------------------------------------------------------------------------------------------------

/** Each verb is one script, which Redis runs as one step. */
class RedisQueue implements QueueAdapter {
  readonly kind = 'redis'
  readonly limits = stepLimits
  readonly storage: StorageAdapter
  readonly #link: Link
  readonly #key: string
  readonly #hints: Hints
  readonly #reading: Reading
  readonly #control: Control
  readonly #scheduling: Scheduling
  readonly #moving: Moving
  #clock: Clock | undefined
  #opened = 0

  constructor(link: Link, prefix: string) {
    this.#link = link
    this.#key = `${prefix}n`
    this.storage = storageOn(link, prefix)
    this.#hints = new Hints({
      link,
      prefix,
      clock: systemClock,
      wantMoves: (ms) => this.#run(scripts.wantMoves, [String(ms)]),
    })
    this.#reading = new Reading({ link, prefix, time: () => this.#time() })
    const runner: Runner = { run: (script, args) => this.#run(script, args), cluster: () => this.#cluster() }
    this.#control = new Control(runner)
    this.#scheduling = new Scheduling(runner)
    this.#moving = new Moving(runner)
  }

  async open(options: OpenOptions): Promise<void> {
    this.#clock = options.clock ?? this.#clock
    this.#hints.logger = options.logger
    await this.#link.open(options)
    this.#opened++
    try {
      await this.storage.open?.(options)
      await this.#run(scripts.open, [])
    } catch (thrown) {
      await this.close()
      throw thrown
    }
  }

  /** The last one to leave takes the clock of the tests along. */
  async close(): Promise<void> {
    if (this.#opened === 0) return
    this.#opened--
    if (this.#opened === 0) this.#clock = undefined
    await this.storage.close?.()
    await this.#link.close()
  }

  async time(): Promise<number> {
    return Number(await this.#run(scripts.open, []))
  }

  async submit(jobs: readonly NewJob[]): Promise<readonly SubmitAnswer[]> {
    if (jobs.length === 0) return []
    // Whoever gave the jobs may change them from here on.
    const ids = jobs.map(({ id }) => id)
    const args = [this.#cluster(), ...submitWords(jobs)]
    const replies = (await this.#run(scripts.submit, args)) as readonly string[]
    return ids.map((id, i) => submitAnswer(replies[i] ?? '', id))
  }

  async cycle(request: CycleRequest): Promise<CycleReply> {
    const args = [this.#cluster(), ...cycleWords(request, this.limits.items)]
    return cycleReply(await this.#run(scripts.cycle, args), request, this.limits.items)
  }

  async renew(request: RenewRequest): Promise<RenewReply> {
    return renewReply(await this.#run(scripts.renew, renewWords(request)))
  }

  async leave(instance: string): Promise<void> {
    await this.#run(scripts.leave, [nameOf(instance)])
  }

  cancel(request: CancelRequest): Promise<ControlAnswer> {
    return this.#control.cancel(request)
  }

  retry(request: ControlRequest): Promise<ControlAnswer> {
    return this.#control.retry(request)
  }

  reprioritise(request: ReprioritiseRequest): Promise<ControlAnswer> {
    return this.#control.reprioritise(request)
  }

  discard(request: ControlRequest): Promise<DiscardAnswer> {
    return this.#control.discard(request)
  }

  pause(type: string | null): Promise<void> {
    return this.#control.pause(type)
  }

  resume(type: string | null): Promise<void> {
    return this.#control.resume(type)
  }

  pauses(): Promise<Pauses> {
    return this.#reading.pauses()
  }

  keyState(query: KeyQuery): Promise<KeyState> {
    return this.#reading.keyState(query)
  }

  async keepStep({ id, fence, key, text }: StepRequest): Promise<StepAnswer> {
    return stepAnswer(await this.#run(scripts.keepStep, [nameOf(id), wordOf(fence), wordOf(key), text]))
  }

  steps(lease: LeaseRef): Promise<readonly Step[] | null> {
    return this.#reading.steps(lease)
  }

  settings(query: SettingsQuery): Promise<readonly Setting[]> {
    return this.#reading.settings(query)
  }

  async putSetting(request: PutSetting): Promise<SettingAnswer> {
    return settingAnswer(await this.#run(scripts.putSetting, settingWords(request)))
  }

  async removeSetting(key: string): Promise<boolean> {
    return (await this.#run(scripts.removeSetting, [key])) === 'removed'
  }

  get(id: string): Promise<JobRecord | null> {
    return this.#reading.get(id)
  }

  list(query: ListQuery): Promise<ListAnswer> {
    return this.#reading.list(query)
  }

  counts(): Promise<QueueCounts> {
    return this.#reading.counts()
  }

  metrics(): Promise<StoreMetrics> {
    return this.#reading.metrics()
  }

  instances(): Promise<readonly InstanceRecord[]> {
    return this.#reading.instances()
  }

  async prune(request: PruneRequest): Promise<PruneAnswer> {
    return pruneAnswer(await this.#run(scripts.prune, pruneWords(request)))
  }

  async mend(): Promise<readonly Mended[]> {
    const told = (await this.#run(scripts.mend, [this.#cluster()])) as readonly string[]
    return told.map(mendedOf)
  }

  putSchedule(schedule: NewSchedule): Promise<ScheduleRecord | null> {
    return this.#scheduling.put(schedule)
  }

  schedules(): Promise<readonly ScheduleRecord[]> {
    return this.#scheduling.all()
  }

  removeSchedule(id: string, token: string): Promise<boolean> {
    return this.#scheduling.remove(id, token)
  }

  fire(request: FireRequest): Promise<FireAnswer> {
    return this.#scheduling.fire(request)
  }

  exportJobs(request: ExportRequest): Promise<ExportAnswer> {
    return this.#moving.exportJobs(request)
  }

  withdraw(request: WithdrawRequest): Promise<WithdrawAnswer> {
    return this.#moving.withdraw(request)
  }

  withdrawal(): Promise<Withdrawal | null> {
    return this.#moving.withdrawal()
  }

  foresee(request: ForeseeRequest): Promise<ForeseeAnswer> {
    return this.#moving.foresee(request)
  }

  importJobs(request: ImportRequest): Promise<ImportAnswer> {
    return this.#moving.importJobs(request)
  }

  subscribe(instance: string | null, listener: (hint: Hint) => void, options?: SubscribeOptions): () => void {
    return this.#hints.subscribe(instance, listener, options)
  }

  #run(script: Script, args: readonly string[]): Promise<unknown> {
    return this.#link.run(script, this.#key, [this.#time(), ...args])
  }

  /** Empty for the server's own time. */
  #time(): string {
    return this.#clock === undefined ? '' : String(this.#clock.now())
  }

  #cluster(): string {
    return this.#link.isCluster ? '1' : '0'
  }
}
