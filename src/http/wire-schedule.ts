import { type Fields, asBoolean, asText, wrong } from '../core/check.js'
import { formatInstant } from '../core/instant.js'
import type { ScheduleInput } from '../service-api.js'
import { knownOnly, passed } from './wire-fields.js'
import { countIn, queryIn } from './wire-query.js'

/** The fields of a preview, and what they are called inside. */
export const previewWords = new Map([['cron_expression', 'cron']])

const mostSlots = 1_000

/** The body of `PATCH /workers/schedule/:job_id`. */
export function scheduleChangeIn(body: Fields): boolean {
  knownOnly(body, ['enabled'])
  const { enabled } = body
  if (enabled === undefined) throw wrong('REQUIRED', { path: '/enabled' }, 'is required', enabled)
  return asBoolean(enabled, { path: '/enabled' })
}

/** The query of `GET /workers/schedule/:job_id/preview`. */
export function previewQueryIn(query: string): { count?: number } {
  const count = countIn(queryIn(query, ['count'])['count'], 1, mostSlots, { path: '/count', code: 'RANGE' })
  return count === undefined ? {} : { count }
}

/** The body of `POST /workers/schedule/preview`: of a schedule that is not made yet. */
export function previewIn(body: Fields): {
  readonly schedule: Pick<ScheduleInput, 'cron' | 'timezone'>
  readonly options: { count?: number }
} {
  knownOnly(body, ['cron_expression', 'timezone', 'count'])
  return {
    schedule: {
      cron: asText(body['cron_expression'], 200, { path: '/cron_expression' }),
      ...passed(body, 'timezone', 'timezone'),
    },
    options: passed(body, 'count', 'count'),
  }
}

/** The next slots of a schedule. */
export function previewOut(slots: readonly number[]): object {
  return { next_executions: slots.map(formatInstant) }
}
