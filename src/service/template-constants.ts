import type { Template } from '../control-api.js'
import type { Fields } from '../core/check.js'
import { RiptideError } from '../core/errors.js'
import { inputNow } from '../core/input.js'
import type { Hub } from './hub.js'
import { specOf } from './spec.js'
import { below, checkOptions, readable } from './submission.js'
import type { WebhookReader } from './terms.js'

/**
 * Checks what a template says without a place for a parameter, as a submission would: what is wrong there is wrong in each job. The
 * payload of a job of the app's own is left to its schema, which another process may have.
 */
export function checkConstants({ job, options }: Pick<Template, 'job' | 'options'>, hub: Hub): void {
  const webhookOf: WebhookReader = (given, path) => hub.builtIn.webhooks.targetOf(given, path)
  inside('/options', () => checkOptions(filled({ ...options }), webhookOf))
  inside('/job', () => checkJob(job as unknown as Fields, hub))
}

// -------------------------------------------------------------------------------------------------------------------

/** What stands for a parameter where a field cannot be left out. */
const standIns: Readonly<Record<string, unknown>> = {
  key: 'x',
  max: 1,
  perMs: 1,
  windowMs: 1,
}

/** Options of several fields, each of which is checked by itself. */
const composed = ['concurrencyKey', 'rateLimit', 'dedupeKey', 'retry']

/** Options without what has a place: such a field is left out, or, within one of several fields, has something that fits. */
function filled(options: Fields): Fields {
  const entries = Object.entries(options).map(([key, value]) => {
    if (!hasPlace(value)) return [key, value]
    return [key, composed.includes(key) && isFields(value) ? filledIn(value) : undefined]
  })
  return Object.fromEntries(entries) as Fields
}

function filledIn(value: Fields): Fields {
  const entries = Object.entries(value).map(([key, item]) => [key, hasPlace(item) ? standIns[key] : item])
  return Object.fromEntries(entries) as Fields
}

/** The kind of job, and of a crawl its urls: none of them may be one that no crawl may fetch. */
function checkJob(job: Fields, hub: Hub): void {
  const spec = specOf(isWhole(job) ? job : withoutPlaces(job))
  const schema = hub.registry.find(spec.type)?.definition.definition.input
  const isOurs = hub.builtIn.definitions.some(({ jobName }) => jobName === spec.type)
  if (!schema || !isOurs || !canBeChecked(job)) return
  inputNow(schema, spec.payload, (message, at, cause) => {
    return new RiptideError('INPUT_INVALID', message, { path: `${spec.path}${at}` || '/', cause })
  })
}

/** A crawl with other places than its urls is checked without those. */
function canBeChecked({ type, url, urls, payload, ...rest }: Fields): boolean {
  if (!hasPlace([url, urls, payload, rest])) return true
  if (type === 'single_crawl') return url !== undefined && !hasPlace(url)
  if (type === 'batch_crawl') return Array.isArray(urls) && withoutPlace(urls).length > 0
  return false
}

function withoutPlaces(job: Fields): Fields {
  const entries = Object.entries(job).flatMap(([key, value]): [string, unknown][] => {
    if (key === 'options' && isFields(value)) return [[key, withoutPlaces(value)]]
    if (key === 'urls' && Array.isArray(value)) return [[key, withoutPlace(value)]]
    return hasPlace(value) ? [] : [[key, value]]
  })
  return Object.fromEntries(entries)
}

function withoutPlace(list: readonly unknown[]): readonly unknown[] {
  return list.filter((item) => !hasPlace(item))
}

function isWhole(job: Fields): boolean {
  return !hasPlace(job)
}

function hasPlace(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('{{')
  return typeof value === 'object' && value !== null && Object.values(value).some(hasPlace)
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function inside(path: string, check: () => void): void {
  try {
    readable(check)
  } catch (thrown) {
    throw below(path, thrown)
  }
}
