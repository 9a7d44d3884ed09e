import { hostname } from 'node:os'
import { abortable } from '../core/abort.js'
import { RiptideError } from '../core/errors.js'
import type { Claim, Hint, InstanceInfo } from '../core/queue-adapter.js'
import { type AutoscaleState, Autoscaler } from './autoscaler.js'
import { type ClaimParts, claimPartsOf } from './claim-parts.js'
import { CycleLane } from './cycle-lane.js'
import type { CycleDone } from './cycle-sending.js'
import type { EngineOptions } from './engine-options.js'
import { Executor } from './executor.js'
import { Grace } from './grace.js'
import { hostLoadProbe } from './host-load.js'
import { Leases } from './leases.js'
import { Pool } from './pool.js'
import { Promoter } from './promoter.js'
import { Mender } from './mender.js'
import { Pruner, keepsNone } from './pruner.js'
import { Rescuer } from './rescuer.js'
import type { AutoscaleOptions } from './scale-decision.js'
import { Scheduler } from './scheduler.js'

/** How long the last calls to the store may take in all. */
const lastWordMs = 500

/** What a started service does in the background: its parts, in the order in which they start; they stop the other way round. */
export class Engine {
  readonly #options: EngineOptions
  readonly #parts: ClaimParts
  readonly #pool: Pool
  readonly #lane: CycleLane
  readonly #leases: Leases
  readonly #executor: Executor
  readonly #grace: Grace
  readonly #promoter: Promoter
  readonly #rescuer: Rescuer
  readonly #scheduler: Scheduler
  readonly pruner: Pruner
  readonly #mender: Mender
  readonly #autoscaler: Autoscaler | undefined
  readonly #startedAt: number
  #unsubscribe: (() => void) | undefined
  #stopping = false

