import type { Clock } from '../core/clock.js'
import type { QueueAdapter } from '../core/queue-adapter.js'
import type { JobRecord } from '../core/queue-record.js'
import type { Random } from '../core/random.js'

/** The verbs of a store that webhooks need, each sent again by itself while the store is away. */
export type WebhookStore = Pick<
  QueueAdapter,
  'settings' | 'putSetting' | 'removeSetting' | 'get' | 'submit' | 'limits'
>

/** One try to deliver. */
export interface WebhookRequest {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly signal: AbortSignal
}

export interface WebhookAnswer {
  readonly status: number
  /** What `Retry-After` asks for, in ms. */
  readonly retryAfterMs: number | undefined
}

/**
 * Posts to a url whose host is checked where the connection is made; follows no redirect, and drops the body of the answer.
 * Rejects with a typed error when there is no answer.
 */
export type SendWebhook = (request: WebhookRequest) => Promise<WebhookAnswer>

/** The text of a job's result, as far as an event can carry it. */
export type EventResult = { readonly text: string } | 'none' | 'too large'

/** What webhooks are given by the service. */
export interface WebhookDeps {
  readonly store: WebhookStore
  readonly resultOf: (record: JobRecord) => Promise<EventResult>
  readonly send: SendWebhook
  /** The normalised form of a url that may be delivered to; URL_INVALID, URL_SCHEME, URL_BLOCKED ... otherwise. */
  readonly checkUrl: (value: unknown, path: string) => string
  /** Signs for webhooks of jobs that have no secret of their own. */
  readonly secret: string | null
  /** Deliveries at once. */
  readonly concurrency: number
  /** For timestamps, which receivers compare with their clocks. */
  readonly clock: Pick<Clock, 'now'>
  /** The store's time. */
  readonly now: () => number
  readonly random: Random
  readonly newId: () => string
}
