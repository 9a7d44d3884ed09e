import { abortReason } from '../../core/abort.js'
import type { Clock } from '../../core/clock.js'
import type { RetryAfterError } from '../../core/errors.js'
import type { EnterOptions, Pass, RequestEnd } from './host-gate.js'
import type { HostPace } from './host-pace.js'
import { type Patience, endlessPatience } from '../fetch/patience.js'
import { sentAway } from './sent-away.js'
import type { ResolvedPerHost } from './per-host-options.js'
import type { SharedTerms } from './shared-terms.js'

export interface LaneDeps {
  readonly host: string
  readonly limits: ResolvedPerHost
  readonly clock: Clock
  readonly pace: HostPace
  /** What the processes of a fleet agree on; undefined where there is nobody to agree with. */
  readonly shared: SharedTerms | undefined
  /** This process reads answers late, so that their latency says nothing of the host. */
  readonly isBusy: () => boolean
  /** The others cannot be asked: the lane goes on alone, and tries again after a second. */
  readonly onTrouble: (error: unknown) => void
}

interface Waiter {
  readonly minDelayMs: number
  readonly patience: Patience
  readonly go: (pass: Pass) => void
  /** Leaves the line without a pass. */
  readonly fail: (error: Error) => void
}

const heartbeatMs = 3000
const idleMs = 1000
const aloneMs = 1000
const forgottenMs = 60_000

/**
 * The requests of this process to one host: those under way, and those in line, first come, first served. It starts what its
 * pace and the terms of the fleet allow, and asks for new terms when these are used up or old. It keeps its slots for a second
 * after the last request, and tells the fleet every few seconds that it lives while a request takes long.
 */
export class HostLane {
  readonly #deps: LaneDeps
  readonly #line = new Set<Waiter>()
  #active = 0
  #asking: Promise<void> | undefined
  #asksAgain = false
  #aloneUntil = -Infinity
  /** The turn that was promised to the last one who was sent away. */
  #promisedAt = -Infinity
  #isClosed = false
  #stopTimer: (() => void) | undefined

  constructor(deps: LaneDeps) {
    this.#deps = deps
  }

  /** Nobody is in line or under way, and no pace has to be kept. */
  isForgettable(now: number): boolean {
    const { pace, shared, limits } = this.#deps
    const isIdle = this.#active + this.#line.size === 0 && !shared?.isHolding && this.#asking === undefined
    return isIdle && pace.nextStart(Math.max(limits.delayMs, forgottenMs)) <= now
  }

  /** Throws what `enter` would reject with now. */
  foresee(patience: Patience): void {
    const away = this.#awayFrom(this.#line.size, 0, patience)
    if (away) throw away
  }

