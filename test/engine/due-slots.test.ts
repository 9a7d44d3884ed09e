import { describe, expect, test } from 'vitest'
import { type DueSlots, type FirePlan, planFire } from '../../src/engine/due-slots.js'
import { countRuns, nextRun, parseRecurrence } from '../../src/engine/next-run.js'

const minute = 60_000
const start = Date.UTC(2026, 10, 23)
const everyMinute = parseRecurrence({ cron: '* * * * *' })

/** The schedule stands at `start`; one slot a minute. */
function due(now: number, rest: Partial<DueSlots> = {}): DueSlots {
  return {
    recurrence: everyMinute,
    nextSlot: start,
    now,
    misfire: 'last',
    misfireLimit: 3,
    graceMs: 10_000,
    ...rest,
  }
}

/** All steps at one moment: what ran, what was passed over, and where the schedule stands then. */
function settle(from: DueSlots): { ran: number[]; passed: number; next: number; steps: number } {
  const plans: FirePlan[] = []
  for (let plan = planFire(from); plan; plan = planFire({ ...from, nextSlot: plan.next })) plans.push(plan)
  const ran = plans.flatMap((plan) => plan.runSlot ?? [])
  const passed = plans.reduce((sum, plan) => sum + plan.missed + (plan.runSlot === null ? 1 : 0), 0)
  return { ran, passed, next: plans.at(-1)?.next ?? from.nextSlot, steps: plans.length }
}

test('nothing is due before its slot', () => {
  expect(planFire(due(start - 1))).toBeNull()
})

test.each(['skip', 'last', 'all'] as const)(
  'with %s, a slot up to the grace old runs by itself',
  (misfire) => {
    for (const now of [start, start + 10_000]) {
      expect(planFire(due(now, { misfire }))).toEqual({
        slot: start,
        runSlot: start,
        next: start + minute,
        missed: 0,
      })
    }
  },
)

test.each(['skip', 'last', 'all'] as const)('with %s, several slots on time run one by one', (misfire) => {
  const recurrence = parseRecurrence({ everyMs: 1000 })
  const { ran, passed, next } = settle(due(start + 3500, { misfire, recurrence }))
  expect(ran).toEqual([start, start + 1000, start + 2000, start + 3000])
  expect([passed, next]).toEqual([0, start + 4000])
})

describe('after ten minutes and twenty seconds down', () => {
  const now = start + 10 * minute + 20_000

  test('skip runs none of the missed slots', () => {
    expect(planFire(due(now, { misfire: 'skip' }))).toEqual({
      slot: start,
      runSlot: null,
      next: start + 11 * minute,
      missed: 10,
    })
  })

  test('last runs the newest one only', () => {
    expect(settle(due(now))).toEqual({
      ran: [start + 10 * minute],
      passed: 10,
      next: start + 11 * minute,
      steps: 1,
    })
  })

  test('all runs the newest three, oldest first', () => {
    const { ran, passed, next } = settle(due(now, { misfire: 'all' }))
    expect(ran).toEqual([start + 8 * minute, start + 9 * minute, start + 10 * minute])
    expect([passed, next]).toEqual([8, start + 11 * minute])
  })

  test('all with room enough runs every one', () => {
    expect(settle(due(now, { misfire: 'all', misfireLimit: 100 }))).toMatchObject({ passed: 0, steps: 11 })
  })
})

describe('when the newest slot is on time and older ones are not', () => {
  const now = start + 10 * minute + 5_000

  test('skip runs the one on time', () => {
    expect(planFire(due(now, { misfire: 'skip' }))).toEqual({
      slot: start,
      runSlot: start + 10 * minute,
      next: start + 11 * minute,
      missed: 10,
    })
  })

  test('last runs it, alone', () => {
    expect(settle(due(now))).toMatchObject({ ran: [start + 10 * minute], passed: 10, steps: 1 })
  })

  test('all runs it besides the three that are made up for', () => {
    const ran = [7, 8, 9, 10].map((n) => start + n * minute)
    expect(settle(due(now, { misfire: 'all' }))).toMatchObject({ ran, passed: 7 })
  })
})

test('skip runs a slot that is due at this very moment', () => {
  const now = start + 10 * minute
  expect(planFire(due(now, { misfire: 'skip' }))).toMatchObject({
    runSlot: now,
    next: now + minute,
    missed: 10,
  })
})

test('all with a limit of 0 makes nothing up', () => {
  const now = start + 10 * minute + 20_000
  expect(settle(due(now, { misfire: 'all', misfireLimit: 0 }))).toMatchObject({ ran: [], passed: 11 })
})

test('the slot is missed one millisecond after its grace', () => {
  expect(planFire(due(start + 10_001, { misfire: 'skip' }))).toMatchObject({ runSlot: null, missed: 0 })
})

test('a single missed slot runs with last', () => {
  expect(planFire(due(start + 20_000))).toEqual({
    slot: start,
    runSlot: start,
    next: start + minute,
    missed: 0,
  })
})

test('a clock that steps forward and back runs nothing twice', () => {
  const ran: number[] = []
  let nextSlot = start
  for (const now of [
    start,
    start + 60 * minute,
    start + minute,
    start,
    start + 60 * minute,
    start + 61 * minute,
  ]) {
    for (
      let plan = planFire(due(now, { nextSlot, misfire: 'all' }));
      plan;
      plan = planFire(due(now, { nextSlot, misfire: 'all' }))
    ) {
      if (plan.runSlot !== null) ran.push(plan.runSlot)
      nextSlot = plan.next
    }
  }
  expect(ran).toEqual([...new Set(ran)].sort((a, b) => a - b))
  expect(nextSlot).toBe(start + 62 * minute)
})

describe.each([
  ['an interval of 100 ms', parseRecurrence({ everyMs: 100 })],
  [
    'a cron of each second in a zone with DST',
    parseRecurrence({ cron: '* * * * * *', timezone: 'Europe/London' }),
  ],
  ['a daily cron', parseRecurrence({ cron: '30 1 * * *', timezone: 'America/New_York' })],
])('%s that was down for a year', (_, recurrence) => {
  const nextSlot = nextRun(recurrence, start)
  const now = start + 365 * 86_400_000 + 3_600_000
  const total = 1 + countRuns(recurrence, nextSlot, now)

  test.each(['skip', 'last', 'all'] as const)(
    'is settled by %s in a few quick steps, and every slot is accounted for',
    (misfire) => {
      const began = performance.now()
      const { ran, passed, next, steps } = settle(due(now, { recurrence, nextSlot, misfire }))
      expect(performance.now() - began).toBeLessThan(2000)
      expect(ran.length + passed).toBe(total)
      expect(next).toBe(nextRun(recurrence, now))
      expect(steps).toBeLessThan(150)
      if (misfire === 'last') expect([ran.length, countRuns(recurrence, ran[0] ?? 0, now)]).toEqual([1, 0])
      if (misfire === 'all') expect(countRuns(recurrence, (ran[0] ?? 0) - 1, now - 10_001)).toBe(3)
    },
  )
})
