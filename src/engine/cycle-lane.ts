import { type Deferred, deferred } from '../core/abort.js'
import { type Clock, nextTurn } from '../core/clock.js'
import type { RiptideError } from '../core/errors.js'
import type { SkipBudgets } from '../core/priority.js'
import type { Claim, CycleReply, CycleRequest, OutcomeReport, QueueAdapter } from '../core/queue-adapter.js'
import type { Random } from '../core/random.js'
import { asStoreError, untilAnswered } from './store-call.js'

export type CycleDone = Extract<CycleReply, { kind: 'done' }>

export interface CycleLaneOptions {
  readonly adapter: QueueAdapter
  readonly instance: string
  readonly clock: Clock
  readonly random: Random
  readonly leaseMs: number
  readonly budgets: SkipBudgets
  readonly types: readonly string[]
  /** The lanes of free slots, at most so many. */
  readonly freeLanes: (most: number) => readonly number[]
  readonly onClaims: (claims: readonly Claim[], sentAt: number) => void
  /** Everything else a reply says. */
  readonly onReply: (reply: CycleDone) => void
  readonly onTrouble: (error: RiptideError) => void
}

interface Waiting {
  readonly report: OutcomeReport
  readonly answer: Deferred<'accepted' | 'stale'>
}

/** How long one cycle is sent again before its error is reported and it is sent again still. */
const patienceMs = 5_000

/**
 * The one lane that cycles go through: never two at once, so that `seq` orders them. Outcomes that come in while a cycle is
 * under way go with the next; so does the wish for work. A cycle whose fate is unknown is sent with the same `seq` until the
 * store says what became of it: an outcome is never dropped for a lost reply.
 */
export class CycleLane {
  readonly #options: CycleLaneOptions
  #outcomes: Waiting[] = []
  #seq = 0
  #poked = false
  #sweeping = false
  #claiming = false
  #running: Promise<void> | undefined
  #armed = false
  #giveUp = new AbortController()

  constructor(options: CycleLaneOptions) {
    this.#options = options
  }

  /** Begins to claim. */
  start(): void {
    this.#giveUp = new AbortController()
    this.#claiming = true
    this.poke()
  }

  /** Claims nothing more; outcomes still go out. */
  stopClaiming(): void {
    this.#claiming = false
  }

  /** Resolves when nothing is under way and nothing waits, or when `signal` aborts: what is then left is let go. */
  async stop(signal: AbortSignal): Promise<void> {
    this.#claiming = false
    const abort = (): void => this.#giveUp.abort(signal.reason)
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
    while (this.#running !== undefined || this.#armed) await (this.#running ?? nextTurn(this.#options.clock))
    signal.removeEventListener('abort', abort)
  }

  /** Looks for work with the next cycle. */
  poke(): void {
    this.#poked = true
    this.#arm()
  }

  /** Makes a cycle even when no slot is free: what is due or expired must not wait for one. */
  sweep(): void {
    this.#sweeping = true
    this.#arm()
  }

  /** Resolves when the store has taken or refused the outcome. */
  report(report: OutcomeReport): Promise<'accepted' | 'stale'> {
    const answer = deferred<'accepted' | 'stale'>()
    this.#outcomes.push({ report, answer })
    this.#arm()
    return answer.promise
  }

  #arm(): void {
    if (this.#armed || this.#running) return
    this.#armed = true
    this.#options.clock.soon(() => {
      this.#armed = false
      const cycle = this.#cycle().catch((thrown: unknown) => this.#options.onTrouble(asStoreError(thrown)))
      this.#running = cycle.finally(() => {
        this.#running = undefined
        if (this.#outcomes.length > 0 || (this.#claiming && (this.#poked || this.#sweeping))) this.#arm()
      })
    })
  }

  async #cycle(): Promise<void> {
    const waiting = this.#takeOutcomes()
    const wanted = this.#claiming ? this.#options.freeLanes(this.#options.adapter.limits.items) : []
    const sweeping = this.#sweeping && this.#claiming
    this.#poked = false
    this.#sweeping = false
    if (waiting.length === 0 && wanted.length === 0 && !sweeping) return
    const sentAt = this.#options.clock.monotonic()
    const reply = await this.#send(this.#request(waiting, wanted))
    if (reply === undefined) return this.#letGo(waiting)
    this.#answer(waiting, reply)
    if (reply.claims.length > 0) this.#options.onClaims(reply.claims, sentAt)
    if (reply.more) this.#sweeping = true
    this.#options.onReply(reply)
  }

  #request(waiting: readonly Waiting[], wanted: readonly number[]): CycleRequest {
    const { instance, types, leaseMs, budgets } = this.#options
    const outcomes = waiting.map((one) => one.report)
    return { instance, seq: ++this.#seq, outcomes, wanted, types, leaseMs, budgets }
  }

  /** The reply; undefined when the lane was told to give up. A refused step is sent again too: its outcomes are all we have. */
  async #send(request: CycleRequest): Promise<CycleDone | undefined> {
    const { adapter, clock, random, onTrouble } = this.#options
    const signal = this.#giveUp.signal
    while (!signal.aborted) {
      try {
        const reply = await untilAnswered(() => adapter.cycle(request), {
          clock,
          random,
          withinMs: patienceMs,
          signal,
          onTrouble,
        })
        return reply.kind === 'done' ? reply : undefined
      } catch (thrown) {
        if (signal.aborted) return undefined
        onTrouble(asStoreError(thrown))
        await clock.sleep(1000, signal).catch(() => undefined)
      }
    }
    return undefined
  }

  #answer(waiting: readonly Waiting[], reply: CycleDone): void {
    const stale = new Set(reply.stale.map((ref) => `${ref.id} ${ref.fence}`))
    for (const { report, answer } of waiting) {
      answer.resolve(stale.size > 0 && stale.has(`${report.id} ${report.fence}`) ? 'stale' : 'accepted')
    }
  }

  #letGo(waiting: readonly Waiting[]): void {
    for (const { answer } of waiting) answer.resolve('stale')
  }

  #takeOutcomes(): readonly Waiting[] {
    const { items, bytes } = this.#options.adapter.limits
    let size = 0
    let n = 0
    for (const { report } of this.#outcomes) {
      if (n > 0 && (n >= items || size > bytes)) break
      size += sizeOf(report)
      n++
    }
    return this.#outcomes.splice(0, n)
  }
}

function sizeOf(report: OutcomeReport): number {
  const { settlement } = report
  return settlement.kind === 'complete' && settlement.result && 'inline' in settlement.result
    ? settlement.result.inline.length
    : 200
}
