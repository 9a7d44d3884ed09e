import { asBoolean, asId, asObject, integerIn, oneOf, onlyKeys } from '../core/check.js'
import { toJobError } from '../core/job-error.js'
import { readSettings } from '../core/job-view.js'
import type { NewSchedule } from '../core/queue-adapter.js'
import { digestOf, newId } from '../core/random.js'
import {
  type ScheduleDefinition,
  type OpenedSchedule,
  type ScheduledJob,
  definitionFault,
  misfirePolicies,
  overlapPolicies,
  readDefinition,
} from '../core/schedule.js'
import type { TemplatesPart } from '../control-parts.js'
import { type Recurrence, nextRun, parseRecurrence } from '../engine/next-run.js'
import { jobKeys, scheduledBody } from './schedule-job.js'
import type { SubmissionRules } from './submission.js'

const keys = [
  'name',
  'cron',
  'everyMs',
  'timezone',
  'job',
  'enabled',
  'overlap',
  'misfire',
  'misfireLimit',
  ...jobKeys,
]

/** Looks for the schedule that stands by a name. */
export type StandingSchedule = (name: string) => Promise<OpenedSchedule | undefined>

/**
 * A schedule for the store from what a user gave; `now` (the store's) is what its first slot comes after. Of what is left open the
 * one that stands by its name decides.
 */
export async function scheduleFrom(
  given: unknown,
  now: number,
  rules: SubmissionRules,
  templates: TemplatesPart,
  look: StandingSchedule,
): Promise<NewSchedule> {
  const fields = asObject(given, { path: '', code: 'ARGUMENT_INVALID' })
  onlyKeys(fields, keys, { path: '' })
  const name = asId(fields['name'], { path: '/name', code: 'NAME_INVALID' })
  const recurrence = parseRecurrence(
    { cron: fields['cron'], everyMs: fields['everyMs'], timezone: fields['timezone'] },
    '',
  )
  const { job, template, pinned } = await scheduledBody(fields, rules, templates, async () => {
    const found = await look(name)
    return found && definitionFault(found) === undefined ? readDefinition(found) : undefined
  })
  const { terms, ...body } = job
  const standing = await look(name)
  const enabled =
    fields['enabled'] === undefined
      ? (standing?.enabled ?? true)
      : asBoolean(fields['enabled'], { path: '/enabled' })
  const misfire =
    fields['misfire'] === undefined ? 'last' : oneOf(fields['misfire'], misfirePolicies, { path: '/misfire' })
  // Slots that are all made up for come at once: to skip what overlaps would drop all but the first of them.
  const usualOverlap = misfire === 'all' ? 'queue' : 'skip'
  const definition: ScheduleDefinition = {
    cron: typeof fields['cron'] === 'string' ? fields['cron'] : null,
    everyMs: recurrence.kind === 'interval' ? recurrence.everyMs : null,
    timezone: recurrence.kind === 'cron' ? recurrence.timezone : 'UTC',
    ...body,
    overlap:
      fields['overlap'] === undefined
        ? usualOverlap
        : oneOf(fields['overlap'], overlapPolicies, { path: '/overlap' }),
    misfire,
    misfireLimit:
      fields['misfireLimit'] === undefined
        ? 100
        : integerIn(fields['misfireLimit'], 1, 1000, { path: '/misfireLimit' }),
    ...(terms === undefined ? {} : { terms }),
    ...(template === undefined ? {} : { template }),
    ...(pinned === undefined ? {} : { pinned }),
  }
  return {
    id: newId(now),
    name,
    digest: scheduleDigest(definition, enabled),
    definition: JSON.stringify(definition),
    enabled,
    nextSlot: enabled ? nextRun(recurrence, now) : null,
  }
}

/** Tells whether two definitions say the same. What a template of no certain version made then says nothing of it. */
export function scheduleDigest(definition: ScheduleDefinition, enabled: boolean): string {
  if (definition.template === undefined && definition.pinned === undefined)
    return digestOf(`${enabled}\n${JSON.stringify(definition)}`)
  const { type, payload, options, maxAttempts, priority, terms, ...said } = definition
  return digestOf(`${enabled}\n${JSON.stringify(said)}`)
}

/** When a stored schedule is due. DECRYPTION_FAILED. */
export function recurrenceOf(record: OpenedSchedule): Recurrence {
  const { cron, everyMs, timezone } = readDefinition(record)
  return parseRecurrence({ ...(cron === null ? { everyMs } : { cron }), timezone })
}

/** A stored schedule as its user sees it. DECRYPTION_FAILED. */
export function scheduledJobOf(record: OpenedSchedule): ScheduledJob {
  const definition = readDefinition(record)
  const { type, payload, options } = definition
  return {
    cron: definition.cron,
    everyMs: definition.everyMs,
    timezone: definition.timezone,
    job: { type, payload: JSON.parse(payload) as unknown },
    priority: definition.priority,
    overlap: definition.overlap,
    misfire: definition.misfire,
    misfireLimit: definition.misfireLimit,
    metadata: readSettings(options).metadata,
    ...standingOf(record),
    ...sharedBy(definition),
  }
}

/** The same for a list: one that cannot be opened is there with its id, by which it can be removed, and says why. */
export function listedScheduleOf(record: OpenedSchedule): ScheduledJob {
  const fault = definitionFault(record)
  if (!fault) return scheduledJobOf(record)
  return {
    cron: null,
    everyMs: null,
    timezone: 'UTC',
    job: { type: '', payload: null },
    priority: 'normal',
    overlap: 'skip',
    misfire: 'last',
    misfireLimit: 100,
    metadata: {},
    ...standingOf(record),
    fault: toJobError(fault),
  }
}

// -------------------------------------------------------------------------------------------------------------------

/** What the store itself knows of it. */
function standingOf(record: OpenedSchedule) {
  return {
    id: record.id,
    name: record.name,
    enabled: record.enabled,
    version: record.version,
    createdAt: record.createdAt,
    lastRunAt: record.lastFiredAt,
    nextRunAt: record.nextSlot,
    runCount: record.fired,
    skippedCount: record.skipped,
  } satisfies Partial<ScheduledJob>
}

/** What all of its jobs have, but for the secret of a webhook. */
function sharedBy({ terms, template, options }: ScheduleDefinition): Partial<ScheduledJob> {
  const { webhook, template: pinned } = readSettings(options)
  const origin = template === undefined ? pinned : { name: template.name, version: 'latest' as const }
  return {
    ...(terms?.concurrency ? { concurrencyKey: terms.concurrency } : {}),
    ...(terms?.rate ? { rateLimit: terms.rate } : {}),
    ...(webhook === undefined ? {} : { webhook: { url: webhook.url, events: webhook.events } }),
    ...(origin === undefined ? {} : { template: origin }),
  }
}
