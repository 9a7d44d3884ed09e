import type { RiptideError } from '../../core/errors.js'
import type { LogFields, Logger } from '../../core/logger.js'
import type { QueueAdapter } from '../../core/queue-adapter.js'
import type { ErrorFacts } from './error-facts.js'
import type { Audience, Post } from './hints.js'
import type { HostFacts } from './running-host.js'

/** A method that answers later. */
type Asked = (...args: never[]) => Promise<unknown>

/** Whose texts: what belongs to the queue of the file, and what an app keeps there beside it. */
export type ShelfName = 'queue' | 'app'

/** Those verbs of the contract that are steps over the file. */
export type QueueVerb = Exclude<
  { [K in keyof QueueAdapter]-?: Required<QueueAdapter>[K] extends Asked ? K : never }[keyof QueueAdapter],
  'open' | 'close' | 'time'
>

/** The verbs of the contract as a host has them. */
export type QueueVerbs = {
  [V in QueueVerb]: (
    ...args: Parameters<Required<QueueAdapter>[V]>
  ) => Awaited<ReturnType<Required<QueueAdapter>[V]>>
}

/** What a host is asked for: the verbs of the contract, and those of a storage. */
export interface Verbs extends QueueVerbs {
  /** Has all who wait look, if there is work that nobody told of. */
  wake(): undefined
  readText(shelf: ShelfName, key: string): string | null
  /** For `ttlMs`, or for good where that is null. */
  keepText(shelf: ShelfName, key: string, text: string, ttlMs: number | null): undefined
  /** Only where exactly `expected` stands, or nothing if that is null. */
  replaceText(shelf: ShelfName, key: string, expected: string | null, text: string, ttlMs: number): boolean
  removeText(shelf: ShelfName, key: string): undefined
  removeOverdueTexts(shelf: ShelfName, limit: number): number
  removeTextsBelow(shelf: ShelfName, prefix: string, limit: number): number
}

export type Verb = keyof Verbs

/** One verb with its arguments, sent to a host. */
export interface Call<V extends Verb = Verb> {
  readonly verb: V
  readonly args: Parameters<Verbs[V]>
  /** The time of the caller's own clock, which only tests have; null for the host's. */
  readonly now: number | null
}

export type Answer<V extends Verb = Verb> = ReturnType<Verbs[V]>

/** How a call ended. */
export type Outcome =
  | { readonly kind: 'answer'; readonly value: unknown }
  | { readonly kind: 'failure'; readonly error: RiptideError }

/** To a host in a thread. What is sent at once goes together, in its order. */
export type ToThread =
  | { readonly kind: 'call'; readonly n: number; readonly call: Call }
  | { readonly kind: 'audience'; readonly audience: Audience }
  | { readonly kind: 'close' }
  /** What has not closed by now shall not wait any longer. */
  | { readonly kind: 'end' }

/** From a host in a thread, in the same way: what one transaction has to say goes together. */
export type FromThread =
  | { readonly kind: 'opened'; readonly facts: HostFacts }
  | { readonly kind: 'refused'; readonly error: ErrorFacts }
  | { readonly kind: 'answer'; readonly n: number; readonly value: unknown }
  | { readonly kind: 'failure'; readonly n: number; readonly error: ErrorFacts }
  | { readonly kind: 'posts'; readonly posts: readonly Post[] }
  | {
      readonly kind: 'log'
      readonly level: keyof Logger
      readonly message: string
      readonly fields: LogFields
    }
