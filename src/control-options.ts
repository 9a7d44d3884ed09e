import { type Fields, asBoolean, asObject, integerIn, onlyKeys } from './core/check.js'
import { RiptideError } from './core/errors.js'
import { mostRateStarts } from './core/job-terms.js'
import type { QueueLimits } from './core/queue-adapter.js'
import { isWebhookSecret, secretRule } from './core/webhook-event.js'

/** Between which numbers of workers a service chooses, and by what. */
export interface ResolvedAutoscale {
  readonly min: number
  readonly max: number
  readonly targetP95WaitMs: number
}

export interface ResolvedWebhooks {
  readonly secret: string | null
  readonly concurrency: number
  readonly timeoutMs: number
  readonly allowHttp: boolean
}

/** A key that seals what is stored: 32 bytes, and the name by which sealed texts call it. */
export interface EncryptionKey {
  readonly id: string
  readonly key: Buffer
}

const code = 'CONFIG_INVALID'
const dayMs = 86_400_000
const keyBytes = 32
const mostKeys = 100

/** Limits of the whole queue; undefined for none. */
export function limitsOf(given: unknown): QueueLimits | undefined {
  if (given === undefined) return undefined
  const path = '/limits'
  const fields = asObject(given, { path, code })
  onlyKeys(fields, ['concurrency', 'rate'], { path, code })
  const { concurrency, rate } = fields
  const at = { path: `${path}/concurrency`, code } as const
  const limits = {
    concurrency: concurrency === undefined ? null : integerIn(concurrency, 1, 1_000_000, at),
    rate: rate === undefined ? null : rateOf(rate, `${path}/rate`),
  }
  return limits.concurrency === null && limits.rate === null ? undefined : Object.freeze(limits)
}

export function autoscaleOf(given: unknown, path: string): ResolvedAutoscale | undefined {
  if (given === undefined) return undefined
  const fields = asObject(given, { path, code })
  onlyKeys(fields, ['min', 'max', 'targetP95WaitMs'], { path, code })
  const { min, max, targetP95WaitMs: target } = fields
  const least = integerIn(min, 1, 1_000, { path: `${path}/min`, code })
  return Object.freeze({
    min: least,
    max: integerIn(max, least, 1_000, { path: `${path}/max`, code }),
    targetP95WaitMs:
      target === undefined ? 1_000 : integerIn(target, 1, dayMs, { path: `${path}/targetP95WaitMs`, code }),
  })
}

export function webhooksOf(given: unknown): ResolvedWebhooks {
  const path = '/webhooks'
  const fields = asSecretObject(given ?? {}, path)
  onlyKeys(fields, ['secret', 'concurrency', 'timeoutMs', 'allowHttp'], { path, code })
  const { secret, concurrency, timeoutMs, allowHttp } = fields
  if (secret !== undefined && !isWebhookSecret(secret))
    throw new RiptideError(code, `${path}/secret ${secretRule}`, { path: `${path}/secret` })
  const number = (value: unknown, otherwise: number, most: number, key: string): number =>
    value === undefined ? otherwise : integerIn(value, 1, most, { path: `${path}/${key}`, code })
  return Object.freeze({
    secret: secret ?? null,
    concurrency: number(concurrency, 10, 1_000, 'concurrency'),
    timeoutMs: number(timeoutMs, 15_000, 120_000, 'timeoutMs'),
    allowHttp: allowHttp === undefined ? true : asBoolean(allowHttp, { path: `${path}/allowHttp`, code }),
  })
}

/** The keys that seal and open what is stored, the one that seals first; undefined for none. No message tells one. */
export function encryptionOf(given: unknown): readonly EncryptionKey[] | undefined {
  if (given === undefined) return undefined
  const path = '/encryption'
  const fields = asSecretObject(given, path)
  onlyKeys(fields, ['keys'], { path, code })
  const { keys } = fields
  if (!Array.isArray(keys) || keys.length === 0 || keys.length > mostKeys)
    throw unsaid(`${path}/keys`, `must be an array of 1 to ${mostKeys} keys`)
  const all = Array.from(keys, (key: unknown, i) => keyOf(key, `${path}/keys/${i}`))
  const again = all.findIndex(({ id }, i) => all.findIndex((other) => other.id === id) < i)
  if (again < 0) return Object.freeze(all)
  throw unsaid(`${path}/keys/${again}/id`, 'must be of one key only')
}

// -------------------------------------------------------------------------------------------------------------------

function rateOf(given: unknown, path: string): NonNullable<QueueLimits['rate']> {
  const fields = asObject(given, { path, code })
  onlyKeys(fields, ['max', 'perMs'], { path, code })
  return Object.freeze({
    max: integerIn(fields['max'], 1, mostRateStarts, { path: `${path}/max`, code }),
    perMs: integerIn(fields['perMs'], 1, dayMs, { path: `${path}/perMs`, code }),
  })
}

function keyOf(given: unknown, path: string): EncryptionKey {
  const fields = asSecretObject(given, path)
  onlyKeys(fields, ['id', 'secret'], { path, code })
  const { id, secret } = fields
  if (typeof id !== 'string' || !/^[A-Za-z0-9_-]{1,50}$/.test(id))
    throw unsaid(`${path}/id`, 'must match [A-Za-z0-9_-]{1,50}')
  const key = keyIn(secret)
  if (key === undefined || key.length !== keyBytes)
    throw unsaid(`${path}/secret`, `must be ${keyBytes} bytes, as a Buffer or in base64`)
  return Object.freeze({ id, key })
}

/** As `asObject`, but that no message tells what came: it may be a secret in the place of what holds it. */
function asSecretObject(value: unknown, path: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields
  throw unsaid(path, 'must be an object')
}

function unsaid(path: string, rule: string): RiptideError {
  return new RiptideError(code, `${path} ${rule}`, { path })
}

function keyIn(secret: unknown): Buffer | undefined {
  if (secret instanceof Uint8Array) return Buffer.from(secret)
  if (typeof secret !== 'string' || !/^[A-Za-z0-9+/]{43}=?$/.test(secret)) return undefined
  return Buffer.from(secret, 'base64')
}
