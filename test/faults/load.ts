import { setTimeout as pause } from 'node:timers/promises'
import { isRiptideError } from '../../src/core/errors.js'
import { type Fleet, type Producer, jobs } from './fleet.js'

export interface LoadOptions {
  /** Jobs that are submitted together. */
  readonly batch?: number
  /** How long each of them runs. */
  readonly ms?: number
  /** Between the answer to some and the next. */
  readonly everyMs?: number
}

/** What came of a load. */
export interface Loaded {
  readonly acknowledged: number
  /** The codes of what failed in passing; any other failure is thrown. */
  readonly refused: readonly string[]
}

/** Submits jobs to a fleet again and again; answers how to stop. */
export function startLoad(
  fleet: Fleet,
  producer: Producer,
  { batch = 4, ms = 10, everyMs = 20 }: LoadOptions = {},
): () => Promise<Loaded> {
  let isOver = false
  let acknowledged = 0
  const refused: string[] = []
  const submitting = (async () => {
    while (!isOver) {
      try {
        acknowledged += (await fleet.submit(producer, jobs(batch, 'work', { ms }))).length
      } catch (thrown) {
        if (!isRiptideError(thrown) || !thrown.retryable) throw thrown
        refused.push(thrown.code)
      }
      await pause(everyMs)
    }
  })()
  submitting.catch(() => undefined)
  return async () => {
    isOver = true
    await submitting
    return { acknowledged, refused }
  }
}
