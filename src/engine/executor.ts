import type { AnyBatch } from '../core/batch.js'
import type { Clock } from '../core/clock.js'
import type { CountedText, ListText } from '../core/counted-text.js'
import type { AnyJobDefinition } from '../core/handler.js'
import { toJobError } from '../core/job-error.js'
import type { Result } from '../core/job.js'
import { settingsReader } from '../core/job-view.js'
import type { Logger } from '../core/logger.js'
import type { Claim, OutcomeReport } from '../core/queue-adapter.js'
import type { Random } from '../core/random.js'
import { Roster } from '../core/roster.js'
import { type Outcome, type Settlement, type StoredResult, settle } from '../core/settlement.js'
import { runBatch } from './batch-execution.js'
import { BatchGathering } from './batch-gathering.js'
import type { Emitter } from './emitter.js'
import { Execution, type ExecutionEvents, type ExecutionOptions } from './execution.js'
import type { Leases } from './leases.js'
import type { Pool } from './pool.js'
import type { StepStore } from './run-steps.js'

export interface ExecutorOptions extends StepStore {
  readonly instance: string
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly emitter: Emitter
  readonly pool: Pool
  readonly leases: Leases
  readonly leaseMs: number
  readonly abortGraceMs: number
  readonly resultTtlMs: number
  /** False when nothing of a completed job is kept. */
  readonly keepsCompleted: boolean
  readonly maxResultBytes: number
  readonly definitionOf: (type: string) => AnyJobDefinition | undefined
  readonly keepResult: (json: CountedText | ListText, claim: Claim) => Promise<StoredResult | null>
  readonly dependencyResults: (ids: readonly string[]) => Promise<Readonly<Record<string, Result>>>
  readonly report: (report: OutcomeReport) => Promise<'accepted' | 'stale'>
  /** A slot became free: there may be work for it. */
  readonly onFree: () => void
}

/** Handlers that claim no time for others run one after the other for so long. */
const longTurnMs = 1

/** Runs what was claimed: starts it, decides what its end means, reports that, and says so once it is committed. */
export class Executor {
  readonly #options: ExecutorOptions
  readonly #running = new Roster<Execution>()
  /** The same for every run. */
  readonly #shared: ExecutionOptions
  /** Claimed ahead, first come first. */
  readonly #waiting: Execution[] = []
  readonly #gathering: BatchGathering
  /** When this turn of the event loop began, or an earlier one: by the monotonic clock. */
  #turnAt = 0
  #zombies = 0
  #reported = 0
  #idle: (() => void)[] = []

  constructor(options: ExecutorOptions) {
    this.#options = options
    const events: ExecutionEvents = {
      onOutcome: (run, outcome, runMs) => void this.#report(run, outcome, runMs),
      onTakenAway: (run, reason) => this.#takeAway(run, reason),
      onFree: (run) => this.#free(run),
      onZombieEnd: () => void this.#zombies--,
      onProgress: (run, progress) => this.#emitRun('job:progress', run, { progress }),
      onNews: () => options.leases.noteNews(),
    }
    this.#shared = { ...options, events, readSettings: settingsReader() }
    const begin = (batch: AnyBatch, runs: readonly Execution[]): void => this.#beginBatch(batch, runs)
    this.#gathering = new BatchGathering({ clock: options.clock, begin })
  }

  /** Runs that were reported since the start. */
  get reported(): number {
    return this.#reported
  }

  /** Handlers that go on although their slot was given up. */
  get zombies(): number {
    return this.#zombies
  }

