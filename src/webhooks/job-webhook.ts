import { asObject, onlyKeys, wrong } from '../core/check.js'
import type { JobWebhook } from '../core/job-view.js'
import { webhookEvents } from '../core/webhook-event.js'
import type { WebhookDeps } from './deps.js'
import { asEvents } from './events.js'
import { asSecret, asTarget } from './secret.js'

/** The webhook of one job from what its submission says: a url, or one with events and a secret. */
export function jobWebhookOf(given: unknown, path: string, rules: Pick<WebhookDeps, 'checkUrl'>): JobWebhook {
  if (typeof given === 'string')
    return { url: asTarget(given, path, rules), events: webhookEvents, secret: null }
  const fields = asObject(given, { path })
  onlyKeys(fields, ['url', 'events', 'secret'], { path })
  const { url, events, secret } = fields
  if (url === undefined || url === null) throw wrong('REQUIRED', { path: `${path}/url` }, 'is required', url)
  return {
    url: asTarget(url, `${path}/url`, rules),
    events: asEvents(events, { path: `${path}/events` }),
    secret: secret === undefined ? null : asSecret(secret, `${path}/secret`),
  }
}
