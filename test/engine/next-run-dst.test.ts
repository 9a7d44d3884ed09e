import { describe, expect, test } from 'vitest'
import { formatInstant } from '../../src/core/instant.js'
import { countRuns, nextRun, parseRecurrence } from '../../src/engine/next-run.js'
import { type ZoneTable, tableOffset, zdumpTables } from './zdump-table.js'

const minute = 60_000
const hour = 60 * minute

interface Case {
  readonly cron: string
  /** `*` or a step in hour or minute. */
  readonly repeats: boolean
  /** No `*` and no step in the hour. */
  readonly namesHour: boolean
  /** What the cron says, written again by hand. */
  readonly matches: (wall: Date) => boolean
}

const cases: readonly Case[] = [
  fixed('0 0 * * *', (w) => w.getUTCHours() === 0 && w.getUTCMinutes() === 0),
  fixed('30 1 * * *', (w) => w.getUTCHours() === 1 && w.getUTCMinutes() === 30),
  fixed('0 2 * * *', (w) => w.getUTCHours() === 2 && w.getUTCMinutes() === 0),
  fixed('30 2 * * *', (w) => w.getUTCHours() === 2 && w.getUTCMinutes() === 30),
  fixed('15,45 0-3 * * *', (w) => w.getUTCHours() <= 3 && [15, 45].includes(w.getUTCMinutes())),
  fixed('30 23 * * 6', (w) => w.getUTCDay() === 6 && w.getUTCHours() === 23 && w.getUTCMinutes() === 30),
  fixed(
    '0 12 30 12 *',
    (w) => w.getUTCMonth() === 11 && w.getUTCDate() === 30 && w.getTime() % (24 * hour) === 12 * hour,
  ),
  repeating('*/15 * * * *', (w) => w.getUTCMinutes() % 15 === 0),
  repeating('0 * * * *', (w) => w.getUTCMinutes() === 0),
  repeating('7 */2 * * *', (w) => w.getUTCHours() % 2 === 0 && w.getUTCMinutes() === 7),
  {
    ...repeating('*/20 2 * * *', (w) => w.getUTCHours() === 2 && w.getUTCMinutes() % 20 === 0),
    namesHour: true,
  },
  {
    ...repeating('*/20 1 * * *', (w) => w.getUTCHours() === 1 && w.getUTCMinutes() % 20 === 0),
    namesHour: true,
  },
]

describe.each(zdumpTables())('around every offset change of $zone since 2007', (table) => {
  test.each(cases)('$cron runs as the table of the operating system says', (one) => {
    const recurrence = parseRecurrence({ cron: one.cron, timezone: table.zone })
    for (const { from, to } of windowsOf(table)) {
      const expected = expectedRuns(one, table, from, to)
      expect(runsOf(recurrence, from, to).map(formatInstant)).toEqual(expected.map(formatInstant))
      expect(countRuns(recurrence, from, to)).toBe(expected.length)
    }
  })
})

