import { abortable } from '../core/abort.js'
import type { Clock } from '../core/clock.js'
import type { CountedText, ListText } from '../core/counted-text.js'
import { PermanentError, RiptideError } from '../core/errors.js'
import type { AnyJobDefinition, JobContext } from '../core/handler.js'
import { inputOf } from '../core/input.js'
import { resultToJson } from '../core/json.js'
import type { Job, Progress, Result } from '../core/job.js'
import { type JobSettings, jobOfClaim } from '../core/job-view.js'
import type { Claim } from '../core/queue-adapter.js'
import type { Outcome, StoredResult } from '../core/settlement.js'
import { Stopper } from '../core/stopper.js'
import { sealedFault, sealedMark } from '../core/stored-json.js'
import type { LeasedRun } from './leases.js'
import { RunContext, type RunSurface } from './run-context.js'
import { type News, RunNews } from './run-news.js'
import { RunSteps, type StepStore } from './run-steps.js'
import { verdictOf } from './verdict.js'

/** What a run tells the executor, each at most once. */
export interface ExecutionEvents {
  /** How the run counts. Not called for a run whose job was taken away. */
  onOutcome(run: Execution, outcome: Outcome, runMs: number): void
  /** In place of an outcome. */
  onTakenAway(run: Execution, reason: 'cancelled' | 'lost'): void
  /** The slot is free: the handler has ended, or its grace after an abort is over. */
  onFree(run: Execution): void
  /** A handler that was given up has ended after all. */
  onZombieEnd(run: Execution): void
  onProgress(run: Execution, progress: Progress): void
  onNews(run: Execution): void
}

export interface ExecutionOptions extends StepStore {
  readonly clock: Clock
  readonly abortGraceMs: number
  readonly maxResultBytes: number
  readonly readSettings: (text: string) => JobSettings
  readonly keepResult: (json: CountedText | ListText, claim: Claim) => Promise<StoredResult | null>
  readonly dependencyResults: (ids: readonly string[]) => Promise<Readonly<Record<string, Result>>>
  readonly events: ExecutionEvents
}

/** What is called with the checked payload, in place of the handler. */
export type Handle = (payload: unknown, ctx: JobContext) => unknown

/**
 * One run of one job. It ends in one of three ways: the handler ends and that is the outcome; its time is over, which is a
 * failed attempt at once; or the job is taken away (cancelled, lease lost) and nothing it still says counts. In the last two
 * the signal aborts, and the slot is free when the handler ends or after the grace: then the handler is a zombie.
 */
export class Execution implements LeasedRun, RunSurface {
  readonly claim: Claim
  readonly workerId: string
  readonly job: Job
  leaseUntil: number
  /** The store has the last word on this run: its outcome was answered, or the job was taken away. */
  isAnswered = false
  /** Takes it out of the lists of those that run, and of those whose leases are kept. */
  leaveRunning = nothing
  leaveLeases = nothing
  readonly #options: ExecutionOptions
  readonly #definition: AnyJobDefinition['definition']
  readonly #settings: JobSettings
  readonly #news: RunNews
  /** Why it cannot run. */
  readonly #fault: RiptideError | undefined
  #startedAt: number | undefined
  #controller: AbortController | undefined
  #reason: RiptideError | undefined
  #cancelTimer: (() => void) | undefined
  #steps: RunSteps | undefined
  /** Of waits for the store; only a run that made one has it. */
  #stopper: Stopper | undefined
  #decided = false
  #ended = false
  #freed = false

