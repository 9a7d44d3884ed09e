import { type Fields, asId, asObject, asText, integerIn, oneOf, onlyKeys, wrong } from '../core/check.js'
import { RiptideError, describe } from '../core/errors.js'
import {
  type ConcurrencyLimit,
  type DedupeRule,
  type Dependency,
  type JobTerms,
  type RateLimit,
  dedupeModes,
  failureRules,
  internalPrefix,
  mostDependencies,
  mostRateStarts,
} from '../core/job-terms.js'
import type { JobWebhook } from '../core/job-view.js'
import { type FinalStatus, finalStates } from '../core/states.js'
import { eventOf } from '../core/webhook-event.js'

/** Reads the webhook of one job, below a path. */
export type WebhookReader = (given: unknown, path: string) => JobWebhook

/** What a submission says of other jobs, of limits it shares, and of whom to tell. */
export interface ReadTerms {
  /** Undefined for the many that say nothing. */
  readonly terms: JobTerms | undefined
  readonly dedupeKey: string | null
  readonly dependsOn: readonly string[] | undefined
  readonly webhook: JobWebhook | undefined
}

/** Terms that a schedule can give to its jobs. */
export const sharedTermKeys = ['concurrencyKey', 'rateLimit', 'webhook']
export const termKeys = [...sharedTermKeys, 'dedupeKey', 'dependsOn']

const longestKey = 500
const mostAtOnce = 1_000_000
const longestRateMs = 86_400_000
const longestWindowMs = 30 * 86_400_000

/** The terms among the fields of a submission; `id` is the job's own, if it has been given one. */
export function readTerms(given: Fields, id: string | undefined, webhookOf: WebhookReader): ReadTerms {
  const { dedupeKey } = given
  if (termKeys.every((key) => given[key] === undefined)) return none
  const dedupe = dedupeKey === undefined ? undefined : dedupeOf(dedupeKey)
  const webhook = given['webhook'] === undefined ? undefined : webhookOf(given['webhook'], '/webhook')
  const own: JobTerms = {
    dependsOn: given['dependsOn'] === undefined ? [] : dependenciesOf(given['dependsOn'], id),
    concurrency: given['concurrencyKey'] === undefined ? null : concurrencyOf(given['concurrencyKey']),
    rate: given['rateLimit'] === undefined ? null : rateOf(given['rateLimit']),
    dedupe: dedupe?.rule ?? null,
    notices: webhook === undefined ? [] : noticesOf(webhook),
    scheduleId: null,
  }
  return {
    terms: isNothing(own) ? undefined : own,
    dedupeKey: dedupe?.key ?? null,
    dependsOn: own.dependsOn.length === 0 ? undefined : own.dependsOn.map((one) => one.id),
    webhook,
  }
}

// -------------------------------------------------------------------------------------------------------------------

const none: ReadTerms = { terms: undefined, dedupeKey: null, dependsOn: undefined, webhook: undefined }

function isNothing({ dependsOn, concurrency, rate, dedupe, notices }: JobTerms): boolean {
  const hasLimits = concurrency !== null || rate !== null || dedupe !== null
  return !hasLimits && dependsOn.length === 0 && notices.length === 0
}

/** Each job once, in the order of the list. */
function dependenciesOf(given: unknown, own: string | undefined): readonly Dependency[] {
  const path = '/dependsOn'
  if (!Array.isArray(given)) throw wrong('TYPE_MISMATCH', { path }, 'must be an array of ids', given)
  if (given.length > mostDependencies) {
    const text = `${path} must have at most ${mostDependencies} entries; got ${given.length}`
    throw new RiptideError('RANGE', text, { path, facts: { limit: mostDependencies } })
  }
  const all = new Map<string, Dependency>()
  Array.from(given, (entry: unknown, i) => {
    const one = dependencyOf(entry, `${path}/${i}`)
    if (one.id === own) throw onItself(one.id, `${path}/${i}`)
    const before = all.get(one.id)
    if (before && before.onFailure !== one.onFailure) throw twoRules(before, one, `${path}/${i}`)
    all.set(one.id, one)
  })
  return [...all.values()]
}

