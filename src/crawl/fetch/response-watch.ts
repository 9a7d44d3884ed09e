import { abortReason } from '../../core/abort.js'
import type { Clock } from '../../core/clock.js'
import { RiptideError } from '../../core/errors.js'
import { type Deadline, startTimer } from '../deadline.js'

export interface WatchOptions {
  readonly clock: Clock
  readonly signal: AbortSignal | undefined
  readonly totalTimeoutMs: number
  readonly idleTimeoutMs: number
  /** What takes too long, for the error. @default 'the page' */
  readonly what?: string | undefined
}

/** Watches over one fetch: its signal aborts with the outer one, when all time is used up, or when the server is silent. */
export interface ResponseWatch extends Deadline {
  readonly signal: AbortSignal
  /** From now on the server is expected to say something. */
  listen(): void
  /** It did. */
  heard(): void
  /** Aborts whatever is still under way. */
  abandon(): void
  /** Ends all timers. */
  end(): void
}

export function watchResponse({
  clock,
  signal: outer,
  totalTimeoutMs,
  idleTimeoutMs,
  what = 'the page',
}: WatchOptions): ResponseWatch {
  const controller = new AbortController()
  let listeningSince: number | undefined
  let stopIdleTimer: (() => void) | undefined

  const onOuterAbort = (): void => {
    if (outer) controller.abort(abortReason(outer))
  }
  const totalTimer = startTimer(clock, totalTimeoutMs, () =>
    controller.abort(
      new RiptideError('TIMEOUT', `${what} took longer than ${totalTimeoutMs} ms`, { retryable: true }),
    ),
  )
  outer?.addEventListener('abort', onOuterAbort, { once: true })
  if (outer?.aborted) onOuterAbort()

  const judge = (): void => {
    const silence = listeningSince === undefined ? 0 : clock.monotonic() - listeningSince
    if (silence < idleTimeoutMs) return arm(idleTimeoutMs - silence)
    controller.abort(
      new RiptideError('RESPONSE_IDLE', `the server sent nothing for ${idleTimeoutMs} ms`, {
        retryable: true,
      }),
    )
  }
  // One timer that is put off when it fires, not one for each chunk; and a turn for what is ready: in a busy process the
  // timer may come before the chunk that it waits for.
  const arm = (ms: number): void => {
    let stopTurn: (() => void) | undefined
    const stopTimer = clock.after(ms, () => {
      stopTurn = clock.soon(judge)
    })
    stopIdleTimer = () => {
      stopTimer()
      stopTurn?.()
    }
  }

  return {
    signal: controller.signal,
    pause: () => totalTimer.pause(),
    listen() {
      listeningSince = clock.monotonic()
      if (!stopIdleTimer && !controller.signal.aborted) arm(idleTimeoutMs)
    },
    heard() {
      listeningSince = undefined
    },
    abandon() {
      controller.abort(new RiptideError('ABORTED', 'the fetch is over'))
    },
    end() {
      totalTimer.end()
      stopIdleTimer?.()
      outer?.removeEventListener('abort', onOuterAbort)
    },
  }
}