  /** Starts what was claimed; `sentAt` is when the claim was asked for, from which its lease counts. */
  start(claims: readonly Claim[], sentAt: number): void {
    const { clock, leaseMs } = this.#options
    // A reply that came so late that others may have the jobs by now.
    this.#turnAt = clock.monotonic()
    if (this.#turnAt - sentAt >= leaseMs) return this.turnAway(claims)
    for (const claim of claims) this.#startOne(claim, sentAt)
  }

  /** Gives claims back that came too late to be started. */
  turnAway(claims: readonly Claim[]): void {
    for (const claim of claims) this.#settleUnstarted(claim, { kind: 'release' })
  }

  /** Aborts every signal with SHUTDOWN. */
  askToStop(): void {
    for (const run of this.#running.members()) run.askToStop()
  }

  /** Gives back what has not begun. */
  handBackWaiting(): void {
    for (const run of [...this.#waiting, ...this.#gathering.members()]) run.handBack()
  }

  /** Gives back what still runs, whatever its handler does. */
  handBack(): void {
    for (const run of this.#running.members()) run.handBack()
  }

  /** Resolves when no slot is taken and every outcome has been answered. */
  async whenIdle(): Promise<void> {
    while (this.#running.size > 0) await new Promise<void>((resolve) => this.#idle.push(resolve))
  }

  #startOne(claim: Claim, sentAt: number): void {
    const { pool, leases, definitionOf, logger } = this.#options
    const { id: jobId, type } = claim
    const definition = definitionOf(type)
    if (!definition) {
      logger.error('the store handed over a job of a type that was not asked for', { jobId, type })
      return this.#settleUnstarted(claim, { kind: 'release' })
    }
    const run = this.#read(claim, definition, sentAt)
    if (!run) return
    // A slot may be free whose next has not begun yet: nobody goes before that one.
    const isFirst = pool.waiting(claim.lane) === 0
    pool.take(claim.lane)
    run.leaveRunning = this.#running.add(run)
    run.leaveLeases = leases.add(run)
    const { batch } = definition.definition
    if (batch) return this.#gathering.add(batch, run)
    if (isFirst && pool.begin(claim.lane)) this.#begin(run)
    else this.#waiting.push(run)
  }

  #beginBatch(batch: AnyBatch, runs: readonly Execution[]): void {
    for (const run of runs) {
      this.#options.pool.begin(run.claim.lane)
      this.#emitRun('job:started', run, {})
    }
    runBatch(batch, runs)
  }

  #begin(run: Execution): void {
    this.#emitRun('job:started', run, {})
    void run.run()
  }

  /** What was claimed ahead begins in this turn of the event loop as long as that is short, so that others come in between. */
  #beginNext(): void {
    if (this.#waiting.length === 0) return
    const { clock } = this.#options
    if (clock.monotonic() - this.#turnAt < longTurnMs) return queueMicrotask(() => this.#beginWaiting())
    clock.soon(() => {
      this.#turnAt = clock.monotonic()
      this.#beginWaiting()
    })
  }

  #beginWaiting(): void {
    this.#handBackLate()
    const next = this.#waiting.findIndex((run) => this.#options.pool.begin(run.claim.lane))
    for (const run of next < 0 ? [] : this.#waiting.splice(next, 1)) this.#begin(run)
  }

  /** One whose lease ran out behind a handler that held the event loop may be someone else's by now. */
  #handBackLate(): void {
    const now = this.#options.clock.monotonic()
    for (const run of this.#waiting.filter((one) => one.leaseUntil <= now)) run.handBack()
  }

  /** A job whose texts cannot be read must not take the loop down, nor come back for ever: it is a dead letter. */
  #read(claim: Claim, definition: AnyJobDefinition, sentAt: number): Execution | undefined {
    const { instance, leaseMs } = this.#options
    try {
      return new Execution(claim, `${instance}/${claim.lane}`, definition, sentAt + leaseMs, this.#shared)
    } catch (thrown) {
      this.#settleUnstarted(claim, { kind: 'fail', error: toJobError(thrown) })
      return undefined
    }
  }

  #settleUnstarted({ id, fence }: Claim, settlement: Settlement): void {
    void this.#options.report({ id, fence, settlement, runMs: 0, resultTtlMs: 0, keep: true })
  }

  async #report(run: Execution, outcome: Outcome, runMs: number): Promise<void> {
    const { random, resultTtlMs, keepsCompleted: keep, report, leases } = this.#options
    const { claim, settings, definition } = run
    const backoff = definition.retry?.delay
    const job = { failures: claim.failures, maxAttempts: claim.maxAttempts, retry: settings.retry, backoff }
    const settlement = settle(job, outcome, random)
    this.#reported++
    if (run.hasNews()) await leases.flush(run)
    const { id, fence } = claim
    const answer = await report({ id, fence, settlement, runMs, resultTtlMs, keep })
    run.leaveLeases()
    run.isAnswered = true
    if (answer === 'stale') this.#emitRun('job:lease_lost', run, {})
    else this.#emitSettled(run, settlement, runMs)
    this.#finish(run)
  }

  #free(run: Execution): void {
    const { pool, logger, onFree } = this.#options
    if (run.hasBegun) pool.end(run.claim.lane)
    else this.#leaveWaiting(run)
    pool.give(run.claim.lane)
    this.#beginNext()
    if (run.isZombie) {
      this.#zombies++
      logger.warn('a handler goes on after its signal aborted; its slot was given up', {
        jobId: run.id,
        type: run.claim.type,
      })
    }
    this.#finish(run)
    onFree()
  }

  #leaveWaiting(run: Execution): void {
    const at = this.#waiting.indexOf(run)
    if (at >= 0) this.#waiting.splice(at, 1)
    else this.#gathering.drop(run)
  }

  #takeAway(run: Execution, reason: 'cancelled' | 'lost'): void {
    run.leaveLeases()
    run.isAnswered = true
    if (reason === 'lost') this.#emitRun('job:lease_lost', run, {})
    this.#finish(run)
  }

  #finish(run: Execution): void {
    if (!run.isAnswered || !run.isFree) return
    run.leaveRunning()
    if (this.#running.size > 0) return
    for (const resolve of this.#idle.splice(0)) resolve()
  }

  #emitRun<E extends 'job:started' | 'job:progress' | 'job:completed' | 'job:lease_lost'>(
    event: E,
    run: Execution,
    more: object,
  ): void {
    const { emitter, clock } = this.#options
    if (!emitter.hears(event)) return
    const { id, type, failures } = run.claim
    const base = { jobId: id, type, at: clock.now(), workerId: run.workerId, attempt: failures + 1 }
    emitter.emit(event, { ...base, ...more } as never)
  }

  #emitSettled(run: Execution, settlement: Settlement, runMs: number): void {
    const { emitter, clock } = this.#options
    if (settlement.kind === 'complete')
      return this.#emitRun('job:completed', run, { processingTimeMs: runMs })
    if (settlement.kind === 'release') return
    const { id, type, failures } = run.claim
    const base = { jobId: id, type, at: clock.now(), retryCount: failures + 1, error: settlement.error }
    if (settlement.kind === 'fail') emitter.emit('job:dead_letter', base)
    else emitter.emit('job:retrying', { ...base, delayMs: settlement.afterMs })
  }
}
