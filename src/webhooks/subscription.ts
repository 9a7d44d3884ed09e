import type { Webhook } from '../control-api.js'
import type { Setting } from '../core/queue-settings.js'
import { finalStates } from '../core/states.js'
import { readStored } from '../core/stored-json.js'
import { type WebhookEvent, eventOf } from '../core/webhook-event.js'
import { maskSecret } from './secret.js'

/** A secret, and until when deliveries are signed with it too; null for the one that stands. */
export interface KeptSecret {
  readonly secret: string
  readonly until: number | null
}

/** A subscription as its setting holds it. */
export interface Subscription {
  readonly url: string
  readonly events: readonly WebhookEvent[]
  readonly types: readonly string[] | null
  readonly enabled: boolean
  readonly disabledReason: string | null
  readonly description: string | null
  /** The one that stands comes first. */
  readonly secrets: readonly KeptSecret[]
  readonly createdAt: number
  readonly updatedAt: number
}

export const subscriptionPrefix = 'webhook/'

/** Most subscriptions of a namespace: each notice looks at all of them. */
export const mostSubscriptions = 100

export function subscriptionKey(id: string): string {
  return subscriptionPrefix + id
}

/** DECRYPTION_FAILED for one that cannot be opened. */
export function subscriptionOf(setting: Setting): Subscription {
  return readStored(setting) as Subscription
}

export function idOfSetting({ key }: Setting): string {
  return key.slice(subscriptionPrefix.length)
}

/** What the store shall make notices for: nothing while it is switched off. */
export function noticesOf({ enabled, events, types }: Subscription): readonly string[] {
  if (!enabled) return []
  const states = finalStates.filter((state) => events.includes(eventOf(state)))
  return states.flatMap((state) => (types ?? ['*']).map((type) => `${state}:${type}`))
}

/** Whether an event of a job is to be delivered. */
export function wants(subscription: Subscription, event: WebhookEvent, type: string): boolean {
  const { enabled, events, types } = subscription
  return enabled && events.includes(event) && (types === null || types.includes(type))
}

/** The secrets to sign with now, the one that stands first. */
export function secretsAt({ secrets }: Subscription, now: number): readonly string[] {
  return secrets.filter(({ until }) => until === null || until > now).map(({ secret }) => secret)
}

export function standingSecret({ secrets }: Subscription): string {
  return secrets[0]?.secret ?? ''
}

/** The subscription as everyone may see it. */
export function webhookOf(id: string, subscription: Subscription): Webhook {
  const { url, events, types, enabled, disabledReason, description, createdAt, updatedAt } = subscription
  return {
    id,
    url,
    events,
    types,
    enabled,
    disabledReason,
    description,
    secret: maskSecret(standingSecret(subscription)),
    createdAt,
    updatedAt,
  }
}
