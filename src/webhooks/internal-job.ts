import { type AnyJobDefinition, type JobContext, defineJob } from '../core/handler.js'
import type { CustomBackoff } from '../core/retry.js'

export interface InternalJob {
  readonly name: string
  /** Slots of its own, so that it takes none from the app's jobs, nor waits for one. */
  readonly ownSlots: number
  readonly maxAttempts: number
  readonly delay: CustomBackoff
  readonly timeoutMs: number
  readonly handler: (payload: unknown, ctx: JobContext) => Promise<unknown>
}

/** A kind of job that the library submits to itself. */
export function internalJob({
  name,
  ownSlots,
  maxAttempts,
  delay,
  timeoutMs,
  handler,
}: InternalJob): AnyJobDefinition {
  const made = defineJob<unknown, unknown>({ name, retry: { maxAttempts, delay }, timeoutMs, handler })
  const definition = Object.freeze({ ...made.definition, ownSlots })
  return Object.freeze(Object.assign((payload?: unknown) => made(payload), { jobName: name, definition }))
}
