import type { Clock } from '../../core/clock.js'
import { watchMemory } from './memory-watch.js'

/** What may end a task in a thread from outside. */
export interface TaskEnd {
  /** Aborts when the task is to be ended. */
  readonly signal: AbortSignal
  /** Ends it after so many ms. */
  after(clock: Clock, ms: number, why: string): void
  /** Ends it when the process has grown by so many MB from now on. */
  beyond(clock: Clock, mb: number, why: string): void
  /** Which of the limits ended it. */
  why(): string | undefined
  /** The task is over: no limit counts any more. */
  forget(): void
}

/** Ends a task with `outer`, and by the limits that are set. */
export function createEnd(outer: AbortSignal | undefined): TaskEnd {
  const ender = new AbortController()
  const limits: (() => void)[] = []
  let reason: string | undefined
  const end = (why?: string): void => {
    reason ??= why
    ender.abort()
  }
  const onAbort = (): void => end()
  if (outer?.aborted) onAbort()
  outer?.addEventListener('abort', onAbort, { once: true })
  return {
    signal: ender.signal,
    after: (clock, ms, why) => void limits.push(clock.after(ms, () => end(why))),
    beyond: (clock, mb, why) =>
      void limits.push(watchMemory({ clock, limitBytes: mb * 2 ** 20, over: () => end(why) })),
    why: () => reason,
    forget() {
      for (const stop of limits) stop()
      outer?.removeEventListener('abort', onAbort)
    },
  }
}