  constructor(
    claim: Claim,
    workerId: string,
    definition: AnyJobDefinition,
    leaseUntil: number,
    options: ExecutionOptions,
  ) {
    this.claim = claim
    this.workerId = workerId
    this.leaseUntil = leaseUntil
    this.#options = options
    this.#definition = definition.definition
    this.#settings = options.readSettings(claim.options)
    this.#news = new RunNews(() => options.events.onNews(this))
    this.#fault = claim.fault ?? (claim.payload.startsWith(sealedMark) ? sealedFault() : undefined)
    const payload = this.#fault ? null : (JSON.parse(claim.payload) as unknown)
    this.job = jobOfClaim(claim, this.#settings, payload, workerId)
  }

  get id(): string {
    return this.claim.id
  }

  get fence(): string {
    return this.claim.fence
  }

  get isAgain(): boolean {
    return this.claim.failures > 0 || this.claim.generation > 1
  }

  get settings(): JobSettings {
    return this.#settings
  }

  get definition(): AnyJobDefinition['definition'] {
    return this.#definition
  }

  /** Resolves when the handler has ended; never rejects. */
  async run(handle?: Handle): Promise<void> {
    this.#startedAt = this.#options.clock.monotonic()
    this.#cancelTimer = this.#options.clock.after(this.#settings.timeoutMs, () => this.#timeOut())
    const outcome = await this.#outcome(handle)
    this.#ended = true
    // First the slot, so that the cycle that takes the outcome along may ask for a job in its place.
    this.#free()
    this.#decide(outcome)
  }

  interrupt(reason: 'cancelled' | 'lost'): void {
    if (this.#decided) return
    this.#decided = true
    const error =
      reason === 'cancelled'
        ? new RiptideError('CANCELLED', 'the job was cancelled')
        : new RiptideError('LEASE_LOST', 'the lease of this run is over; the job may run elsewhere')
    if (this.hasBegun) this.#abort(error)
    else this.#free()
    this.#stopper?.stop(error)
    this.#options.events.onTakenAway(this, reason)
  }

  /** Asks the handler to end for a shutdown. If it throws from now on, the job is handed back and no attempt was spent. */
  askToStop(): void {
    if (this.#decided || this.#reason) return
    if (!this.hasBegun) return this.handBack()
    this.#reason = new RiptideError('SHUTDOWN', 'the service stops')
    this.#controller?.abort(this.#reason)
  }

  /** Hands the job back whatever the handler does. */
  handBack(): void {
    this.#decide({ kind: 'handedBack' })
    // One that has ended and waits for the store's answer is free already, and was no zombie.
    if (!this.#freed) this.#free()
  }

  hasNews(): boolean {
    return this.#news.any
  }

  readNews(): { readonly news: News; readonly confirm: () => void } {
    return this.#news.read()
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController()
      if (this.#reason) this.#controller.abort(this.#reason)
    }
    return this.#controller.signal
  }

  /** What a handler says after its job has moved on is dropped. */
  say(progress: Progress): void {
    if (this.#decided) return
    this.#news.say(progress)
    this.#options.events.onProgress(this, progress)
  }

  log(line: string): void {
    if (!this.#decided) this.#news.log(line)
  }

  step<T>(key: string, step: () => T | Promise<T>): Promise<T> {
    this.#steps ??= new RunSteps({
      ...this.#options,
      lease: { id: this.id, fence: this.fence },
      stopper: this.#waits,
      onLost: () => this.interrupt('lost'),
      whyNot: () => this.#reason ?? this.#stopper?.reason,
    })
    return this.#steps.run(key, step)
  }

  dependencies(): Promise<Readonly<Record<string, Result>>> {
    const { dependsOn = [] } = this.#settings
    if (dependsOn.length === 0) return Promise.resolve({})
    const results = abortable(this.#options.dependencyResults(dependsOn), this.#waits.signal)
    // As with steps: nobody may wait for it.
    results.catch(() => undefined)
    return results
  }

  async #outcome(handle: Handle | undefined): Promise<Outcome> {
    try {
      if (this.#fault) throw this.#fault
      const input = this.#definition.input
        ? await inputOf(this.#definition.input, this.job.payload, inputFault)
        : this.job.payload
      const ctx = new RunContext(this)
      const value = await (handle ? handle(input, ctx) : this.#definition.handler(input, ctx))
      if (this.#decided) return { kind: 'returned', result: null }
      const json = resultToJson(value, this.#options.maxResultBytes)
      return { kind: 'returned', result: await this.#options.keepResult(json, this.claim) }
    } catch (thrown) {
      return this.#reason?.code === 'SHUTDOWN' ? { kind: 'handedBack' } : verdictOf(thrown)
    }
  }

  get #waits(): Stopper {
    if (!this.#stopper) {
      this.#stopper = new Stopper()
      if (this.#decided) this.#stopper.stop(this.#reason ?? ended())
    }
    return this.#stopper
  }

  #timeOut(): void {
    const { timeoutMs } = this.#settings
    const error = new RiptideError('TIMEOUT', `the run took longer than its ${timeoutMs} ms`)
    this.#reason ??= error
    this.#decide(verdictOf(error))
    this.#abort(error)
  }

  #decide(outcome: Outcome): void {
    if (this.#decided) return
    this.#decided = true
    this.#cancelTimer?.()
    this.#stopper?.stop(this.#reason ?? ended())
    const now = this.#options.clock.monotonic()
    this.#options.events.onOutcome(this, outcome, now - (this.#startedAt ?? now))
  }

  #abort(reason: RiptideError): void {
    this.#cancelTimer?.()
    this.#reason ??= reason
    this.#controller?.abort(reason)
    this.#cancelTimer = this.#options.clock.after(this.#options.abortGraceMs, () => this.#free())
  }

  #free(): void {
    if (this.#freed) {
      if (this.#ended) this.#options.events.onZombieEnd(this)
      return
    }
    this.#freed = true
    this.#cancelTimer?.()
    this.#options.events.onFree(this)
  }

  /** The handler was called. Until then the run waits for a slot. */
  get hasBegun(): boolean {
    return this.#startedAt !== undefined
  }

  /** Nothing that its handler still says counts. */
  get isOver(): boolean {
    return this.#decided
  }

  get isFree(): boolean {
    return this.#freed
  }

  /** The slot was given up while the handler goes on. */
  get isZombie(): boolean {
    return this.#freed && this.hasBegun && !this.#ended
  }
}

const nothing = (): void => undefined

/** For what a handler still waits for when it has returned. */
function ended(): RiptideError {
  return new RiptideError('LEASE_LOST', 'this run of the job has ended')
}

/** What does not fit will not fit later either; a schema that threw may only have lacked something it asks. */
function inputFault(message: string, path: string, cause?: unknown): RiptideError {
  if (cause !== undefined) return new RiptideError('INPUT_INVALID', message, { cause })
  return new PermanentError(message, { code: 'INPUT_INVALID', path })
}
