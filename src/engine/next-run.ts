import { integerIn, wrong } from '../core/check.js'
import { RiptideError, describe } from '../core/errors.js'
import { latestInstant } from '../core/instant.js'
import { pointer } from '../core/json.js'
import { type CronFields, parseCronFields } from './cron-fields.js'
import { countWalls, nextWall } from './wall-calendar.js'
import { isTimeZone, nextOffsetChange, offsetAt } from './zone-offset.js'

/** When a schedule is due, as plain frozen data. */
export type Recurrence =
  /** At each multiple of `everyMs` since the epoch, so that every process computes the same slots. */
  | { readonly kind: 'interval'; readonly everyMs: number }
  /** At each wall time of the zone that the fields name; see `docs/guides/schedules.md` for clock changes. */
  | { readonly kind: 'cron'; readonly fields: CronFields; readonly timezone: string }

/** What a user writes: one of `cron` and `everyMs`; `null` counts as left out. */
export interface RecurrenceInput {
  readonly cron?: unknown
  readonly everyMs?: unknown
  /** IANA name. @default 'UTC' */
  readonly timezone?: unknown
}

/** Checks and reads a recurrence; throws the code of the first thing wrong with it, with the JSON pointer of its field. */
export function parseRecurrence(input: RecurrenceInput, path = ''): Recurrence {
  const cron = input.cron ?? undefined
  const everyMs = input.everyMs ?? undefined
  if ((cron === undefined) === (everyMs === undefined)) {
    const came = cron === undefined ? 'neither' : 'both'
    throw new RiptideError('FIELDS_CONFLICT', `a schedule needs one of cron and everyMs; got ${came}`, {
      path: path || '/',
    })
  }
  const timezone = parseTimeZone(input.timezone ?? 'UTC', pointer(path, 'timezone'))
  if (everyMs !== undefined) return Object.freeze({ kind: 'interval', everyMs: parseInterval(everyMs, path) })
  const at = pointer(path, 'cron')
  if (typeof cron !== 'string') throw wrong('TYPE_MISMATCH', { path: at }, 'must be a string', cron)
  return Object.freeze({ kind: 'cron', fields: parseCronFields(cron, at), timezone })
}

/** The first instant after `afterMs` at which it is due. */
export function nextRun(recurrence: Recurrence, afterMs: number): number {
  if (!(afterMs >= 0 && afterMs <= latestInstant)) {
    throw new RiptideError(
      'ARGUMENT_INVALID',
      `afterMs must be ms in the years 1970 to 9999; got ${describe(afterMs)}`,
    )
  }
  if (recurrence.kind === 'cron') return nextCronRun(recurrence, afterMs)
  return (Math.floor(afterMs / recurrence.everyMs) + 1) * recurrence.everyMs
}

/** The next `n` instants after `afterMs`, for people to look at. */
export function previewRuns(recurrence: Recurrence, afterMs: number, n: number): readonly number[] {
  const runs: number[] = []
  for (let left = integerIn(n, 0, 1000, { path: 'n' }); left > 0; left--) {
    runs.push(nextRun(recurrence, runs.at(-1) ?? afterMs))
  }
  return runs
}

/**
 * How many instants in `(afterMs, untilMs]` it is due, without walking through them: a year of a cron that fires each second
 * costs well under a millisecond.
 */
export function countRuns(recurrence: Recurrence, afterMs: number, untilMs: number): number {
  if (untilMs <= afterMs) return 0
  if (recurrence.kind === 'cron') return countCronRuns(recurrence, afterMs, untilMs)
  return Math.floor(untilMs / recurrence.everyMs) - Math.floor(afterMs / recurrence.everyMs)
}

// -------------------------------------------------------------------------------------------------------------------

type Cron = Extract<Recurrence, { kind: 'cron' }>

const shortestInterval = 100
const longestInterval = 31_536_000_000

/** More than any zone has ever moved its clock at once (24 h, across the date line). */
const marginMs = 2 * 86_400_000

function parseInterval(value: unknown, path: string): number {
  return integerIn(value, shortestInterval, longestInterval, {
    path: pointer(path, 'everyMs'),
    code: 'INTERVAL_INVALID',
  })
}

function parseTimeZone(value: unknown, path: string): string {
  if (typeof value === 'string' && isTimeZone(value)) return value
  throw wrong('TIMEZONE_INVALID', { path }, 'must be an IANA time zone such as Europe/London', value)
}

/**
 * cron-parser reads the fields, but the way through time is our own, and goes from one change of the zone's offset to the
 * next: between two of them wall time and time run side by side, and only the changes themselves need a rule (`cross`).
 */
function nextCronRun(cron: Cron, after: number): number {
  const { fields, timezone } = cron
  let place = placeAt(cron, after)
  for (;;) {
    const wall = nextWall(fields, place.wall)
    if (wall === null)
      throw new RiptideError('CRON_NEVER_FIRES', 'no day of the next 41 years is named by this cron')
    const run = wall - offsetAt(timezone, place.at)
    const change = nextOffsetChange(timezone, place.at, Math.min(run, place.at + marginMs))
    if (change === null && run <= place.at + marginMs) return run
    if (change === null) {
      // No wall time up to `wall` is named, so changes far from both ends can neither hide a run nor repeat one.
      place = { at: Math.max(place.at + marginMs, run - marginMs), wall: place.wall }
      continue
    }
    const crossing = cross(cron, place.wall, change)
    if (crossing.made > 0) return change
    place = crossing.place
  }
}

function countCronRuns(cron: Cron, after: number, until: number): number {
  let place = placeAt(cron, after)
  let count = 0
  for (;;) {
    const offset = offsetAt(cron.timezone, place.at)
    const change = nextOffsetChange(cron.timezone, place.at, until)
    if (change === null) return count + countWalls(cron.fields, place.wall, until + offset)
    const crossing = cross(cron, place.wall, change)
    count += countWalls(cron.fields, place.wall, change + offset - 1) + crossing.made
    place = crossing.place
  }
}

/** An instant, and the wall time up to which everything is done. */
interface Place {
  readonly at: number
  readonly wall: number
}

function placeAt({ fields, timezone }: Cron, at: number): Place {
  const wall = at + offsetAt(timezone, at)
  const change = fields.repeats ? null : nextOffsetChange(timezone, at - marginMs, at)
  if (change === null) return { at, wall }
  return { at, wall: Math.max(wall, change + offsetAt(timezone, change - 1) - 1) }
}

/**
 * What happens when the wall clock is moved. Forward: runs that it skipped are made up for by one at the moment of the
 * change, which is also the run of that moment if it has one. Back: the wall times shown again are done, unless the cron repeats.
 */
function cross(cron: Cron, done: number, change: number): { readonly made: 0 | 1; readonly place: Place } {
  const { fields, timezone } = cron
  const [old, now] = [change + offsetAt(timezone, change - 1), change + offsetAt(timezone, change)]
  const floor = fields.repeats ? now - 1 : Math.max(done, old - 1, now - 1)
  const skipped = fields.makesUp && countWalls(fields, Math.max(done, old - 1), now - 1) > 0
  return skipped
    ? { made: 1, place: { at: change, wall: now } }
    : { made: 0, place: { at: change, wall: floor } }
}
