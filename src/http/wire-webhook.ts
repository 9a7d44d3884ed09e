import { type Fields, wrong } from '../core/check.js'
import { formatInstant } from '../core/instant.js'
import type { Webhook, WebhookChange, WebhookInput } from '../control-api.js'
import { knownOnly, passed } from './wire-fields.js'

/** The fields of a webhook, and what they are called inside. */
export const webhookWords = new Map([
  ['url', 'url'],
  ['events', 'events'],
  ['job_types', 'types'],
  ['secret', 'secret'],
  ['enabled', 'enabled'],
  ['description', 'description'],
])

/** The field of a rotation, and what it is called inside. */
export const rotationWords = new Map([['keep_old_ms', 'keepOldMs']])

/** The body of `POST /workers/webhooks`; what is wrong with the values is for the service to say. */
export function webhookIn(body: Fields): WebhookInput {
  knownOnly(body, [...webhookWords.keys()])
  const { url } = body
  if (url === undefined || url === null) throw wrong('REQUIRED', { path: '/url' }, 'is required', url)
  return valuesIn(body) as unknown as WebhookInput
}

/** The body of `PATCH /workers/webhooks/:webhook_id`: what is not given stays; null is all types again, or no description. */
export function webhookChangeIn(body: Fields): WebhookChange {
  knownOnly(body, [...webhookWords.keys()])
  return {
    ...valuesIn(body),
    ...(body['job_types'] === null ? { types: null } : {}),
    ...(body['description'] === null ? { description: null } : {}),
  }
}

/** The body of `POST /workers/webhooks/:webhook_id/rotate-secret`. */
export function rotationIn(body: Fields): { keepOldMs?: number } {
  knownOnly(body, [...rotationWords.keys()])
  return passed(body, 'keep_old_ms', 'keepOldMs')
}

/** A webhook. Its secret is as the service tells it: whole in the answer that made it, masked in all others. */
export function webhookOut(webhook: Webhook): object {
  return {
    id: webhook.id,
    url: webhook.url,
    events: webhook.events,
    job_types: webhook.types,
    enabled: webhook.enabled,
    disabled_reason: webhook.disabledReason,
    description: webhook.description,
    secret: webhook.secret,
    created_at: formatInstant(webhook.createdAt),
    updated_at: formatInstant(webhook.updatedAt),
  }
}

// -------------------------------------------------------------------------------------------------------------------

function valuesIn(body: Fields): Fields {
  const parts = [...webhookWords].map(([wire, inside]) => passed(body, wire, inside))
  return Object.assign({}, ...parts) as Fields
}
