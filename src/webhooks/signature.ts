import { createHmac } from 'node:crypto'
import { secretPrefix } from '../core/webhook-event.js'

/** What is signed: the id of the message, when this try is sent, and the very bytes of the body. */
export interface SignedMessage {
  /** Without a dot, which parts the three. */
  readonly id: string
  /** In seconds since the epoch. */
  readonly timestamp: number
  readonly body: string
}

/**
 * The headers of Standard Webhooks 1.0.0: one signature for each secret, so that a receiver can go over from one to the other.
 * Without a secret the message is not signed.
 */
export function webhookHeaders(message: SignedMessage, secrets: readonly string[]): Record<string, string> {
  const signatures = secrets.map((secret) => sign(message, secret))
  return {
    'webhook-id': message.id,
    'webhook-timestamp': String(message.timestamp),
    ...(signatures.length === 0 ? {} : { 'webhook-signature': signatures.join(' ') }),
  }
}

function sign({ id, timestamp, body }: SignedMessage, secret: string): string {
  const key = Buffer.from(secret.slice(secretPrefix.length), 'base64')
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`
}
