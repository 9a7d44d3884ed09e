import type { Clock } from '../core/clock.js'
import { RiptideError } from '../core/errors.js'
import type { InstanceInfo, LeaseReport, QueueAdapter, RenewReply } from '../core/queue-adapter.js'
import type { Random } from '../core/random.js'
import { asStoreError, untilAnswered } from './store-call.js'

/** A run as the lease keeper sees it. */
export interface LeasedRun {
  readonly id: string
  readonly fence: string
  /** By the monotonic clock: when the lease is over unless it is renewed. */
  leaseUntil: number
  /** What the handler has said since it was last asked: JSON of the progress, and lines of log. */
  takeNews(): { readonly progress: string | null; readonly lines: readonly string[] }
  hasNews(): boolean
  /** The job has moved on: abort the handler, refuse what it returns. */
  interrupt(reason: 'cancelled' | 'lost'): void
}

export interface LeasesOptions {
  readonly adapter: QueueAdapter
  readonly clock: Clock
  readonly random: Random
  readonly leaseMs: number
  readonly heartbeatMs: number
  readonly describeInstance: () => InstanceInfo
  readonly onNow: (storeNow: number) => void
  readonly onError: (error: RiptideError) => void
}

/** News of running jobs travel at most this often. */
const newsEveryMs = 200

/**
 * Shows that this instance and its runs live: one call for all of them each heartbeat, whose answer names the runs that
 * were taken away. A run that could not be renewed until its lease was over is aborted here, since someone else may have it.
 */
export class Leases {
  readonly #options: LeasesOptions
  readonly #runs = new Map<string, LeasedRun>()
  #cancelBeat: (() => void) | undefined
  #cancelNews: (() => void) | undefined
  #sending: Promise<void> | undefined
  #abort = new AbortController()
  #expectedAt = 0
  #stopped = true

  constructor(options: LeasesOptions) {
    this.#options = options
  }

  /** Resolves after the first heartbeat: from then on the fleet knows this instance. Rejects when the store refuses it. */
  async start(): Promise<void> {
    this.#abort = new AbortController()
    this.#stopped = false
    await this.#renew([...this.#runs.values()])
    if (!this.#isStopped()) this.#arm()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#cancelBeat?.()
    this.#cancelNews?.()
    this.#cancelNews = undefined
    this.#abort.abort(new RiptideError('SHUTDOWN', 'the service stops'))
    await this.#sending
  }

  /** A job that is claimed here again has left its earlier run, even if nobody has told that one yet. */
  add(run: LeasedRun): void {
    this.#runs.get(run.id)?.interrupt('lost')
    this.#runs.set(run.id, run)
  }

  remove(run: LeasedRun): void {
    if (this.#runs.get(run.id) === run) this.#runs.delete(run.id)
  }

  /** Looks a run up by what the store calls it. */
  find(id: string, fence: string): LeasedRun | undefined {
    const run = this.#runs.get(id)
    return run?.fence === fence ? run : undefined
  }

  /** A run has news: they go out soon, together with those of others. */
  noteNews(): void {
    if (this.#stopped) return
    this.#cancelNews ??= this.#options.clock.after(newsEveryMs, () => {
      this.#cancelNews = undefined
      this.#send([...this.#runs.values()].filter((run) => run.hasNews()))
    })
  }

  /** Sends what a run has said, before its outcome goes out. */
  async flush(run: LeasedRun): Promise<void> {
    if (!run.hasNews()) return
    await this.#sending
    if (run.hasNews())
      await this.#renew([run]).catch((error: unknown) => this.#options.onError(asStoreError(error)))
  }

  #isStopped(): boolean {
    return this.#stopped
  }

  #arm(): void {
    const { clock, heartbeatMs } = this.#options
    this.#expectedAt = clock.monotonic() + heartbeatMs
    this.#cancelBeat = clock.after(heartbeatMs, () => this.#beat())
  }

  #beat(): void {
    this.#checkLateness()
    this.#dropExpired()
    this.#arm()
    this.#send([...this.#runs.values()])
  }

  /** A heartbeat that comes late means that something held the event loop: nobody could renew, and leases may be gone. */
  #checkLateness(): void {
    const late = this.#options.clock.monotonic() - this.#expectedAt
    if (late < Math.max(this.#options.heartbeatMs, this.#options.leaseMs / 3)) return
    const text = `the event loop was blocked for about ${Math.round(late)} ms; leases last ${this.#options.leaseMs} ms`
    this.#options.onError(
      new RiptideError('EVENT_LOOP_BLOCKED', text, { facts: { blockedMs: Math.round(late) } }),
    )
  }

  /** Only while a renewal is overdue: after a mere stall the store is asked first, for the lease may still be ours. */
  #dropExpired(): void {
    if (!this.#sending) return
    const now = this.#options.clock.monotonic()
    for (const run of [...this.#runs.values()]) if (run.leaseUntil < now) run.interrupt('lost')
  }

  #send(runs: readonly LeasedRun[]): void {
    if (this.#sending) return
    this.#sending = this.#renew(runs)
      .catch((thrown: unknown) => {
        if (!this.#abort.signal.aborted) this.#options.onError(asStoreError(thrown))
      })
      .finally(() => {
        this.#sending = undefined
      })
  }

  async #renew(runs: readonly LeasedRun[]): Promise<void> {
    const step = this.#options.adapter.limits.items
    for (let i = 0; i === 0 || i < runs.length; i += step) await this.#renewStep(runs.slice(i, i + step))
  }

  async #renewStep(runs: readonly LeasedRun[]): Promise<void> {
    const { adapter, clock, random, leaseMs, describeInstance, onNow } = this.#options
    const sentAt = clock.monotonic()
    const leases = runs.map((run): LeaseReport => ({ id: run.id, fence: run.fence, ...run.takeNews() }))
    const request = { instance: describeInstance(), leases, leaseMs }
    const signal = this.#abort.signal
    const reply = await untilAnswered(() => adapter.renew(request), {
      clock,
      random,
      withinMs: leaseMs,
      signal,
    })
    for (const run of runs) run.leaseUntil = sentAt + leaseMs
    this.#takeAway(reply)
    onNow(reply.now)
  }

  #takeAway(reply: RenewReply): void {
    for (const { id, fence, reason } of reply.lost) this.find(id, fence)?.interrupt(reason)
  }
}
