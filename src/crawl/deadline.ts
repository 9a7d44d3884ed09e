import { abortReason } from '../core/abort.js'
import type { Clock } from '../core/clock.js'
import { RiptideError } from '../core/errors.js'

/** A time limit that can stand still. */
export interface Deadline {
  /**
   * Stops the time until the answer is called, which may happen more than once. Pauses may overlap: the time goes on when
   * the last one ends.
   */
  pause(): () => void
}

/**
 * Runs `work` with a signal that aborts with `outer`, or with TIMEOUT after `ms` in which the deadline was not paused; rejects
 * as soon as it does, whatever the work makes of it. Leaves no timer and no listener behind.
 */
export function withDeadline<T>(
  clock: Clock,
  ms: number,
  outer: AbortSignal,
  work: (signal: AbortSignal, deadline: Deadline) => Promise<T>,
): Promise<T> {
  // Not AbortSignal.any: what it makes is held by the outer signal for as long as that lives, which is a job's whole run.
  const inner = new AbortController()
  return new Promise<T>((resolve, reject) => {
    const letGo = (): void => {
      timer.end()
      outer.removeEventListener('abort', onOuter)
    }
    const abort = (reason: RiptideError): void => {
      letGo()
      reject(reason)
      inner.abort(reason)
    }
    const onOuter = (): void => abort(abortReason(outer))
    const timer = startTimer(clock, ms, () =>
      abort(new RiptideError('TIMEOUT', `the page took longer than ${ms} ms`, { retryable: true })),
    )
    if (outer.aborted) return onOuter()
    outer.addEventListener('abort', onOuter, { once: true })
    work(inner.signal, timer).finally(letGo).then(resolve, reject)
  })
}

/** A timer that can be paused, and ended for good. */
export interface PausableTimer extends Deadline {
  end(): void
}

/** Calls `run` once, after `ms` in which it was not paused. */
export function startTimer(clock: Clock, ms: number, run: () => void): PausableTimer {
  let left = ms
  let startedAt = clock.monotonic()
  let pauses = 0
  let isOver = false
  const fire = (): void => {
    isOver = true
    run()
  }
  let cancel = clock.after(ms, fire)
  return {
    pause() {
      if (isOver) return () => undefined
      if (pauses++ === 0) {
        cancel()
        left -= clock.monotonic() - startedAt
      }
      let isPaused = true
      return () => {
        if (!isPaused) return
        isPaused = false
        if (--pauses > 0 || isOver) return
        startedAt = clock.monotonic()
        cancel = clock.after(left, fire)
      }
    },
    end() {
      isOver = true
      cancel()
    },
  }
}

/** The deadlines of all who wait for one thing: what pauses the group pauses each of them. */
export interface DeadlineGroup extends Deadline {
  /** Counts from now on, and takes part in a pause that goes on; the answer takes it out again. */
  join(deadline: Deadline): () => void
}

export function createDeadlineGroup(): DeadlineGroup {
  /** Each member, and what ends its pause while the group stands still. */
  const members = new Map<symbol, { readonly deadline: Deadline; resume: (() => void) | undefined }>()
  let pauses = 0
  return {
    join(deadline) {
      const member = Symbol('deadline')
      members.set(member, { deadline, resume: pauses > 0 ? deadline.pause() : undefined })
      return () => {
        members.get(member)?.resume?.()
        members.delete(member)
      }
    },
    pause() {
      if (pauses++ === 0) for (const member of members.values()) member.resume = member.deadline.pause()
      let isPaused = true
      return () => {
        if (!isPaused) return
        isPaused = false
        if (--pauses > 0) return
        for (const member of members.values()) {
          member.resume?.()
          member.resume = undefined
        }
      }
    },
  }
}
