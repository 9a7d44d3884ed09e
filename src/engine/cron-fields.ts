import { CronExpressionParser } from 'cron-parser'
import { type ErrorCode, RiptideError, describe } from '../core/errors.js'

/** What a cron text says, as plain frozen data. All lists are sorted and hold each value once. */
export interface CronFields {
  readonly seconds: readonly number[]
  readonly minutes: readonly number[]
  readonly hours: readonly number[]
  readonly daysOfMonth: readonly number[]
  readonly lastDayOfMonth: boolean
  readonly months: readonly number[]
  readonly weekdays: readonly Weekday[]
  /** Which day fields restrict the day; with both, a day that satisfies either is one (POSIX, Vixie cron). */
  readonly dayRule: 'any' | 'month' | 'week' | 'either'
  /** The hour or the minute is `*` or a step: it runs whenever the wall clock shows its time, twice in an hour shown twice. */
  readonly repeats: boolean
  /** The hour is named: what falls into an hour that the wall clock skips is made up for once, when it has skipped. */
  readonly makesUp: boolean
}

/** Every such day of the week (0 is Sunday), or only the nth or the last of its month. */
export interface Weekday {
  readonly day: number
  readonly nth: 'every' | 'last' | number
}

/**
 * Reads five fields, or six with seconds in front, with names of months and days, lists, ranges and steps; `L`, `5L` and `1#2`
 * in the day fields; `@hourly` and its kin. Whatever it accepts fires at least once in 41 years.
 */
export function parseCronFields(text: string, path: string): CronFields {
  const [second, minute, hour, dayOfMonth, month, dayOfWeek] = split(text, path)
  const days = readField('dayOfMonth', dayOfMonth, path)
  const weekdays = readField('dayOfWeek', dayOfWeek, path).map(toWeekday)
  const fields: CronFields = {
    seconds: numbersOf('second', second, path),
    minutes: numbersOf('minute', minute, path),
    hours: numbersOf('hour', hour, path),
    daysOfMonth: Object.freeze(sorted(days.filter((day) => typeof day === 'number'))),
    lastDayOfMonth: days.includes('L'),
    months: numbersOf('month', month, path),
    weekdays: Object.freeze(weekdays),
    dayRule: dayRuleOf(dayOfMonth !== '*', dayOfWeek !== '*'),
    repeats: isStepped(hour) || isStepped(minute),
    makesUp: !isStepped(hour),
  }
  if (!everFires(fields)) {
    throw refuse('CRON_NEVER_FIRES', path, text, 'names only days that its months do not have')
  }
  return Object.freeze(fields)
}

// -------------------------------------------------------------------------------------------------------------------

type FieldName = 'second' | 'minute' | 'hour' | 'dayOfMonth' | 'month' | 'dayOfWeek'
type SixTexts = readonly [string, string, string, string, string, string]

/** The position of each field, and how many values it can have. */
const fieldOf = {
  second: { at: 0, size: 60 },
  minute: { at: 1, size: 60 },
  hour: { at: 2, size: 24 },
  dayOfMonth: { at: 3, size: 31 },
  month: { at: 4, size: 12 },
  dayOfWeek: { at: 5, size: 7 },
} as const satisfies Record<FieldName, { at: number; size: number }>

const nicknames: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
}

const longestText = 1024

function split(given: string, path: string): SixTexts {
  if (given.length > longestText) {
    throw refuse('CRON_SYNTAX', path, given, `has more than ${longestText} characters`)
  }
  const text = given.trim()
  const known = Object.hasOwn(nicknames, text) ? nicknames[text] : undefined
  if (text.startsWith('@') && known === undefined) {
    throw refuse('CRON_UNSUPPORTED', path, given, `is not one of ${Object.keys(nicknames).join(', ')}`)
  }
  const [a = '', b, c, d, e, f, ...more] = (known ?? text).split(/\s+/)
  if (b === undefined || c === undefined || d === undefined || e === undefined || more.length > 0) {
    throw refuse('CRON_FIELD_COUNT', path, given, 'must have five fields, or six with seconds in front')
  }
  return f === undefined ? ['0', a, b, c, d, e] : [a, b, c, d, e, f]
}

function numbersOf(name: FieldName, text: string, path: string): readonly number[] {
  return Object.freeze(sorted(readField(name, text, path).filter((value) => typeof value === 'number')))
}

