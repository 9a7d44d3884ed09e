import { type Clock, nextTurn } from './clock.js'

/** Resolves when it is the caller's turn to work. */
export type TakeTurn = () => Promise<void>

/**
 * Turns of the event loop for callers in line, so many as fit into `turnMs` in each of them, and at least one: when much is to be
 * done at once the app's own requests, and the heartbeats of the jobs, come in between.
 */
export function createTurns(clock: Pick<Clock, 'monotonic' | 'soon'>, turnMs: number): TakeTurn {
  let last = Promise.resolve()
  let endsAt = -Infinity
  const next = async (): Promise<void> => {
    if (clock.monotonic() < endsAt) return
    await nextTurn(clock)
    endsAt = clock.monotonic() + turnMs
  }
  return () => (last = last.then(next))
}
