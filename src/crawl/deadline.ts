import { abortReason } from '../core/abort.js'
import type { Clock } from '../core/clock.js'
import { RiptideError } from '../core/errors.js'

/**
 * Runs `work` with a signal that aborts with `outer`, or with TIMEOUT after `ms`; rejects as soon as it does, whatever the
 * work makes of it. Leaves no timer and no listener behind.
 */
export function withDeadline<T>(
  clock: Clock,
  ms: number,
  outer: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  // Not AbortSignal.any: what it makes is held by the outer signal for as long as that lives, which is a job's whole run.
  const inner = new AbortController()
  return new Promise<T>((resolve, reject) => {
    const letGo = (): void => {
      cancel()
      outer.removeEventListener('abort', onOuter)
    }
    const abort = (reason: RiptideError): void => {
      letGo()
      reject(reason)
      inner.abort(reason)
    }
    const onOuter = (): void => abort(abortReason(outer))
    const cancel = clock.after(ms, () =>
      abort(new RiptideError('TIMEOUT', `the page took longer than ${ms} ms`, { retryable: true })),
    )
    if (outer.aborted) return onOuter()
    outer.addEventListener('abort', onOuter, { once: true })
    work(inner.signal).finally(letGo).then(resolve, reject)
  })
}
