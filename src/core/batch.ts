import { asObject, integerIn, onlyKeys } from './check.js'
import { RiptideError, describe, isRiptideError } from './errors.js'
import type { JobContext } from './handler.js'

/** When jobs of a kind go together into its handler. */
export interface BatchOptions {
  /** Most jobs of one batch, 1 to 1,000. So many that wait go at once. */
  readonly size: number
  /** How long the first of them waits for others, 0 to 60,000. @default 0: those that came together go together */
  readonly maxWaitMs?: number | undefined
}

/**
 * Runs many jobs of a kind at once. What it returns has an entry for each payload, in their order: the result of that job, or
 * an Error, which is how that job failed (PermanentError and RetryAfterError say what they always do). What it throws is how
 * all of them failed.
 */
export type BatchHandler<Payload, Output> = (
  payloads: readonly Payload[],
  contexts: readonly JobContext[],
) => readonly Output[] | Promise<readonly Output[]>

/** The batches of a kind of job, every setting in place. */
export interface Batch<Payload, Output> {
  readonly size: number
  readonly maxWaitMs: number
  readonly handler: BatchHandler<Payload, Output>
}

/** The same, for a batch of any payloads. A method, so that its parameters are compared both ways. */
export interface AnyBatch {
  readonly size: number
  readonly maxWaitMs: number
  handler(payloads: readonly unknown[], contexts: readonly JobContext[]): unknown
}

/** Checks the options; CONFIG_INVALID. */
export function batchOf<Payload, Output>(
  options: BatchOptions,
  handler: BatchHandler<Payload, Output>,
): Batch<Payload, Output> {
  const code = 'CONFIG_INVALID'
  const given = asObject(options, { path: '/batch', code })
  onlyKeys(given, ['size', 'maxWaitMs'], { path: '/batch', code })
  const { size, maxWaitMs = 0 } = given
  return Object.freeze({
    size: integerIn(size, 1, 1_000, { path: '/batch/size', code }),
    maxWaitMs: integerIn(maxWaitMs, 0, 60_000, { path: '/batch/maxWaitMs', code }),
    handler,
  })
}

/** What the handler says of each payload; JOB_FAILED when that is not one entry for each. */
export async function entriesOf(
  batch: AnyBatch,
  payloads: readonly unknown[],
  contexts: readonly JobContext[],
): Promise<readonly unknown[]> {
  const entries: unknown = await batch.handler(payloads, contexts)
  if (Array.isArray(entries) && entries.length === payloads.length) return Array.from(entries as unknown[])
  // Those of them that reject would otherwise be nobody's, and end the process.
  if (Array.isArray(entries))
    for (const entry of entries as unknown[]) Promise.resolve(entry).catch(() => undefined)
  const rule = `the handler of a batch must return an array with one entry for each of its ${payloads.length} payloads`
  throw new RiptideError('JOB_FAILED', `${rule}; got ${describe(entries)}`)
}

/** The result that an entry is; throws what it says is wrong. */
export async function resultOfEntry(entry: unknown): Promise<unknown> {
  const value = await entry
  if (value instanceof Error || isRiptideError(value)) throw value
  return value
}