function dependencyOf(given: unknown, path: string): Dependency {
  if (typeof given === 'string') return { id: asId(given, { path }), onFailure: 'fail' }
  const fields = asObject(given, { path })
  onlyKeys(fields, ['id', 'onFailure'], { path })
  const { id, onFailure } = fields
  return {
    id: asId(id, { path: `${path}/id` }),
    onFailure:
      onFailure === undefined ? 'fail' : oneOf(onFailure, failureRules, { path: `${path}/onFailure` }),
  }
}

function concurrencyOf(given: unknown): ConcurrencyLimit {
  const path = '/concurrencyKey'
  if (typeof given === 'string') return { key: asKey(given, path), max: 1 }
  const fields = asObject(given, { path })
  onlyKeys(fields, ['key', 'max'], { path })
  const { key, max } = fields
  return {
    key: asKey(key, `${path}/key`),
    max: max === undefined ? 1 : integerIn(max, 1, mostAtOnce, { path: `${path}/max` }),
  }
}

/** The key of a limit. The library's own would let whoever submits hold up deliveries. */
function asKey(given: unknown, path: string): string {
  const key = asText(given, longestKey, { path })
  if (!key.startsWith(internalPrefix)) return key
  throw wrong('NAME_INVALID', { path }, `must not begin with "${internalPrefix}"`, key)
}

function rateOf(given: unknown): RateLimit {
  const path = '/rateLimit'
  const fields = asObject(given, { path })
  onlyKeys(fields, ['key', 'max', 'perMs'], { path })
  return {
    key: asKey(fields['key'], `${path}/key`),
    max: integerIn(fields['max'], 1, mostRateStarts, { path: `${path}/max` }),
    perMs: integerIn(fields['perMs'], 1, longestRateMs, { path: `${path}/perMs` }),
  }
}

function dedupeOf(given: unknown): { readonly key: string; readonly rule: DedupeRule | null } {
  const path = '/dedupeKey'
  if (typeof given !== 'object' || given === null)
    return { key: asText(given, longestKey, { path }), rule: null }
  const fields = asObject(given, { path })
  onlyKeys(fields, ['key', 'mode', 'windowMs'], { path })
  const key = asText(fields['key'], longestKey, { path: `${path}/key` })
  const mode =
    fields['mode'] === undefined ? 'keep' : oneOf(fields['mode'], dedupeModes, { path: `${path}/mode` })
  const at = { path: `${path}/windowMs` }
  const windowMs =
    fields['windowMs'] === undefined ? null : integerIn(fields['windowMs'], 1, longestWindowMs, at)
  if (windowMs === null && (mode === 'debounce' || mode === 'throttle'))
    throw wrong('REQUIRED', at, `is required with the mode ${mode}`, undefined)
  if (windowMs !== null && mode === 'replace')
    throw wrong('FIELDS_CONFLICT', at, 'has no meaning with the mode replace', windowMs)
  return { key, rule: mode === 'keep' && windowMs === null ? null : { mode, windowMs } }
}

/** The ends that a webhook is told of. */
function noticesOf({ events }: JobWebhook): readonly FinalStatus[] {
  return finalStates.filter((status) => events.includes(eventOf(status)))
}

function onItself(id: string, path: string): RiptideError {
  const text = `${path}: the job ${describe(id)} cannot depend on itself`
  return new RiptideError('DEPENDENCY_CYCLE', text, { path, facts: { cycle: [id] } })
}

function twoRules(first: Dependency, second: Dependency, path: string): RiptideError {
  const text = `${path} names ${describe(second.id)} again, with onFailure "${second.onFailure}" and not "${first.onFailure}"`
  return new RiptideError('FIELDS_CONFLICT', text, { path })
}
