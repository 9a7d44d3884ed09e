import { abortable } from '../core/abort.js'
import type { Clock } from '../core/clock.js'
import { RiptideError, isRiptideError } from '../core/errors.js'
import type { Random } from '../core/random.js'

/** How long and how often a step is sent to a store that does not answer. */
export interface PatienceOptions {
  readonly clock: Clock
  readonly random: Random
  /** Give up after this long, in ms. */
  readonly withinMs: number
  /** Stops waiting at once. */
  readonly signal?: AbortSignal | undefined
  readonly onTrouble?: (error: RiptideError) => void
}

const firstWaitMs = 25
const longestWaitMs = 1000
/** A call that is not answered is given up early enough for so many tries: its reply may be what got lost. */
const triesWithin = 4

/**
 * Sends a step until the store answers it. Every step may be sent twice (see the contract), so a lost reply is retried;
 * an error that is not retryable is thrown at once, the last one when the time is up, and STORE_TIMEOUT for a silent store.
 */
export async function untilAnswered<T>(send: () => Promise<T>, options: PatienceOptions): Promise<T> {
  const { clock, signal } = options
  const end = clock.monotonic() + options.withinMs
  for (let wait = firstWaitMs; ; wait = Math.min(wait * 2, longestWaitMs)) {
    try {
      const left = Math.max(1, end - clock.monotonic())
      return await abortable(
        answerBefore(send(), Math.min(left, options.withinMs / triesWithin), clock),
        signal,
      )
    } catch (thrown) {
      const error = asStoreError(thrown)
      if (!error.retryable || clock.monotonic() + wait >= end || signal?.aborted) throw error
      options.onTrouble?.(error)
      await clock.sleep(wait / 2 + (options.random() * wait) / 2, signal)
    }
  }
}

/** An error of the store as one of ours; what is unknown counts as a passing fault of the store. */
export function asStoreError(thrown: unknown): RiptideError {
  if (isRiptideError(thrown)) return thrown
  return new RiptideError('STORE_UNAVAILABLE', 'the store failed; see cause', {
    cause: thrown,
    retryable: true,
  })
}

/** An adapter whose promise never settles must not hold up the service for ever. */
function answerBefore<T>(answer: Promise<T>, withinMs: number, clock: Clock): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const cancel = clock.after(withinMs, () => {
      reject(
        new RiptideError('STORE_TIMEOUT', `the store did not answer within ${Math.round(withinMs)} ms`, {
          retryable: true,
        }),
      )
    })
    void answer.then(resolve, reject).then(cancel)
  })
}
