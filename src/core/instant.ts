import { types } from 'node:util'
import { wrong } from './check.js'
import { type ErrorCode, RiptideError } from './errors.js'

/** The last millisecond of the year 9999: the latest instant that RFC 3339 can write. */
export const latestInstant = 253_402_300_799_999

/** As seconds this is the year 5138, as milliseconds March 1973: a number below it was meant as seconds. */
const leastNumber = 100_000_000_000

const rfc3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))$/
const expandedYear = /^(?:[+-]\d{4,}|\d{5,})-\d\d-\d\d/
const longestText = 64

/**
 * The instant a user gave, in ms since the epoch: a Date, a number of ms, or an RFC 3339 text with its offset, nothing that
 * `Date` would guess at or roll over. DATE_INVALID for what names no instant, DATE_RANGE for one outside 1970 to 9999 and for
 * a number that can only be seconds. A fraction of a millisecond is cut off.
 */
export function parseInstant(value: unknown, path: string): number {
  if (types.isDate(value)) return fromNumber(Date.prototype.getTime.call(value), value, path)
  if (typeof value === 'number') return fromNumber(value, value, path)
  if (typeof value === 'string') return fromText(value, path)
  throw wrong(
    'TYPE_MISMATCH',
    { path },
    'must be a Date, milliseconds since the epoch or an RFC 3339 text',
    value,
  )
}

/** RFC 3339 in UTC, with milliseconds: `2026-03-08T07:00:00.000Z`. DATE_RANGE outside the years 0 to 9999. */
export function formatInstant(ms: number): string {
  const date = new Date(ms)
  const year = date.getUTCFullYear()
  if (year >= 0 && year <= 9999) return date.toISOString()
  throw new RiptideError('DATE_RANGE', `an instant must be in the years 0 to 9999; got ${ms} ms`)
}

// -------------------------------------------------------------------------------------------------------------------

function fromNumber(ms: number, given: unknown, path: string): number {
  const shown = typeof given === 'number' ? given : ms
  if (!Number.isFinite(ms)) {
    // An infinite number is a number out of range; a Date without a time is no date.
    throw refuse(Number.isNaN(ms) ? 'DATE_INVALID' : 'DATE_RANGE', path, 'must be a date', shown)
  }
  if (ms < leastNumber && ms > 0) throw refuse('DATE_RANGE', path, 'looks like seconds: milliseconds?', shown)
  return inRange(Math.trunc(ms), shown, path)
}

function fromText(text: string, path: string): number {
  if (expandedYear.test(text)) throw refuse('DATE_RANGE', path, 'must have a year from 1970 to 9999', text)
  const parts = text.length > longestText ? null : rfc3339.exec(text)
  if (!parts) {
    throw refuse('DATE_INVALID', path, 'must be RFC 3339 with an offset, such as 2026-03-08T07:00:00Z', text)
  }
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number) as NumbersOfDate
  const [offsetHour, offsetMinute] = [Number(parts[9] ?? 0), Number(parts[10] ?? 0)]
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) {
    throw refuse('DATE_INVALID', path, 'must be a day that exists', text)
  }
  // 24:00:00 and leap seconds are refused: `Date` has neither, and rolling over would move the job.
  if (hour > 23 || minute > 59 || second > 59 || offsetHour > 23 || offsetMinute > 59) {
    throw refuse(
      'DATE_INVALID',
      path,
      'must be a time from 00:00:00 to 23:59:59 with an offset up to 23:59',
      text,
    )
  }
  // Date.UTC takes the years 0 to 99 for 1900 to 1999.
  if (year < 1970) throw outOfRange(text, path)
  const milli = Number((parts[7] ?? '').slice(0, 3).padEnd(3, '0'))
  const offset = (offsetHour * 60 + offsetMinute) * 60_000 * (parts[8] === '-' ? -1 : 1)
  return inRange(Date.UTC(year, month - 1, day, hour, minute, second, milli) - offset, text, path)
}

type NumbersOfDate = [number, number, number, number, number, number]

function inRange(ms: number, given: unknown, path: string): number {
  const least = typeof given === 'string' ? 0 : leastNumber
  if (ms < least || ms > latestInstant) throw outOfRange(given, path)
  return ms
}

function outOfRange(given: unknown, path: string): RiptideError {
  const rule = typeof given === 'string' ? '' : ' as milliseconds since the epoch (milliseconds?)'
  return refuse('DATE_RANGE', path, `must be a time in the years 1970 to 9999${rule}`, given)
}

function refuse(code: ErrorCode, path: string, rule: string, given: unknown): RiptideError {
  return wrong(code, { path }, rule, given)
}

function daysIn(year: number, month: number): number {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  if (month === 2) return isLeap ? 29 : 28
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}
