/** Where every part of the library takes the time from; the tests put a fake one here. */
export interface Clock {
  /** Milliseconds since the epoch; may jump when the host's clock is set. */
  now(): number
  /** Milliseconds from an arbitrary start, with fractions; never goes back. */
  monotonic(): number
  /** Calls `run` once after `ms`; the answer cancels it. A time beyond 2^31-1 ms is kept, not overflowed. */
  after(ms: number, run: () => void): () => void
  /** Calls `run` in the next turn of the event loop, after the I/O that is ready now; the answer cancels it. */
  soon(run: () => void): () => void
  /** Resolves after `ms`; rejects with the signal's reason when it aborts, and leaves no listener behind. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

const longestTimer = 2 ** 31 - 1

/** The host's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, run) {
    let timer: NodeJS.Timeout
    const arm = (left: number): void => {
      const step = Math.min(Math.max(left, 0), longestTimer)
      timer = setTimeout(() => (left > step ? arm(left - step) : run()), step)
    }
    arm(ms)
    return () => clearTimeout(timer)
  },
  soon(run) {
    const turn = setImmediate(run)
    return () => clearImmediate(turn)
  },
  sleep: (ms, signal) => sleepBy(systemClock, ms, signal),
}

/** `sleep` for any clock that has `after`. */
export function sleepBy(clock: Pick<Clock, 'after'>, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error)
    const cancel = clock.after(ms, () => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    })
    const onAbort = (): void => {
      cancel()
      reject(signal?.reason as Error)
    }
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}

/** Resolves in the next turn of the event loop: long work lets others in between its steps. */
export function nextTurn(clock: Pick<Clock, 'soon'>): Promise<void> {
  return new Promise((resolve) => {
    clock.soon(resolve)
  })
}
