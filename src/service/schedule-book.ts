import { asBoolean, asId, asObject, integerIn, oneOf, onlyKeys } from '../core/check.js'
import { readSettings } from '../core/job-view.js'
import type { NewSchedule } from '../core/queue-adapter.js'
import { digestOf, newId } from '../core/random.js'
import {
  type ScheduleDefinition,
  type ScheduleRecord,
  type ScheduledJob,
  misfirePolicies,
  overlapPolicies,
  readDefinition,
} from '../core/schedule.js'
import { nextRun, parseRecurrence } from '../engine/next-run.js'
import { specOf } from './spec.js'
import { type JobBody, type SubmissionRules, below, draftBody } from './submission.js'

const keys = [
  'name',
  'cron',
  'everyMs',
  'timezone',
  'job',
  'priority',
  'enabled',
  'retry',
  'timeoutMs',
  'metadata',
  'overlap',
  'misfire',
  'misfireLimit',
]

/** A schedule for the store from what a user gave; `now` (the store's) is what its first slot comes after. */
export async function scheduleFrom(
  given: unknown,
  now: number,
  rules: SubmissionRules,
): Promise<NewSchedule> {
  const fields = asObject(given, { path: '', code: 'ARGUMENT_INVALID' })
  onlyKeys(fields, keys, { path: '' })
  const name = asId(fields['name'], { path: '/name', code: 'NAME_INVALID' })
  const recurrence = parseRecurrence(
    { cron: fields['cron'], everyMs: fields['everyMs'], timezone: fields['timezone'] },
    '',
  )
  const body = await jobOf(fields, rules)
  const enabled = fields['enabled'] === undefined ? true : asBoolean(fields['enabled'], { path: '/enabled' })
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
  }
  const text = JSON.stringify(definition)
  const digest = digestOf(`${String(enabled)}\n${text}`)
  return {
    id: newId(now),
    name,
    digest,
    definition: text,
    enabled,
    nextSlot: enabled ? nextRun(recurrence, now) : null,
  }
}

/** A stored schedule as its user sees it. */
export function scheduledJobOf(record: ScheduleRecord): ScheduledJob {
  const { cron, everyMs, timezone, type, payload, options, priority, overlap, misfire, misfireLimit } =
    readDefinition(record)
  return {
    id: record.id,
    name: record.name,
    cron,
    everyMs,
    timezone,
    job: { type, payload: JSON.parse(payload) as unknown },
    priority,
    enabled: record.enabled,
    overlap,
    misfire,
    misfireLimit,
    metadata: readSettings(options).metadata,
    version: record.version,
    createdAt: record.createdAt,
    lastRunAt: record.lastFiredAt,
    nextRunAt: record.nextSlot,
    runCount: record.fired,
    skippedCount: record.skipped,
  }
}

async function jobOf(fields: Readonly<Record<string, unknown>>, rules: SubmissionRules): Promise<JobBody> {
  const { priority, retry, timeoutMs, metadata } = fields
  const spec = within('/job', () => specOf(fields['job']))
  try {
    const draft = draftBody(spec, { priority, retry, timeoutMs, metadata }, rules)
    await draft.checked
    return draft.value
  } catch (thrown) {
    throw isOwnField(thrown) ? thrown : below('/job', thrown)
  }
}

/** Fields of the schedule itself, which `draftBody` checks too, keep their own pointers. */
function isOwnField(thrown: unknown): boolean {
  const path = (thrown as { path?: unknown } | null)?.path
  return typeof path === 'string' && /^\/(priority|retry|timeoutMs|metadata)(\/|$)/.test(path)
}

function within<T>(path: string, run: () => T): T {
  try {
    return run()
  } catch (thrown) {
    throw below(path, thrown)
  }
}
