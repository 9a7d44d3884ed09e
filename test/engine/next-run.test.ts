import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatInstant } from '../../src/core/instant.js'
import { countRuns, nextRun, parseRecurrence, previewRuns } from '../../src/engine/next-run.js'

describe('the next runs of a cron in UTC', () => {
  test.each([
    ['*/15 * * * *', '2026-01-01T00:01:00Z', ['2026-01-01T00:15:00', '2026-01-01T00:30:00']],
    ['59 59 23 31 12 *', '2026-12-31T23:59:58Z', ['2026-12-31T23:59:59', '2027-12-31T23:59:59']],
    ['* * * * * *', '2026-01-01T00:00:00.001Z', ['2026-01-01T00:00:01', '2026-01-01T00:00:02']],
    ['0 0 29 2 *', '2096-02-29T00:00:00Z', ['2104-02-29T00:00:00', '2108-02-29T00:00:00']],
    ['0 0 31 * *', '2026-01-31T00:00:00Z', ['2026-03-31T00:00:00', '2026-05-31T00:00:00']],
    ['0 0 L * *', '2028-01-31T00:00:00Z', ['2028-02-29T00:00:00', '2028-03-31T00:00:00']],
    ['0 0 L,15 2 *', '2026-01-31T00:00:00Z', ['2026-02-15T00:00:00', '2026-02-28T00:00:00']],
    ['0 9 * * MON-FRI', '2026-11-27T10:00:00Z', ['2026-11-30T09:00:00', '2026-12-01T09:00:00']],
    ['0 9 * * MON#1,WED#3', '2026-11-30T00:00:00Z', ['2026-12-07T09:00:00', '2026-12-16T09:00:00']],
    ['0 9 * * 5L', '2026-11-01T00:00:00Z', ['2026-11-27T09:00:00', '2026-12-25T09:00:00']],
    ['0 0 * * 7', '2026-11-23T00:00:00Z', ['2026-11-29T00:00:00', '2026-12-06T00:00:00']],
    [
      '0 0 * * 5-7',
      '2026-11-23T00:00:00Z',
      ['2026-11-27T00:00:00', '2026-11-28T00:00:00', '2026-11-29T00:00:00'],
    ],
    [
      '0 0 * 2 FRI#5',
      '2026-01-01T00:00:00Z',
      ['2036-02-29T00:00:00', '2064-02-29T00:00:00', '2092-02-29T00:00:00', '2104-02-29T00:00:00'],
    ],
    ['0 0 * 2 MON#5', '2072-02-29T00:00:00Z', ['2112-02-29T00:00:00', '2140-02-29T00:00:00']],
    ['@yearly', '2026-01-01T00:00:00Z', ['2027-01-01T00:00:00', '2028-01-01T00:00:00']],
  ])('%s after %s', (cron, after, expected) => {
    const runs = previewRuns(parseRecurrence({ cron }), Date.parse(after), expected.length)
    expect(runs.map(formatInstant)).toEqual(expected.map((text) => `${text}.000Z`))
  })

  test('with both day fields restricted, a day that satisfies either is one', () => {
    const runs = previewRuns(parseRecurrence({ cron: '0 0 13 * FRI' }), Date.parse('2026-11-01T00:00:00Z'), 5)
    expect(runs.map((at) => new Date(at).getUTCDate())).toEqual([6, 13, 20, 27, 4])
    const stepped = previewRuns(
      parseRecurrence({ cron: '0 0 */10 * MON' }),
      Date.parse('2026-11-01T00:00:00Z'),
      5,
    )
    expect(stepped.map((at) => new Date(at).getUTCDate())).toEqual([2, 9, 11, 16, 21])
  })
})

test('a cron is read in its zone, and in UTC without one', () => {
  const after = Date.parse('2026-01-10T00:00:00Z')
  const inKolkata = nextRun(parseRecurrence({ cron: '30 9 * * *', timezone: 'Asia/Kolkata' }), after)
  expect(formatInstant(inKolkata)).toBe('2026-01-10T04:00:00.000Z')
  expect(formatInstant(nextRun(parseRecurrence({ cron: '30 9 * * *' }), after))).toBe(
    '2026-01-10T09:30:00.000Z',
  )
})