/**
 * The values of one field. Each item of a list is parsed alone, with `*` in all other fields: cron-parser refuses lists that
 * name a value twice (`1-5,3`, `0,7`), and reports a day that does not exist as if it were a mistake of writing.
 */
function readField(name: FieldName, text: string, path: string): (number | string)[] {
  refuseForeign(name, text, path)
  const values = new Set<number | string>()
  for (const item of new Set(text.split(','))) {
    for (const value of readItem(name, item, text, path))
      values.add(name === 'dayOfWeek' && value === 7 ? 0 : value)
  }
  return [...values]
}

function readItem(name: FieldName, item: string, text: string, path: string): readonly (number | string)[] {
  const { at, size } = fieldOf[name]
  if (item === '') throw refuse('CRON_SYNTAX', path, text, `has an empty item in its ${label[name]} field`)
  if (item.includes('#') && !/#[1-5]$/.test(item)) {
    throw refuse('CRON_SYNTAX', path, text, 'must have a number from 1 to 5 behind its #')
  }
  const step = Number(item.split('/')[1] ?? 1)
  if (step > size) {
    throw refuse(
      'CRON_SYNTAX',
      path,
      text,
      `has a step in its ${label[name]} field above ${size}, which would never be taken`,
    )
  }
  const atoms = Array.from({ length: 6 }, (_, i) => (i === at ? item : '*'))
  try {
    const { fields } = CronExpressionParser.parse(atoms.join(' '), { currentDate: 0, tz: 'UTC' })
    const { values } = fields[name]
    const nth = name === 'dayOfWeek' ? fields.dayOfWeek.nthDay : 0
    return nth === 0 ? values : values.map((value) => `${value}#${nth}`)
  } catch (cause) {
    throw refuse('CRON_SYNTAX', path, text, `is wrong in its ${label[name]} field`, cause)
  }
}

const label = {
  second: 'second',
  minute: 'minute',
  hour: 'hour',
  dayOfMonth: 'day-of-month',
  month: 'month',
  dayOfWeek: 'day-of-week',
} as const satisfies Record<FieldName, string>

/**
 * Forms of Quartz and Jenkins. `?` is refused although it could be read as `*`: who writes it counts Sunday as 1, and would
 * be a day off in silence.
 */
function refuseForeign(name: FieldName, text: string, path: string): void {
  const bare = name === 'month' || name === 'dayOfWeek' ? text.replace(/[A-Za-z]{3}/g, '') : text
  const found = /[?HW]|L-\d/.exec(bare)?.[0]
  if (found === undefined) return
  const hint = found === '?' ? 'write * instead' : 'it is not part of this dialect'
  throw refuse(
    'CRON_UNSUPPORTED',
    path,
    text,
    `has ${found.slice(0, 1)} in its ${label[name]} field; ${hint}`,
  )
}

/** `1`, `1#2` or `1L`, as `readField` gives them. */
function toWeekday(value: number | string): Weekday {
  const day = Number.parseInt(String(value), 10) % 7
  if (typeof value === 'number') return Object.freeze({ day, nth: 'every' })
  return Object.freeze({ day, nth: value.endsWith('L') ? 'last' : Number(value.slice(-1)) })
}

function dayRuleOf(byMonth: boolean, byWeek: boolean): CronFields['dayRule'] {
  if (byMonth && byWeek) return 'either'
  if (byMonth) return 'month'
  return byWeek ? 'week' : 'any'
}

function isStepped(text: string): boolean {
  return /[*/]/.test(text)
}

const longestDays = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

function everFires(fields: CronFields): boolean {
  if (fields.dayRule !== 'month' || fields.lastDayOfMonth) return true
  return fields.months.some((month) => fields.daysOfMonth.some((day) => day <= (longestDays[month - 1] ?? 0)))
}

function sorted(values: readonly (number | string)[]): number[] {
  return values.map(Number).sort((a, b) => a - b)
}

function refuse(code: ErrorCode, path: string, text: string, what: string, cause?: unknown): RiptideError {
  const said = cause instanceof Error ? ` (${cause.message.slice(0, 120)})` : ''
  return new RiptideError(code, `${path}: ${describe(text)} ${what}${said}`, {
    path,
    ...(cause ? { cause } : {}),
  })
}
