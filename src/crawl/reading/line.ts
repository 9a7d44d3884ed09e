import { abortReason } from '../../core/abort.js'

/** So many at a time; the others wait, first come, first served. */
export interface Line {
  /** Resolves when there is a place; rejects with the reason of the signal, which leaves the line at once. */
  enter(signal: AbortSignal | undefined): Promise<void>
  /** Gives a place back. */
  leave(): void
  /** Nobody has a place, and so nobody waits. */
  isEmpty(): boolean
}

export function createLine(places: number): Line {
  const waiting = new Set<() => void>()
  let taken = 0
  return {
    enter: (signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(abortReason(signal))
        if (taken < places) {
          taken++
          return resolve()
        }
        const go = (): void => {
          signal?.removeEventListener('abort', onAbort)
          resolve()
        }
        const onAbort = (): void => {
          waiting.delete(go)
          if (signal) reject(abortReason(signal))
        }
        waiting.add(go)
        signal?.addEventListener('abort', onAbort, { once: true })
      }),
    leave() {
      const [next] = waiting
      if (next === undefined) return void taken--
      waiting.delete(next)
      next()
    },
    isEmpty: () => taken === 0,
  }
}
