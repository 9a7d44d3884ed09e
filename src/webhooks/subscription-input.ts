import { asBoolean, asId, asObject, asText, onlyKeys, wrong } from '../core/check.js'
import { RiptideError, describe } from '../core/errors.js'
import { internalPrefix } from '../core/job-terms.js'
import { pointer } from '../core/json.js'
import type { WebhookDeps } from './deps.js'
import { asEvents } from './events.js'
import { asSecret, asTarget, maskSecret, newSecret } from './secret.js'
import { type Subscription, standingSecret } from './subscription.js'

const keys = ['url', 'events', 'types', 'secret', 'enabled', 'description']
const mostTypes = 100

/** A subscription from what a user gave. */
export function newSubscription(
  given: unknown,
  rules: Pick<WebhookDeps, 'checkUrl'>,
  now: number,
): Subscription {
  const fields = asObject(given, { path: '', code: 'ARGUMENT_INVALID' })
  onlyKeys(fields, keys, { path: '' })
  const { url, events, types, secret, enabled, description } = fields
  if (url === undefined || url === null) throw wrong('REQUIRED', { path: '/url' }, 'is required', url)
  return {
    url: asTarget(url, '/url', rules),
    events: asEvents(events, { path: '/events' }),
    types: types === undefined ? null : asTypes(types),
    enabled: enabled === undefined ? true : asBoolean(enabled, { path: '/enabled' }),
    disabledReason: null,
    description: description === undefined ? null : asDescription(description),
    secrets: [{ secret: secret === undefined ? newSecret() : asSecret(secret, '/secret'), until: null }],
    createdAt: now,
    updatedAt: now,
  }
}

/** The subscription with what a user wants changed; what is not given stays. Says the same itself when nothing changes. */
export function changedSubscription(
  standing: Subscription,
  given: unknown,
  rules: Pick<WebhookDeps, 'checkUrl'>,
  now: number,
): Subscription {
  const fields = asObject(given, { path: '', code: 'ARGUMENT_INVALID' })
  onlyKeys(fields, keys, { path: '' })
  const { url, events, types, secret, enabled, description } = fields
  const changed: Subscription = {
    ...standing,
    ...(url === undefined ? {} : { url: asTarget(url, '/url', rules) }),
    ...(events === undefined ? {} : { events: asEvents(events, { path: '/events' }) }),
    ...(types === undefined ? {} : { types: types === null ? null : asTypes(types) }),
    ...(description === undefined
      ? {}
      : { description: description === null ? null : asDescription(description) }),
    ...(enabled === undefined
      ? {}
      : { enabled: asBoolean(enabled, { path: '/enabled' }), disabledReason: null }),
    ...(secret === undefined || isMaskOf(standing, secret)
      ? {}
      : { secrets: [{ secret: asSecret(secret, '/secret'), until: null }] }),
  }
  return JSON.stringify(changed) === JSON.stringify(standing) ? standing : { ...changed, updatedAt: now }
}

// -------------------------------------------------------------------------------------------------------------------

/** What a client sends back that was shown the mask. */
function isMaskOf(standing: Subscription, secret: unknown): boolean {
  return secret === maskSecret(standingSecret(standing))
}

function asTypes(value: unknown): readonly string[] {
  const path = '/types'
  const rule = `must be a list of 1 to ${mostTypes} types of job`
  if (!Array.isArray(value)) throw wrong('TYPE_MISMATCH', { path }, rule, value)
  const types: readonly unknown[] = value
  if (types.length === 0 || types.length > mostTypes) throw wrong('RANGE', { path }, rule, value)
  return [...new Set(Array.from(types, (type, i) => asType(type, pointer(path, i))))]
}

function asType(value: unknown, path: string): string {
  const type = asId(value, { path, code: 'NAME_INVALID' })
  if (!type.startsWith(internalPrefix)) return type
  throw new RiptideError(
    'NAME_INVALID',
    `${path} names a type of the library's own, of which there are no events; got ${describe(type)}`,
    { path },
  )
}

function asDescription(value: unknown): string {
  return asText(value, 200, { path: '/description' })
}
