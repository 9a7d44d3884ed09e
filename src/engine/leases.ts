import type { Clock } from '../core/clock.js'
import { RiptideError } from '../core/errors.js'
import type { InstanceInfo, LeaseReport, QueueAdapter, RenewReply } from '../core/queue-adapter.js'
import type { Random } from '../core/random.js'
import { Roster } from '../core/roster.js'
import { Stopper } from '../core/stopper.js'
import type { News } from './run-news.js'
import { asStoreError, untilAnswered } from './store-call.js'

/** A run as the lease keeper sees it. */
export interface LeasedRun {
  readonly id: string
  readonly fence: string
  /** The job had an earlier run, whose lease may have been lost. */
  readonly isAgain: boolean
  /** By the monotonic clock: when the lease is over unless it is renewed. */
  leaseUntil: number
  /** What the handler has said and the store does not have, and what to call once it has. */
  readNews(): { readonly news: News; readonly confirm: () => void }
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

const nothing: News = { progress: null, lines: [], linesFrom: 0 }

/** News of running jobs travel at most this often. */
const newsEveryMs = 200

/**
 * Shows that this instance and its runs live: one call for all of them each heartbeat, whose answer names the runs that
 * were taken away. What handlers say travels with such calls. One is under way at a time; whatever is asked for meanwhile is
 * the next one, so nothing is left out and nothing overtakes. A run that could not be renewed until its lease was over is
 * aborted here, since someone else may have it.
 */
export class Leases {
  readonly #options: LeasesOptions
  readonly #runs = new Roster<LeasedRun>()
  #cancelBeat: (() => void) | undefined
  #cancelNews: (() => void) | undefined
  #current: Promise<void> | undefined
  #next: Promise<void> | undefined
  #stopper = new Stopper()
  #expectedAt = 0
  #stopped = true

  constructor(options: LeasesOptions) {
    this.#options = options
  }

  /** Resolves after the first heartbeat: from then on the fleet knows this instance. Rejects when the store refuses it. */
  async start(): Promise<void> {
    this.#stopper = new Stopper()
    this.#stopped = false
    await this.#renew()
    if (!this.#isStopped()) this.#arm()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#cancelBeat?.()
    this.#cancelNews?.()
    this.#cancelNews = undefined
    this.#stopper.stop(new RiptideError('SHUTDOWN', 'the service stops'))
    await this.#current
    await this.#next
  }

  /**
   * Keeps the lease of a run until the answer is called. A job that is claimed here again has left its earlier run, even if
   * nobody has told that one yet.
   */
  add(run: LeasedRun): () => void {
    if (run.isAgain) this.#runs.find((one) => one.id === run.id)?.interrupt('lost')
    return this.#runs.add(run)
  }

  /** Looks a run up by what the store calls it. */
  find(id: string, fence: string): LeasedRun | undefined {
    return this.#runs.find((run) => run.id === id && run.fence === fence)
  }

  /** A run has news: they go out soon, together with those of others. */
  noteNews(): void {
    if (this.#stopped) return
    this.#cancelNews ??= this.#options.clock.after(newsEveryMs, () => {
      this.#cancelNews = undefined
      void this.#ask()
    })
  }

  /** Sends what a run has said, before its outcome goes out. */
  async flush(run: LeasedRun): Promise<void> {
    if (run.hasNews() && !this.#stopped) await this.#ask()
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
    void this.#ask()
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
    if (!this.#current) return
    const now = this.#options.clock.monotonic()
    for (const run of this.#runs.members()) if (run.leaseUntil < now) run.interrupt('lost')
  }

  /** Resolves after a renewal of all runs that begins after this call; all who ask before it begins share it. Never rejects. */
  #ask(): Promise<void> {
    if (this.#next) return this.#next
    const turn: Promise<void> = (this.#current ?? Promise.resolve()).then(async () => {
      this.#next = undefined
      if (this.#stopped) return
      this.#current = turn
      await this.#renew().catch((thrown: unknown) => this.#failed(thrown))
      this.#current = undefined
    })
    this.#next = turn
    return turn
  }

  #failed(thrown: unknown): void {
    if (!this.#stopper.reason) this.#options.onError(asStoreError(thrown))
  }

  async #renew(): Promise<void> {
    const runs = this.#runs.members()
    const step = this.#options.adapter.limits.items
    for (let i = 0; i === 0 || i < runs.length; i += step) await this.#renewStep(runs.slice(i, i + step))
  }

  async #renewStep(runs: readonly LeasedRun[]): Promise<void> {
    const { adapter, clock, random, leaseMs, describeInstance, onNow } = this.#options
    const sentAt = clock.monotonic()
    const said = runs.map((run) => run.readNews())
    const leases = runs.map((run, i): LeaseReport => ({
      id: run.id,
      fence: run.fence,
      ...(said[i]?.news ?? nothing),
    }))
    const request = { instance: describeInstance(), leases, leaseMs }
    const patience = { clock, random, withinMs: leaseMs, stopper: this.#stopper }
    const reply = await untilAnswered(() => adapter.renew(request), patience)
    for (const run of runs) run.leaseUntil = sentAt + leaseMs
    for (const { confirm } of said) confirm()
    this.#takeAway(reply)
    onNow(reply.now)
  }

  #takeAway(reply: RenewReply): void {
    for (const { id, fence, reason } of reply.lost) this.find(id, fence)?.interrupt(reason)
  }
}
