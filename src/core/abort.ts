import type { Clock } from './clock.js'
import { RiptideError } from './errors.js'

/** Throws the reason of a signal that has aborted; ABORTED when the reason is no error. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortReason(signal)
}

/** The reason of an aborted signal as one of our errors, its origin as the cause. */
export function abortReason(signal: AbortSignal): RiptideError {
  const reason: unknown = signal.reason
  if (reason instanceof RiptideError) return reason
  return new RiptideError('ABORTED', 'the operation was aborted by its signal', { cause: reason })
}

/** Settles as `work` does, or rejects when the signal aborts first; leaves no listener behind. */
export function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(abortReason(signal))
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
    void work.then(resolve, reject).then(() => signal.removeEventListener('abort', onAbort))
  })
}

/** How long something is waited for, and what is said when it did not come. */
export interface Deadline {
  readonly clock: Pick<Clock, 'after'>
  readonly ms: number
  readonly late: () => Error
  /** Stops waiting at once. */
  readonly signal?: AbortSignal | undefined
}

/** Settles as `work` does, or rejects when its time is over or the signal aborts; leaves no timer and no listener behind. */
export function before<T>(work: Promise<T>, { clock, ms, late, signal }: Deadline): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const leave = (): void => {
      cancel()
      signal?.removeEventListener('abort', onAbort)
    }
    const fail = (error: Error): void => {
      leave()
      reject(error)
    }
    const onAbort = (): void => {
      if (signal) fail(abortReason(signal))
    }
    const cancel = clock.after(ms, () => fail(late()))
    if (signal?.aborted) onAbort()
    else signal?.addEventListener('abort', onAbort, { once: true })
    work.then((value) => {
      leave()
      resolve(value)
    }, fail)
  })
}

/** A promise and the means to settle it from outside. */
export interface Deferred<T> {
  readonly promise: Promise<T>
  resolve(value: T): void
  reject(error: unknown): void
}

export function deferred<T>(): Deferred<T> {
  let resolve!: (value: T) => void
  let reject!: (error: unknown) => void
  const promise = new Promise<T>((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
}
