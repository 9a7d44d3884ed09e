import { type Clock, systemClock } from '../../core/clock.js'
import { RiptideError, describe } from '../../core/errors.js'
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
  Retention,
  StoreMetrics,
  SubmitAnswer,
  SubscribeOptions,
  WithdrawAnswer,
  WithdrawRequest,
  Withdrawal,
} from '../../core/queue-adapter.js'
import type { ScheduleRecord } from '../../core/schedule.js'
import type { StorageAdapter } from '../../core/storage-adapter.js'
import { foreseeAnswer, foreseeWords, importAnswer, importWords } from './arriving-words.js'
import { controlAnswer, mendedOf, renewWords } from './control-words.js'
import { cycleReply, cycleWords, leaseOf } from './cycle-words.js'
import { Hints } from './hints.js'
import { exportAnswer, exportWords, withdrawAnswer, withdrawWords, withdrawalOf } from './leaving-words.js'
import { type Link, createLink } from './link.js'
import { nameOf, prefixOf } from './names.js'
import { Reading } from './reading.js'
import { readScripts } from './read-scripts.js'
import { type RedisQueueOptions, resolveQueueOptions } from './redis-options.js'
import { storageOn } from './redis-storage.js'
import { fireAnswer, fireWords, scheduleOf, scheduleWords } from './schedule-words.js'
import type { Script } from './script.js'
import { scripts } from './scripts.js'
import { stepLimits } from './step-limits.js'
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
    const [now, ...lost] = (await this.#run(scripts.renew, renewWords(request))) as readonly string[]
    return {
      now: Number(now),
      lost: lost.map((text) => ({
        ...leaseOf(text),
        reason: text.endsWith(' cancelled') ? 'cancelled' : 'lost',
      })),
    }
  }

  async leave(instance: string): Promise<void> {
    await this.#run(scripts.leave, [nameOf(instance)])
  }

  async cancel({ id, token, reason }: CancelRequest): Promise<ControlAnswer> {
    const args = [this.#cluster(), nameOf(id), nameOf(token), reason === null ? '0' : '1', reason ?? '']
    return controlAnswer(id, await this.#run(scripts.cancel, args))
  }

  async retry({ id, token }: ControlRequest): Promise<ControlAnswer> {
    return controlAnswer(id, await this.#run(scripts.retry, [this.#cluster(), nameOf(id), nameOf(token)]))
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

  async prune({ completed, dead_letter, cancelled, limit }: PruneRequest): Promise<PruneAnswer> {
    const args = [String(limit), ...[completed, dead_letter, cancelled].map(retentionWords)]
    const reply = (await this.#run(scripts.prune, args)) as readonly [
      string,
      string,
      string,
      readonly string[],
    ]
    const [removedJobs, expiredResults, more, orphanedResults] = reply
    return {
      removedJobs: Number(removedJobs),
      expiredResults: Number(expiredResults),
      orphanedResults,
      more: more === '1',
    }
  }

  async mend(): Promise<readonly Mended[]> {
    const told = (await this.#run(scripts.mend, [this.#cluster()])) as readonly string[]
    return told.map(mendedOf)
  }

  async putSchedule(schedule: NewSchedule): Promise<ScheduleRecord> {
    const reply = await this.#run(scripts.putSchedule, scheduleWords(schedule))
    if (reply !== 'taken') return scheduleOf(reply as readonly string[])
    const text = `the id ${describe(schedule.id)} belongs to another schedule; give ${describe(schedule.name)} an id of its own`
    throw new RiptideError('STATE_CONFLICT', text)
  }

  /** Page by page; one that is met twice, because schedules came meanwhile, is shown once. */
  async schedules(): Promise<readonly ScheduleRecord[]> {
    const found = new Map<string, ScheduleRecord>()
    let cursor = '0'
    do {
      const [next, ...page] = (await this.#run(scripts.schedules, [cursor])) as [string, ...string[][]]
      for (const one of page.map(scheduleOf)) found.set(one.id, one)
      cursor = next
    } while (cursor !== '0')
    return [...found.values()]
  }

  async removeSchedule(id: string, token: string): Promise<boolean> {
    return (await this.#run(scripts.removeSchedule, [nameOf(id), nameOf(token)])) === 'removed'
  }

  async fire(request: FireRequest): Promise<FireAnswer> {
    const reply = await this.#run(scripts.fire, [this.#cluster(), ...fireWords(request)])
    return fireAnswer(String(reply))
  }

  async exportJobs(request: ExportRequest): Promise<ExportAnswer> {
    return exportAnswer(await this.#run(readScripts.moving, exportWords(request)))
  }

  async withdraw(request: WithdrawRequest): Promise<WithdrawAnswer> {
    return withdrawAnswer(await this.#run(scripts.withdraw, withdrawWords(request)))
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

function retentionWords({ ageMs, count, bytes }: Retention): string {
  return `${ageMs} ${count} ${bytes}`
}