test('the slots of an interval are the multiples of it since the epoch', () => {
  const recurrence = parseRecurrence({ everyMs: 1500 })
  expect(previewRuns(recurrence, 1_700_000_000_001, 2)).toEqual([1_700_000_001_000, 1_700_000_002_500])
  expect(nextRun(recurrence, 3000)).toBe(4500)
  expect(countRuns(recurrence, 3000, 6000)).toBe(2)
})

test('a run lies after the given instant, is the first one there, and is counted once', () => {
  const zones = fc.constantFrom(
    'UTC',
    'America/New_York',
    'Australia/Lord_Howe',
    'Africa/Casablanca',
    'Pacific/Apia',
  )
  const crons = fc
    .tuple(list(0, 59), list(0, 23), list(1, 28), list(1, 12), list(0, 6))
    .map((fields) => fields.join(' '))
  const instants = fc.integer({ min: Date.UTC(2008, 0), max: Date.UTC(2035, 0) })
  fc.assert(
    fc.property(
      crons,
      zones,
      instants,
      fc.double({ min: 0, max: 1, noNaN: true }),
      (cron, timezone, after, part) => {
        const recurrence = parseRecurrence({ cron, timezone })
        const run = nextRun(recurrence, after)
        expect(run).toBeGreaterThan(after)
        expect(nextRun(recurrence, after + Math.floor((run - after - 1) * part))).toBe(run)
        expect([countRuns(recurrence, after, run - 1), countRuns(recurrence, after, run)]).toEqual([0, 1])
      },
    ),
    { numRuns: 400 },
  )
})

test('counting agrees with walking, over years', () => {
  const [from, to] = [Date.UTC(2009, 11, 31), Date.UTC(2013, 0)]
  for (const timezone of ['America/Sao_Paulo', 'Africa/Casablanca', 'Pacific/Apia', 'Australia/Lord_Howe']) {
    for (const cron of ['15 */3 * * *', '0 0,2 * * *', '30 1 L * 1#2']) {
      const recurrence = parseRecurrence({ cron, timezone })
      let walked = 0
      for (let at = nextRun(recurrence, from); at <= to; at = nextRun(recurrence, at)) walked++
      expect(countRuns(recurrence, from, to)).toBe(walked)
    }
  }
})

test('counting sees an offset that holds for a week only', () => {
  const recurrence = parseRecurrence({ cron: '*/30 0 * * *', timezone: 'America/Recife' })
  const [from, to] = [Date.UTC(2000, 8, 20), Date.UTC(2000, 10, 10)]
  const ordinary = 51 * 2
  // 8 October skips from 0:00 to 1:00 and makes up for two runs with one; 15 October shows 23:00 to 24:00 again.
  expect(countRuns(recurrence, from, to)).toBe(ordinary - 1)
})

test.each(['0 0 29 2 *', '0 0 * 2 FRI#5', '30 2 * * *', '* * * * * *'])('%s is found within 5 ms', (cron) => {
  const recurrence = parseRecurrence({ cron, timezone: 'America/New_York' })
  const took = Array.from({ length: 10 }, (_, i) => {
    const start = performance.now()
    nextRun(recurrence, Date.UTC(2096, 2, 1 + i))
    return performance.now() - start
  })
  expect(Math.min(...took)).toBeLessThan(5)
})

test('an instant that no calendar of ours holds is refused', () => {
  const recurrence = parseRecurrence({ cron: '@daily' })
  for (const after of [Number.NaN, Number.POSITIVE_INFINITY, -1, 8.64e15]) {
    expect(() => nextRun(recurrence, after)).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }))
  }
  expect(() => previewRuns(recurrence, 0, 1001)).toThrow(expect.objectContaining({ code: 'RANGE' }))
})

// -------------------------------------------------------------------------------------------------------------------

/** `*`, a step, a range or a list of one field. */
function list(min: number, max: number): fc.Arbitrary<string> {
  const value = fc.integer({ min, max })
  return fc.oneof(
    fc.constant('*'),
    fc.integer({ min: 2, max: Math.ceil(max / 2) }).map((step) => `*/${step}`),
    fc.tuple(value, value).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
    fc.array(value, { minLength: 1, maxLength: 3 }).map((values) => values.join(',')),
  )
}
