import type { Priority } from './priority.js'
import type { JobRecord } from './queue-record.js'
import type { JobStatus } from './states.js'

export interface ControlRequest {
  readonly id: string
  /** Of this request: the same token again gets the same answer. */
  readonly token: string
}

export interface CancelRequest extends ControlRequest {
  readonly reason: string | null
}

export type ControlAnswer =
  | { readonly kind: 'done'; readonly job: JobRecord; readonly from: JobStatus }
  | { readonly kind: 'conflict'; readonly status: JobStatus }
  | { readonly kind: 'missing' }

export interface ReprioritiseRequest extends ControlRequest {
  readonly priority: Priority
}

export type DiscardAnswer =
  | { readonly kind: 'done' }
  | { readonly kind: 'conflict'; readonly status: JobStatus }
  | { readonly kind: 'held' }
  /** Also for a request that was done and is sent again. */
  | { readonly kind: 'missing' }

export interface Pauses {
  /** The whole queue is. */
  readonly queue: boolean
  /** Types that are by themselves, in any order. */
  readonly types: readonly string[]
}

/** Null asks for nothing. */
export interface KeyQuery {
  readonly concurrency: string | null
  readonly rate: string | null
  /** The rate of the whole queue, as the asker sends it with its claims. */
  readonly queueRate?: { readonly max: number; readonly perMs: number } | null | undefined
}

export interface KeyState {
  /** Null for a key that no live job has. */
  readonly concurrency: { readonly max: number; readonly running: number } | null
  /** `freeAt`: from when on the next start is allowed, in ms; null for now. */
  readonly rate: { readonly max: number; readonly perMs: number; readonly freeAt: number | null } | null
  /** From when on the rate of the whole queue allows the next start, in ms; null for now, or when it was not asked for. */
  readonly queueFreeAt: number | null
}