  /** Resolves when a request may start; rejects with the signal's reason, or when that is too long to wait for. */
  enter({ signal, deadline, minDelayMs = 0, patience = endlessPatience }: EnterOptions): Promise<Pass> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(abortReason(signal))
      let isSettled = false
      let resume: (() => void) | undefined
      const leaveLine = (): void => {
        this.#line.delete(waiter)
        signal.removeEventListener('abort', onAbort)
        resume?.()
      }
      const fail = (error: Error): void => {
        isSettled = true
        leaveLine()
        reject(error)
      }
      const onAbort = (): void => {
        fail(abortReason(signal))
        this.#step()
      }
      const waiter: Waiter = {
        minDelayMs: Math.min(minDelayMs, this.#deps.limits.maxDelayMs),
        patience,
        fail,
        go: (pass) => {
          isSettled = true
          leaveLine()
          resolve(pass)
        },
      }
      this.#line.add(waiter)
      this.#step()
      if (!isSettled && patience.ms < Infinity) this.#sendAway()
      if (isSettled) return
      resume = deadline?.pause()
      signal.addEventListener('abort', onAbort, { once: true })
    })
  }

  /** Gives back what this process holds. Nobody is let in any more. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#stopTimer?.()
    const { shared, onTrouble } = this.#deps
    await this.#asking
    if (shared?.isHolding) await shared.ask(() => nothing).catch(onTrouble)
  }

  // -----------------------------------------------------------------------------------------------------------------

  /** Lets in whom it can, and sees to it that it looks again in time. */
  #step(): void {
    this.#stopTimer?.()
    this.#stopTimer = undefined
    if (this.#isClosed) return
    for (let head = this.#head(); head !== undefined; head = this.#head()) {
      const wait = this.#waitOf(head)
      if (wait === 'ask') return this.#ask()
      if (wait > 0) return wait === Infinity ? undefined : this.#wake(wait, () => this.#step())
      this.#start(head)
    }
    const { shared, clock } = this.#deps
    if (!shared?.isHolding) return
    const pause = this.#active === 0 ? idleMs : heartbeatMs - shared.ageAt(clock.monotonic())
    this.#wake(pause, () => this.#ask())
  }

  /** Lets go of all who would wait for longer than they want to. */
  #sendAway(): void {
    const before = this.#line.size
    let place = 0
    for (const { minDelayMs, patience, fail } of this.#line) {
      const away = this.#awayFrom(place, minDelayMs, patience)
      if (away) fail(away)
      else place++
    }
    if (place < before) this.#step()
  }

  /** What to say to whoever has this place in line and would wait there for too long. */
  #awayFrom(place: number, minDelayMs: number, { ms, of }: Patience): RetryAfterError | undefined {
    const { pace, clock, host } = this.#deps
    if (ms === Infinity) return undefined
    if (of === 'closure') {
      const closedMs = pace.closedUntil - clock.monotonic()
      return closedMs > ms ? sentAway(host, closedMs) : undefined
    }
    const waitMs = this.#waitAt(place, minDelayMs)
    return waitMs > ms ? this.#promise(waitMs, minDelayMs) : undefined
  }

  /** How long whoever has this place in line waits for its turn, by the pace alone; in ms. */
  #waitAt(place: number, minDelayMs: number): number {
    const { clock, pace } = this.#deps
    const gapMs = pace.gapFor(minDelayMs)
    return Math.max(0, pace.nextStart(gapMs) - clock.monotonic()) + place * gapMs
  }

  /** A turn of its own for each: else all would come again at once. */
  #promise(waitMs: number, minDelayMs: number): RetryAfterError {
    const { clock, pace, host } = this.#deps
    const now = clock.monotonic()
    this.#promisedAt = Math.max(this.#promisedAt + pace.gapFor(minDelayMs), now + waitMs)
    return sentAway(host, waitMs, this.#promisedAt - now)
  }

  #head(): Waiter | undefined {
    return this.#line.values().next().value
  }

  /** How long the head of the line waits, in ms: Infinity where a request has to leave first. */
  #waitOf({ minDelayMs }: Waiter): number | 'ask' {
    const { clock, pace, shared, limits } = this.#deps
    const now = clock.monotonic()
    const gapMs = pace.gapFor(minDelayMs)
    if (shared !== undefined && now >= this.#aloneUntil) return shared.waitFor(gapMs, this.#active, now)
    return this.#active < limits.maxConcurrent ? pace.nextStart(gapMs) - now : Infinity
  }

  #start(head: Waiter): void {
    const { clock, pace, shared } = this.#deps
    const startedAt = clock.monotonic()
    this.#active++
    pace.started(startedAt)
    shared?.started()
    let isOver = false
    head.go({
      leave: (end = {}) => {
        if (isOver) return
        isOver = true
        this.#leave(end, startedAt)
      },
    })
  }

  #leave(end: RequestEnd, startedAt: number): void {
    const { clock, pace, shared, isBusy } = this.#deps
    this.#active--
    const asksForRest = pace.learn(end, startedAt, clock.monotonic(), isBusy)
    if (asksForRest) this.#sendAway()
    if (asksForRest && shared !== undefined) this.#tell()
    else this.#step()
  }

  /** There is something that the others have to know at once. */
  #tell(): void {
    this.#asksAgain = this.#asking !== undefined
    this.#ask()
  }

  /** Agrees on new terms, once at a time, and goes on by them. */
  #ask(): void {
    this.#asking ??= this.#agree().finally(() => {
      this.#asking = undefined
      this.#sendAway()
      const again = this.#asksAgain
      this.#asksAgain = false
      if (again && !this.#isClosed) this.#ask()
      else this.#step()
    })
  }

  async #agree(): Promise<void> {
    const { shared, pace, clock, onTrouble } = this.#deps
    try {
      await shared?.ask(() => {
        const gapMs = pace.gapFor(this.#head()?.minDelayMs ?? 0)
        return { active: this.#active, waiting: this.#line.size, gapMs }
      })
    } catch (error) {
      onTrouble(error)
      shared?.forget()
      this.#aloneUntil = clock.monotonic() + aloneMs
    }
  }

  #wake(ms: number, run: () => void): void {
    this.#stopTimer = this.#deps.clock.after(ms, () => {
      this.#stopTimer = undefined
      run()
    })
  }
}

const nothing = { active: 0, waiting: 0, gapMs: 0 } as const