test.each([
  [
    'a time in the skipped hour runs when the hour has been skipped',
    '30 2 * * *',
    'America/New_York',
    '2026-03-07T12:00:00Z',
    ['2026-03-08T07:00:00.000Z', '2026-03-09T06:30:00.000Z'],
  ],
  [
    'several times in the skipped hour run once',
    '5,10,15 2 * * *',
    'America/New_York',
    '2026-03-08T06:00:00Z',
    ['2026-03-08T07:00:00.000Z', '2026-03-09T06:05:00.000Z'],
  ],
  [
    'a skipped midnight runs at one',
    '0 0 * * *',
    'America/Sao_Paulo',
    '2018-11-03T12:00:00Z',
    ['2018-11-04T03:00:00.000Z', '2018-11-05T02:00:00.000Z'],
  ],
  [
    'a skipped day runs once, at the end of it',
    '0 0,12 * * *',
    'Pacific/Apia',
    '2011-12-29T22:00:00Z',
    ['2011-12-30T10:00:00.000Z', '2011-12-30T22:00:00.000Z'],
  ],
  [
    'a skipped half hour is made up for',
    '15 2 * * *',
    'Australia/Lord_Howe',
    '2026-10-03T12:00:00Z',
    ['2026-10-03T15:30:00.000Z', '2026-10-04T15:15:00.000Z'],
  ],
  [
    'a time in the repeated hour runs the first time only',
    '30 1 * * *',
    'America/New_York',
    '2026-10-31T12:00:00Z',
    ['2026-11-01T05:30:00.000Z', '2026-11-02T06:30:00.000Z'],
  ],
  [
    'the start of the repeated hour runs the first time only',
    '0 1 * * *',
    'Europe/London',
    '2026-10-24T12:00:00Z',
    ['2026-10-25T00:00:00.000Z', '2026-10-26T01:00:00.000Z'],
  ],
  [
    'a step runs at each real interval of the repeated hour',
    '*/30 * * * *',
    'America/New_York',
    '2026-11-01T05:00:00Z',
    [
      '2026-11-01T05:30:00.000Z',
      '2026-11-01T06:00:00.000Z',
      '2026-11-01T06:30:00.000Z',
      '2026-11-01T07:00:00.000Z',
    ],
  ],
  [
    'an hourly cron runs at each real hour',
    '0 * * * *',
    'Europe/London',
    '2026-10-24T23:30:00Z',
    ['2026-10-25T00:00:00.000Z', '2026-10-25T01:00:00.000Z', '2026-10-25T02:00:00.000Z'],
  ],
  [
    'a step makes nothing up for the skipped hour',
    '*/30 * * * *',
    'Europe/London',
    '2026-03-29T00:00:00Z',
    ['2026-03-29T00:30:00.000Z', '2026-03-29T01:00:00.000Z', '2026-03-29T01:30:00.000Z'],
  ],
  [
    'each second of a named minute runs once in a repeated hour',
    '58,59 59 1 * * *',
    'America/New_York',
    '2026-11-01T05:59:58Z',
    ['2026-11-01T05:59:59.000Z', '2026-11-02T06:59:58.000Z'],
  ],
  [
    'a yearly run that falls into a skipped hour, asked for long before',
    '30 2 8 3 *',
    'America/New_York',
    '2025-03-09T00:00:00Z',
    ['2026-03-08T07:00:00.000Z', '2027-03-08T07:30:00.000Z'],
  ],
  [
    'a yearly run that falls into a repeated hour, asked for long before',
    '30 1 1 11 *',
    'America/New_York',
    '2025-11-02T00:00:00Z',
    ['2026-11-01T05:30:00.000Z', '2027-11-01T05:30:00.000Z'],
  ],
  [
    'a yearly step in a repeated hour, asked for long before',
    '*/40 1 1 11 *',
    'America/New_York',
    '2025-11-02T00:00:00Z',
    [
      '2026-11-01T05:00:00.000Z',
      '2026-11-01T05:40:00.000Z',
      '2026-11-01T06:00:00.000Z',
      '2026-11-01T06:40:00.000Z',
    ],
  ],
])('%s', (_, cron, timezone, after, expected) => {
  const recurrence = parseRecurrence({ cron, timezone })
  const runs: number[] = []
  for (let at = Date.parse(after); runs.length < expected.length; runs.push(at)) at = nextRun(recurrence, at)
  expect(runs.map(formatInstant)).toEqual(expected)
})

test('asking from inside the repeated hour does not repeat what ran before it', () => {
  const recurrence = parseRecurrence({ cron: '45 1 * * *', timezone: 'America/New_York' })
  const first = Date.parse('2026-11-01T05:45:00Z')
  for (let at = first; at < first + 2 * hour; at += 7 * minute) {
    expect(formatInstant(nextRun(recurrence, at))).toBe('2026-11-02T06:45:00.000Z')
  }
})

// -------------------------------------------------------------------------------------------------------------------

function fixed(cron: string, matches: Case['matches']): Case {
  return { cron, repeats: false, namesHour: true, matches }
}

function repeating(cron: string, matches: Case['matches']): Case {
  return { cron, repeats: true, namesHour: false, matches }
}

/** 30 hours on both sides of each change; a stretch of a zone that never changes. */
function windowsOf(table: ZoneTable): readonly { from: number; to: number }[] {
  const centres =
    table.changes.length > 0 ? table.changes.map((change) => change.at) : [Date.parse('2024-02-29T00:00:00Z')]
  return centres.map((at) => ({ from: at - 30 * hour, to: at + 30 * hour }))
}

function runsOf(recurrence: ReturnType<typeof parseRecurrence>, from: number, to: number): number[] {
  const runs: number[] = []
  for (let at = nextRun(recurrence, from); at <= to; at = nextRun(recurrence, at)) runs.push(at)
  return runs
}

/** The policy in words, minute by minute over the table. */
function expectedRuns(one: Case, table: ZoneTable, from: number, to: number): number[] {
  const runs: number[] = []
  let shown = from + tableOffset(table, from)
  let last = shown
  for (let at = from + minute; at <= to; at += minute) {
    const wall = at + tableOffset(table, at)
    const runsHere = one.matches(new Date(wall)) && (one.repeats || wall > shown)
    let makesUp = false
    for (let w = last + minute; w < wall && one.namesHour; w += minute) makesUp ||= one.matches(new Date(w))
    if (runsHere || makesUp) runs.push(at)
    shown = Math.max(shown, wall)
    last = wall
  }
  return runs
}
