import { expect, test } from 'vitest'
import { isRiptideError } from '../../src/core/errors.js'
import { formatInstant, latestInstant, parseInstant } from '../../src/core/instant.js'

test.each([
  ['2026-03-08T07:00:00Z', '2026-03-08T07:00:00.000Z'],
  ['2026-03-08T07:00:00.5Z', '2026-03-08T07:00:00.500Z'],
  ['2026-03-08T07:00:00.1239999Z', '2026-03-08T07:00:00.123Z'],
  ['2026-03-08t07:00:00z', '2026-03-08T07:00:00.000Z'],
  ['2026-03-08T07:00:00+05:30', '2026-03-08T01:30:00.000Z'],
  ['2026-03-08T23:30:00-01:00', '2026-03-09T00:30:00.000Z'],
  ['2026-03-08T07:00:00-00:00', '2026-03-08T07:00:00.000Z'],
  ['2028-02-29T00:00:00Z', '2028-02-29T00:00:00.000Z'],
  ['2000-02-29T00:00:00Z', '2000-02-29T00:00:00.000Z'],
  ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00.000Z'],
  ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
])('%s is the instant %s', (text, expected) => {
  expect(formatInstant(parseInstant(text, '/runAt'))).toBe(expected)
})

test('a Date and a number of milliseconds are taken as they are', () => {
  expect(parseInstant(new Date(1_700_000_000_123), '/runAt')).toBe(1_700_000_000_123)
  expect(parseInstant(1_700_000_000_123, '/runAt')).toBe(1_700_000_000_123)
  expect(parseInstant(1_700_000_000_123.9, '/runAt')).toBe(1_700_000_000_123)
  expect(parseInstant(latestInstant, '/runAt')).toBe(latestInstant)
})

test.each([
  '2026-02-30T00:00:00Z',
  '2026-02-29T00:00:00Z',
  '1900-02-29T00:00:00Z',
  '2026-04-31T00:00:00Z',
  '2026-02-29',
  '2026-02-28',
  '2026-13-01',
  '2026-13-01T00:00:00Z',
  '2026-00-01T00:00:00Z',
  '2026-01-00T00:00:00Z',
  '2026-01-01T24:00:00Z',
  '2026-12-31T23:59:60Z',
  '2026-01-01T00:60:00Z',
  '2026-01-01T00:00:00',
  '2026-01-01T00:00:00+2:00',
  '2026-01-01T00:00:00+24:00',
  '2026-01-01T00:00:00+00:60',
  '2026-01-01 00:00:00Z',
  '2026-01-01T00:00Z',
  '2026-01-01T00:00:00.Z',
  ' 2026-01-01T00:00:00Z',
  '2026-01-01T00:00:00Z\n',
  '２０２６-01-01T00:00:00Z',
  `2026-01-01T00:00:00.${'0'.repeat(100)}Z`,
  'tomorrow',
  '1700000000000',
  '',
  Number.NaN,
  new Date(Number.NaN),
])('%j is refused as DATE_INVALID', (value) => {
  expect(refusalOf(value)).toEqual({ code: 'DATE_INVALID', path: '/runAt' })
})

test.each([
  1_700_000_000,
  99_999_999_999,
  0.5,
  0,
  -1,
  -1_700_000_000_000,
  latestInstant + 1,
  8.64e15 + 1,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  new Date(1_700_000_000),
  new Date(latestInstant + 1),
  '+275760-09-13T00:00:00.001Z',
  '-000001-01-01T00:00:00Z',
  '10000-01-01T00:00:00Z',
  '0000-01-01T00:00:00Z',
  '0099-01-01T00:00:00Z',
  '1969-12-31T23:59:59Z',
  '1970-01-01T00:00:00+00:01',
  '9999-12-31T23:59:59-00:01',
])('%s is refused as DATE_RANGE', (value) => {
  expect(refusalOf(value)).toEqual({ code: 'DATE_RANGE', path: '/runAt' })
})

test('a number of seconds is answered with a hint', () => {
  for (const value of [1_700_000_000, 0, -1, new Date(1_700_000_000)]) {
    expect(() => parseInstant(value, '/runAt')).toThrow('milliseconds?')
  }
})

test.each([null, undefined, true, {}, [], 5n, Symbol('s'), { getTime: () => 1_700_000_000_000 }])(
  'what is no Date, number or text is refused as TYPE_MISMATCH (%#)',
  (value) => {
    expect(refusalOf(value)).toEqual({ code: 'TYPE_MISMATCH', path: '/runAt' })
  },
)

test('only what RFC 3339 can write is formatted', () => {
  expect(formatInstant(0)).toBe('1970-01-01T00:00:00.000Z')
  for (const ms of [latestInstant + 1, Number.NaN, -62_167_219_200_001]) {
    expect(() => formatInstant(ms)).toThrow(expect.objectContaining({ code: 'DATE_RANGE' }))
  }
})

function refusalOf(value: unknown): { code: string; path: string | undefined } | null {
  try {
    parseInstant(value, '/runAt')
    return null
  } catch (error) {
    if (!isRiptideError(error)) throw error
    return { code: error.code, path: error.path }
  }
}
