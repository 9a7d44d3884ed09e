import type { FinalStatus } from './states.js'

/** What a webhook can be told of. */
export const webhookEvents = ['job.completed', 'job.dead_letter', 'job.cancelled'] as const

export type WebhookEvent = (typeof webhookEvents)[number]

export function eventOf(status: FinalStatus): WebhookEvent {
  return `job.${status}`
}

/** How the text of a secret begins, by Standard Webhooks. */
export const secretPrefix = 'whsec_'

/** What a secret must be, for the end of a sentence; the value itself never goes into a message. */
export const secretRule = 'must be "whsec_" and base64 of 24 to 64 bytes'

/** Whether a value is a secret that deliveries can be signed with. */
export function isWebhookSecret(value: unknown): value is string {
  if (typeof value !== 'string' || !value.startsWith(secretPrefix)) return false
  const text = value.slice(secretPrefix.length)
  // Up to 64 bytes; `Buffer` passes over what is no base64.
  if (!/^[A-Za-z0-9+/]{32,86}={0,2}$/.test(text)) return false
  const key = Buffer.from(text, 'base64')
  const isWhole = withoutPadding(key.toString('base64')) === withoutPadding(text)
  return isWhole && key.length >= 24 && key.length <= 64
}

function withoutPadding(base64: string): string {
  return base64.replace(/=+$/, '')
}
