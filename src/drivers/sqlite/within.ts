import { type Clock, systemClock } from '../../core/clock.js'

/** How long a host may take to close: whoever stops a service waits for it. */
export const closingMs = 2_000

/** Resolves when the work is over, however it ended, or when its time is up; then it goes on unwatched. */
export function within(
  ms: number,
  work: Promise<unknown>,
  clock: Pick<Clock, 'after'> = systemClock,
): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(ms, resolve)
    const end = (): void => {
      cancel()
      resolve()
    }
    work.then(end, end)
  })
}
