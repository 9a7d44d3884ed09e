import { setMaxListeners } from 'node:events'
import { abortReason, abortable, throwIfAborted } from '../core/abort.js'
import { RiptideError } from '../core/errors.js'

/**
 * Runs with a signal that aborts with the outer one, and as soon as the run has ended, well or not: of a crawl that fails
 * nothing goes on fetching for nobody. Rejects with the reason of the outer signal at once.
 */
export async function withOwnSignal<T>(
  outer: AbortSignal,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  throwIfAborted(outer)
  const own = new AbortController()
  // Each url under way listens, and leaves when it ends: that is no leak, however many there are.
  setMaxListeners(0, own.signal)
  const onAbort = (): void => own.abort(abortReason(outer))
  outer.addEventListener('abort', onAbort, { once: true })
  try {
    return await abortable(run(own.signal), outer)
  } finally {
    outer.removeEventListener('abort', onAbort)
    own.abort(new RiptideError('ABORTED', 'the crawl has ended'))
  }
}
