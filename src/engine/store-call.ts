import type { Clock } from '../core/clock.js'
import { RiptideError, isRiptideError } from '../core/errors.js'
import type { Random } from '../core/random.js'
import type { Stopper } from '../core/stopper.js'

/** How long and how often a step is sent to a store that does not answer. */
export interface PatienceOptions {
  readonly clock: Clock
  readonly random: Random
  /** Give up after this long, in ms. */
  readonly withinMs: number
  /** A call that is merely slow is sent again: not what looks at much, for then a slow store would have more to do. @default true */
  readonly resendsSlow?: boolean
  /** Stops waiting at once, and rejects with its reason. */
  readonly stopper?: Stopper | undefined
  readonly onTrouble?: (error: RiptideError) => void
}

const firstWaitMs = 25
const longestWaitMs = 1000
/** A call that is not answered is sent again after this share of the time: its reply may be what got lost. */
const silentShare = 1 / 4

/**
 * Sends a step until the store answers it. Every step may be sent twice (see the contract), so one whose reply is lost or
 * late is sent again, and the first answer to any of them counts: a store that is merely slow is heard too. An error that
 * will not pass soon is thrown at once, the last one when the time is up, and STORE_TIMEOUT for a silent store.
 */
export function untilAnswered<T>(send: () => Promise<T>, options: PatienceOptions): Promise<T> {
  const { clock, random, withinMs, stopper } = options
  return new Promise<T>((resolve, reject) => {
    let over = false
    let wait = firstWaitMs
    let last: RiptideError | undefined
    let cancelNext = nothing
    let leaveStopper: (() => void) | undefined
    const end = (settle: () => void): void => {
      if (over) return
      over = true
      cancelNext()
      cancelEnd()
      leaveStopper?.()
      settle()
    }
    const next = (ms: number, run: () => void): void => {
      cancelNext()
      cancelNext = clock.after(ms, run)
    }
    const failed = (error: RiptideError): void => {
      if (over) return
      if (!isPassing(error)) return end(() => reject(error))
      last = error
      options.onTrouble?.(error)
      next(wait / 2 + (random() * wait) / 2, attempt)
      wait = Math.min(wait * 2, longestWaitMs)
    }
    const attempt = (): void => {
      const ms = withinMs * silentShare
      if (options.resendsSlow === false) cancelNext()
      else next(ms, () => failed(silent(ms)))
      called(send).then(
        (answer) => end(() => resolve(answer)),
        (thrown: unknown) => failed(asStoreError(thrown)),
      )
    }
    const cancelEnd = clock.after(withinMs, () => end(() => reject(last ?? silent(withinMs))))
    const { reason } = stopper ?? {}
    if (reason) return end(() => reject(reason))
    leaveStopper = stopper?.onStop((why) => end(() => reject(why)))
    attempt()
  })
}

/** What throws at once is a rejection like any other. */
async function called<T>(send: () => Promise<T>): Promise<T> {
  return send()
}

const nothing = (): void => undefined

/** An error of the store as one of ours; what is unknown counts as a passing fault of the store. */
export function asStoreError(thrown: unknown): RiptideError {
  if (isRiptideError(thrown)) return thrown
  return new RiptideError('STORE_UNAVAILABLE', 'the store failed; see cause', {
    cause: thrown,
    retryable: true,
  })
}

/** A full store may have room again later, but not within the patience of a call: others wait behind it. */
function isPassing(error: RiptideError): boolean {
  return error.retryable && error.code !== 'STORE_FULL'
}

/** An adapter whose promise never settles must not hold up the service for ever. */
function silent(ms: number): RiptideError {
  return new RiptideError('STORE_TIMEOUT', `the store did not answer within ${Math.round(ms)} ms`, {
    retryable: true,
  })
}
