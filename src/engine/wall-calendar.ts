import type { CronFields, Weekday } from './cron-fields.js'

// A wall time is what a clock on the wall shows, counted in ms as if the clock stood in UTC. No zone is known here.

/** Between two runs of a cron lie at most 40 years: from 29 February on a given weekday to the next, across 2100. */
const horizonMs = 41 * 366 * 86_400_000
const dayMs = 86_400_000

/** The first wall time after `after` that the fields name; `null` when 41 years hold none. */
export function nextWall(fields: CronFields, after: number): number | null {
  const from = (Math.floor(after / 1000) + 1) * 1000
  const today = startOfDay(from)
  const time = namesDay(fields, today) ? nextTime(fields, from - today) : null
  if (time !== null) return today + time
  const day = nextDay(fields, today + dayMs)
  return day === null ? null : day + (nextTime(fields, 0) ?? 0)
}

/** How many wall times in `(after, until]` the fields name. Costs a step a day, whatever the number. */
export function countWalls(fields: CronFields, after: number, until: number): number {
  if (until <= after) return 0
  const last = startOfDay(until)
  let count = -timesUpTo(fields, after)
  for (let day = startOfDay(after); day < last; day += dayMs)
    if (namesDay(fields, day)) count += timesADay(fields)
  return count + timesUpTo(fields, until)
}

// -------------------------------------------------------------------------------------------------------------------

function startOfDay(wall: number): number {
  return Math.floor(wall / dayMs) * dayMs
}

function nextDay(fields: CronFields, from: number): number | null {
  let day = from
  while (day < from + horizonMs) {
    const date = new Date(day)
    if (!fields.months.includes(date.getUTCMonth() + 1))
      day = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1)
    else if (namesDay(fields, day)) return day
    else day += dayMs
  }
  return null
}

function namesDay(fields: CronFields, day: number): boolean {
  const date = new Date(day)
  if (!fields.months.includes(date.getUTCMonth() + 1)) return false
  if (fields.dayRule === 'any') return true
  if (fields.dayRule === 'month') return namesDayOfMonth(fields, date)
  if (fields.dayRule === 'week') return fields.weekdays.some((weekday) => isWeekday(weekday, date))
  return namesDayOfMonth(fields, date) || fields.weekdays.some((weekday) => isWeekday(weekday, date))
}

function namesDayOfMonth(fields: CronFields, date: Date): boolean {
  return fields.daysOfMonth.includes(date.getUTCDate()) || (fields.lastDayOfMonth && isInLastDays(date, 1))
}

function isWeekday({ day, nth }: Weekday, date: Date): boolean {
  if (date.getUTCDay() !== day) return false
  if (nth === 'every') return true
  return nth === 'last' ? isInLastDays(date, 7) : Math.ceil(date.getUTCDate() / 7) === nth
}

function isInLastDays(date: Date, days: number): boolean {
  return new Date(date.getTime() + days * dayMs).getUTCMonth() !== date.getUTCMonth()
}

/** The first time of day, in ms, from `from` on. */
function nextTime(fields: CronFields, from: number): number | null {
  for (const hour of fields.hours) {
    if ((hour + 1) * 3_600_000 <= from) continue
    for (const minute of fields.minutes) {
      if (hour * 3_600_000 + (minute + 1) * 60_000 <= from) continue
      for (const second of fields.seconds) {
        const time = hour * 3_600_000 + minute * 60_000 + second * 1000
        if (time >= from) return time
      }
    }
  }
  return null
}

function timesADay(fields: CronFields): number {
  return fields.hours.length * fields.minutes.length * fields.seconds.length
}

/** How many times of its own day are not after `wall`. */
function timesUpTo(fields: CronFields, wall: number): number {
  const day = startOfDay(wall)
  if (!namesDay(fields, day)) return 0
  const { hours, minutes, seconds } = fields
  const second = Math.floor((wall - day) / 1000)
  const [h, m, s] = [Math.floor(second / 3600), Math.floor(second / 60) % 60, second % 60]
  const inMinute = minutes.includes(m) ? below(seconds, s + 1) : 0
  const inHour = hours.includes(h) ? below(minutes, m) * seconds.length + inMinute : 0
  return below(hours, h) * minutes.length * seconds.length + inHour
}

function below(values: readonly number[], limit: number): number {
  return values.filter((value) => value < limit).length
}
