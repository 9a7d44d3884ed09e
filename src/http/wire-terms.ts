import type { Fields } from '../core/check.js'
import type { Job } from '../core/job.js'
import type { SubmitOptions } from '../service-api.js'
import { field, passed, respelt } from './wire-fields.js'

/** The fields of a submission by which a job shares limits or tells of its end, and what they are called inside. */
export const sharedTermWords = new Map([
  ['concurrency_key', 'concurrencyKey'],
  ['rate_limit', 'rateLimit'],
  ['webhook', 'webhook'],
])

/** Those and the ones that only a single job can have. */
export const termWords = new Map([
  ...sharedTermWords,
  ['depends_on', 'dependsOn'],
  ['dedupe_key', 'dedupeKey'],
])

/** The fields within each of them, by its name inside. */
export const wordsOfTerm: Readonly<Record<string, ReadonlyMap<string, string>>> = {
  dependsOn: new Map([
    ['job_id', 'id'],
    ['on_failure', 'onFailure'],
  ]),
  concurrencyKey: new Map([
    ['key', 'key'],
    ['max', 'max'],
  ]),
  rateLimit: new Map([
    ['key', 'key'],
    ['max', 'max'],
    ['per_ms', 'perMs'],
  ]),
  dedupeKey: new Map([
    ['key', 'key'],
    ['mode', 'mode'],
    ['window_ms', 'windowMs'],
  ]),
  webhook: new Map([
    ['url', 'url'],
    ['events', 'events'],
    ['secret', 'secret'],
  ]),
}

/** The terms among the fields of a submission; `words` are those that it may have. */
export function termsIn(
  given: Fields,
  at: string,
  words: ReadonlyMap<string, string> = termWords,
): Partial<SubmitOptions> {
  const parts = [...words].map(([wire, inside]) =>
    field(given, at, wire, (value, path) => ({ [inside]: termIn(inside, value, path) })),
  )
  return Object.assign({}, ...parts) as Partial<SubmitOptions>
}

/** A list of what goes first: of each its id (under the name `idWord`) or an object of that and `on_failure`. */
export function dependenciesIn(value: unknown, path: string, idWords: ReadonlyMap<string, string>): unknown {
  if (!Array.isArray(value)) return value
  return value.map((one: unknown, i) => respelt(one, idWords, `${path}/${i}`))
}

/** The terms of a job, each only where it has it. */
export function termsOut(job: Job): object {
  const { dependsOn, waitsFor, concurrencyKey, rateLimit, dedupeKey, webhook, template, scheduleId } = job
  return {
    ...(dependsOn === undefined
      ? {}
      : { depends_on: dependsOn.map(({ id, onFailure }) => ({ job_id: id, on_failure: onFailure })) }),
    ...(waitsFor === undefined ? {} : { waits_for: waitsFor }),
    ...(concurrencyKey === undefined ? {} : { concurrency_key: spelt('concurrencyKey', concurrencyKey) }),
    ...(rateLimit === undefined ? {} : { rate_limit: spelt('rateLimit', rateLimit) }),
    ...(dedupeKey === null ? {} : { dedupe_key: dedupeKey }),
    ...(webhook === undefined ? {} : { webhook: { url: webhook.url, events: webhook.events } }),
    ...(template === undefined ? {} : { template: { name: template.name, version: template.version } }),
    ...(scheduleId === null ? {} : { schedule_id: scheduleId }),
  }
}

/** The options that are terms as the wire spells them, never with the secret of a webhook. */
export function termOptionsOut(options: Partial<SubmitOptions>): object {
  const entries = [...termWords]
    .map(([wire, inside]) => [wire, inside, (options as Fields)[inside]] as const)
    .filter(([, , value]) => value !== undefined)
    .map(([wire, inside, value]) => [
      wire,
      inside === 'webhook' ? withoutSecret(value) : spelt(inside, value),
    ])
  return Object.fromEntries(entries) as object
}

// -------------------------------------------------------------------------------------------------------------------

function termIn(inside: string, value: unknown, path: string): unknown {
  const words = wordsOfTerm[inside] ?? new Map<string, string>()
  return inside === 'dependsOn' ? dependenciesIn(value, path, words) : respelt(value, words, path)
}

function spelt(inside: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const words = wordsOfTerm[inside] ?? new Map<string, string>()
  const parts = [...words].map(([wire, name]) => passed(value as Fields, name, wire))
  return Object.assign({}, ...parts) as object
}

function withoutSecret(webhook: unknown): unknown {
  const shown = spelt('webhook', webhook)
  if (typeof shown !== 'object' || shown === null) return shown
  return Object.fromEntries(Object.entries(shown).filter(([key]) => key !== 'secret'))
}
