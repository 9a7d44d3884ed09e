import type { Clock } from './clock.js'
import type { Logger } from './logger.js'

/**
 * Where results that are too large for a job's record, cached pages and other texts are kept. The first three methods are
 * those of Keyv, so any Keyv is one; the others are used where they are.
 */
export interface StorageAdapter {
  /** The text under a key; undefined when there is none or its time is over. */
  get(key: string): Promise<string | undefined>
  /**
   * Keeps a text for `ttlMs`, or until it is deleted. Replaces what stands there. `bytes` is the length of the text in UTF-8 where that
   * is known: to count a text that was put together of large ones would copy it.
   */
  set(key: string, value: string, ttlMs?: number, bytes?: number): Promise<unknown>
  delete(key: string): Promise<unknown>
  /**
   * Keeps a text for `ttlMs` if exactly `expected` stands under the key (undefined: nothing does, or its time is over), in
   * one step; false, and nothing is changed, if not. False too where it was kept and the reply was lost on the way: whoever
   * can tell its own text from others looks again.
   */
  replace?(
    key: string,
    expected: string | undefined,
    value: string,
    ttlMs: number,
    bytes?: number,
  ): Promise<boolean>
  /** Removes what is over, at most `limit` entries, and says how many those were. */
  prune?(limit: number): Promise<number>
  /** Removes at most `limit` entries whose key begins so, and says how many those were. */
  deletePrefix?(prefix: string, limit: number): Promise<number>
  open?(options: StorageOpenOptions): Promise<void>
  close?(): Promise<void>
  /** True where no other process sees what stands here, so that there is nothing to agree on with any. @default false */
  readonly isPrivate?: boolean
}

export interface StorageOpenOptions {
  readonly logger: Logger
  /** Tests only: times are taken from here. */
  readonly clock?: Clock | undefined
}

/**
 * Where the result of one run is kept: no other run can write there, and readers follow the job's record. One that is kept in parts
 * says in its key how many these are.
 */
export function resultKey(jobId: string, generation: number, fence: string, parts = 1): string {
  const key = `result/${jobId}/${generation}/${fence}`
  return parts === 1 ? key : `${key}~${parts}`
}

/** The keys of the texts that a result is in. */
export function partKeys(key: string): readonly string[] {
  // Behind the last slash stands the fence, which is a number.
  const parts = /~(\d+)$/.exec(key.slice(key.lastIndexOf('/')))?.[1]
  return parts === undefined ? [key] : Array.from({ length: Number(parts) }, (_, i) => `${key}/${i}`)
}