  constructor(options: EngineOptions) {
    const { workers, instance, clock } = options
    this.#options = options
    this.#startedAt = clock.now()
    this.#parts = partsOf(options)
    const { asides } = this.#parts
    this.#pool = new Pool(workers.count, workers.maxConcurrentJobs, workers.prefetch, {
      most: workers.autoscale?.max ?? workers.count,
      asides: asides.map(({ slots }) => slots),
    })
    this.#lane = new CycleLane({
      ...options,
      leaseMs: workers.leaseMs,
      types: this.#parts.types,
      asides: {
        types: asides.map(({ types }) => types),
        reserve: (aside, most) => this.#pool.reserveAside(aside, most),
      },
      places: this.#pool.places,
      room: () => this.#pool.room,
      reserveLanes: (most) => this.#pool.reserve(most),
      releaseLanes: (lanes) => this.#pool.release(lanes),
      onClaims: (claims, sentAt) => this.#onClaims(claims, sentAt),
      onReply: (reply, isAlone) => this.#onReply(reply, isAlone),
      onTrouble: options.onError,
    })
    this.#leases = new Leases({
      ...options,
      leaseMs: workers.leaseMs,
      heartbeatMs: workers.heartbeatMs,
      describeInstance: () => this.#describe(),
      onNow: (now) => options.storeTime.observe(now),
    })
    this.#executor = new Executor({
      ...options,
      instance,
      leaseMs: workers.leaseMs,
      abortGraceMs: workers.abortGraceMs,
      keepsCompleted: !keepsNone(options.retention.completed),
      pool: this.#pool,
      leases: this.#leases,
      report: (report) => this.#lane.report(report),
      onFree: () => this.#look(),
    })
    this.#grace = new Grace({
      clock,
      abortGraceMs: workers.abortGraceMs,
      whenIdle: () => this.#executor.whenIdle(),
      askToStop: () => this.#executor.askToStop(),
      handBack: () => this.#executor.handBack(),
    })
    this.#promoter = new Promoter({
      ...options,
      jitterMs: options.adapter.limits.wakeJitterMs,
      look: () => this.#look(),
    })
    this.#rescuer = new Rescuer({ ...options, sweep: () => this.#lane.sweep() })
    this.#scheduler = new Scheduler(options)
    this.pruner = new Pruner({ ...options, reported: () => this.#executor.reported })
    this.#mender = new Mender(options)
    this.#autoscaler = workers.autoscale && this.#newAutoscaler(workers.autoscale)
  }

  /** What the autoscaler does; null when there is none. */
  get autoscale(): AutoscaleState | null {
    return this.#autoscaler?.state ?? null
  }

  get zombies(): number {
    return this.#executor.zombies
  }

  /** Unique to this start of a service. */
  get instance(): string {
    return this.#options.instance
  }

  /** Resolves when the fleet knows this instance and it claims. */
  async start(): Promise<void> {
    const { adapter, instance } = this.#options
    this.#unsubscribe = adapter.subscribe(instance, (hint) => this.#onHint(hint))
    await this.#leases.start()
    // A stop that came meanwhile has stopped all of these, and nobody would stop them again.
    if (this.#isStopping()) return
    this.#lane.start()
    this.#rescuer.start()
    this.pruner.start()
    this.#mender.start()
    this.#autoscaler?.start()
    if (this.#options.schedulerEnabled) this.#scheduler.start()
  }

  /**
   * Takes no more work, lets what runs end, aborts what has not ended shortly before `graceMs` is over and hands that back.
   * Resolves within `graceMs`, whatever a handler does; a store that is silent costs at most half a second more.
   */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true
    this.#lane.stopClaiming()
    this.#executor.handBackWaiting()
    this.#promoter.stop()
    const background = Promise.all([
      this.#scheduler.stop(),
      this.#rescuer.stop(),
      this.pruner.stop(),
      this.#mender.stop(),
      this.#autoscaler?.stop(),
    ])
    await this.#grace.give(graceMs)
    this.#unsubscribe?.()
    await this.#sayLastWord(background)
  }

  /** A stop that is under way takes no longer than this from now on. */
  hurry(graceMs: number): void {
    this.#grace.shorten(graceMs)
  }

  #isStopping(): boolean {
    return this.#stopping
  }

  /** The last outcomes go out, and the fleet forgets this instance; a store that does not answer is not waited for. */
  async #sayLastWord(background: Promise<unknown>): Promise<void> {
    const { clock, adapter, instance, logger } = this.#options
    const limit = new AbortController()
    const silent = new RiptideError('SHUTDOWN', 'the service stops')
    const cancel = clock.after(lastWordMs, () => limit.abort(silent))
    await this.#unless(limit.signal, this.#executor.whenIdle())
    await this.#lane.stop(limit.signal)
    await this.#leases.stop()
    const left = adapter
      .leave(instance)
      .catch((error: unknown) => logger.warn('could not sign off at the store', { error }))
    await this.#unless(limit.signal, Promise.all([left, background]))
    cancel()
  }

  /** Resolves when `work` is done, or when the signal aborts. */
  async #unless(signal: AbortSignal, work: Promise<unknown>): Promise<void> {
    await abortable(work, signal).catch(() => undefined)
  }

  /** What a cycle brings that was under way when the stop began goes straight back. */
  #onClaims(claims: readonly Claim[], sentAt: number): void {
    if (this.#stopping) this.#executor.turnAway(claims)
    else this.#executor.start(claims, sentAt)
    this.#autoscaler?.observe(claims)
  }

  #newAutoscaler(limits: AutoscaleOptions): Autoscaler {
    return new Autoscaler({
      ...this.#options,
      ...limits,
      pool: this.#pool,
      slotsEach: this.#options.workers.maxConcurrentJobs,
      load: this.#options.load ?? hostLoadProbe(),
      resize: (workers) => this.#resize(workers),
    })
  }

  #resize(workers: number): void {
    this.#pool.resize(workers)
    this.#lane.resize(this.#pool.places)
    this.#look()
  }

  #look(): void {
    if (!this.#pool.isFull) this.#lane.poke()
  }

  #onReply(reply: CycleDone, isAlone: boolean): void {
    this.#options.storeTime.observe(reply.now)
    this.#promoter.expect(reply.nextDueAt, reply.now, isAlone)
    this.#rescuer.tell(reply.reclaimed)
    for (const { id, fence } of reply.cancelled) this.#leases.find(id, fence)?.interrupt('cancelled')
  }

  #onHint(hint: Hint): void {
    if (hint.kind === 'interrupt')
      for (const run of hint.leases) this.#leases.find(run.id, run.fence)?.interrupt(run.reason)
    else if (this.#stopping) return
    else if (hint.kind === 'schedules') this.#scheduler.reload()
    else if (hint.kind === 'work' || hint.kind === 'reconnected') this.#look()
    else if (hint.kind === 'alarm')
      this.#options.onError(new RiptideError(hint.code, hint.message, { facts: hint.facts }))
  }

  #describe(): InstanceInfo {
    const { instance, types } = this.#options
    return {
      id: instance,
      host: hostname(),
      pid: process.pid,
      startedAt: this.#startedAt,
      workers: this.#pool.workers,
      slots: this.#pool.slots,
      busy: this.#pool.busy,
      types,
      zombies: this.#executor.zombies,
    }
  }
}

/** An instance without workers runs nothing at all. */
function partsOf({ types, definitionOf, workers }: EngineOptions): ClaimParts {
  return workers.count === 0 ? { types, asides: [] } : claimPartsOf(types, definitionOf)
}
