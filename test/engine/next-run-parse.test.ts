import { describe, expect, test } from 'vitest'
import { isRiptideError } from '../../src/core/errors.js'
import { parseRecurrence } from '../../src/engine/next-run.js'

describe('a cron that cannot be', () => {
  test.each([
    ['CRON_FIELD_COUNT', ['', ' ', '*', '* * * *', '0 0 * * * * *', '* * * * * * * *']],
    [
      'CRON_SYNTAX',
      ['*/0', '*/-1', '1/70', '5-1', '1-', ',', '1,,2', '1-2-3', '*/x', 'a', '1.5'].map(
        (field) => `${field} * * * *`,
      ),
    ],
    [
      'CRON_SYNTAX',
      [
        '60 * * * *',
        '* 24 * * *',
        '* * 0 * *',
        '* * 32 * *',
        '* * * 0 *',
        '* * * 13 *',
        '* * * * 8',
        '60 * * * * *',
      ],
    ],
    [
      'CRON_SYNTAX',
      [
        '*/ * * * *',
        '*/5/2 * * * *',
        '**/2 * * * *',
        '-5 * * * *',
        '* * * FOO *',
        '* * * MONDAY *',
        'MON * * * *',
        '* * * * L',
      ],
    ],
    [
      'CRON_SYNTAX',
      [
        '* * * * 1#0',
        '* * * * 1#6',
        '* * * * 1#',
        '* * * * 1#02',
        '* * * * 1-5#2',
        '* * 3L * *',
        'L * * * *',
      ],
    ],
    [
      'CRON_SYNTAX',
      [
        '*/61 * * * *',
        '* */25 * * *',
        '* * * * */8',
        `${'1,'.repeat(600)}2 * * * *`,
        `*/${'9'.repeat(400)} * * * *`,
      ],
    ],
    ['CRON_UNSUPPORTED', ['@reboot', '@every 5s', '@dialy', '@', '@daily 5', '@constructor']],
    [
      'CRON_UNSUPPORTED',
      [
        '0 0 ? * 1',
        'H * * * *',
        'H/15 * * * *',
        'H(0-5) * * * *',
        '0 0 15W * *',
        '0 0 LW * *',
        '0 0 L-3 * *',
      ],
    ],
    [
      'CRON_NEVER_FIRES',
      ['0 0 30 2 *', '0 0 31 4 *', '0 0 30,31 2 *', '0 0 31 2,4,6,9,11 *', '0 0 0 31 FEB *'],
    ],
  ])('is refused as %s', (code, texts) => {
    for (const cron of texts) expect([cron, refusalOf({ cron })]).toEqual([cron, { code, path: '/cron' }])
  })

  test('names the field that is wrong in its message', () => {
    expect(() => parseRecurrence({ cron: '0 25 * * *' }, '/schedule')).toThrow(
      '/schedule/cron: "25" is wrong in its hour field',
    )
  })
})

test.each([
  ['0 0 31 2 1', 'a Monday in February fires'],
  ['0 0 29 2 *', 'leap days come'],
  ['0 0 31 2,3 *', 'March has 31 days'],
  ['0 0 L 2 *', 'February has a last day'],
  ['1-5,3,3 * * * *', 'a value may be named twice'],
  ['0 0 * * 0,7,SUN', 'Sunday has three names'],
  ['  0\t0  * * *\n', 'any blanks separate'],
  ['* * * * * *', 'each second'],
  ['*/60 * * * *', 'a step as wide as its field'],
])('%s is taken: %s', (cron) => {
  expect(refusalOf({ cron })).toBeNull()
})

test.each([
  ['@hourly', '0 * * * *'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@weekly', '0 0 * * 0'],
  ['@monthly', '0 0 1 * *'],
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
  ['0 0 * jan-mar,DEC sun', '0 0 * 1-3,12 7'],
  ['30 4 * * *', '0 30 4 * * *'],
  ['5-59/15 * * * *', '5/15 * * * *'],
])('%s says the same as %s', (a, b) => {
  expect(parseRecurrence({ cron: a })).toEqual(parseRecurrence({ cron: b }))
})

test.each([
  0,
  -1,
  0.5,
  99,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  31_536_000_001,
  1e15,
  '5m',
  '1000',
  {},
  1000n,
])('everyMs %s is refused as INTERVAL_INVALID', (everyMs) => {
  expect(refusalOf({ everyMs })).toEqual({ code: 'INTERVAL_INVALID', path: '/everyMs' })
})

test.each([
  [{}, 'neither'],
  [{ cron: null, everyMs: null }, 'neither'],
  [{ cron: '@daily', everyMs: 1000 }, 'both'],
  [{ cron: '', everyMs: 0 }, 'both'],
])('%j is refused as FIELDS_CONFLICT', (input, came) => {
  expect(refusalOf(input)).toEqual({ code: 'FIELDS_CONFLICT', path: '/' })
  expect(() => parseRecurrence(input, '/schedule')).toThrow(came)
})

test.each([
  '',
  ' ',
  'Mars/Olympus',
  'Europe/London ',
  '+02:00',
  '-0300',
  'local',
  '__proto__',
  'Europe/\u0000',
  5,
  {},
  [],
])('the time zone %j is refused as TIMEZONE_INVALID', (timezone) => {
  expect(refusalOf({ cron: '@daily', timezone })).toEqual({ code: 'TIMEZONE_INVALID', path: '/timezone' })
  expect(refusalOf({ everyMs: 1000, timezone })).toEqual({ code: 'TIMEZONE_INVALID', path: '/timezone' })
})

test.each([5, {}, [], true])('a cron that is no text (%j) is refused as TYPE_MISMATCH', (cron) => {
  expect(refusalOf({ cron })).toEqual({ code: 'TYPE_MISMATCH', path: '/cron' })
})

test('what was read is frozen plain data', () => {
  const recurrence = parseRecurrence({ cron: '0 9 L * MON#1', timezone: 'Europe/London' })
  expect(structuredClone(recurrence)).toEqual(recurrence)
  expect(recurrence.kind === 'cron' && isDeeplyFrozen(recurrence)).toBe(true)
  expect(isDeeplyFrozen(parseRecurrence({ everyMs: 1000 }))).toBe(true)
})

// -------------------------------------------------------------------------------------------------------------------

function refusalOf(
  input: Parameters<typeof parseRecurrence>[0],
): { code: string; path: string | undefined } | null {
  try {
    parseRecurrence(input)
    return null
  } catch (error) {
    if (!isRiptideError(error)) throw error
    return { code: error.code, path: error.path }
  }
}

function isDeeplyFrozen(value: unknown): boolean {
  return (
    typeof value !== 'object' ||
    value === null ||
    (Object.isFrozen(value) && Object.values(value).every(isDeeplyFrozen))
  )
}
