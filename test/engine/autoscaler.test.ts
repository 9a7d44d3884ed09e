import { describe, expect, test } from 'vitest'
import { noCounts } from '../../src/core/queue-record.js'
import { Autoscaler } from '../../src/engine/autoscaler.js'
import { type HostLoad, hostLoadProbe } from '../../src/engine/host-load.js'
import { Pool } from '../../src/engine/pool.js'
import { StoreTime } from '../../src/engine/store-time.js'
import { FakeClock } from '../../src/testing/fake-clock.js'
import { claim } from './cycle-stage.js'

/** An autoscaler of 1 to 8 workers with two slots each, of which the test says how busy they are. */
function stage() {
  const clock = new FakeClock()
  const pool = new Pool(2, 2, 0, { most: 8, asides: [1] })
  const load: { now: HostLoad } = { now: { eventLoopUtilisation: 0.1, memory: 0.1 } }
  const store = { counted: 0, oldestReadyAt: null as number | null, fails: false }
  const errors: string[] = []
  const made = new Autoscaler({
    ...{ min: 1, max: 8, targetP95WaitMs: 100 },
    adapter: {
      counts() {
        store.counted++
        if (store.fails) return Promise.reject(new Error('cut'))
        return Promise.resolve({
          ...noCounts(),
          byType: {},
          skips: { critical: 0, high: 0, normal: 0, low: 0 },
          oldestReadyAt: store.oldestReadyAt,
        })
      },
    },
    clock,
    random: () => 0.5,
    storeTime: new StoreTime(clock),
    pool,
    slotsEach: 2,
    load: () => load.now,
    resize: (workers) => pool.resize(workers),
    onError: ({ code }) => errors.push(code),
  })
  let lane = 0
  return {
    ...{ made, clock, pool, load, store, errors },
    /** Every slot gets a job, that waited so long. */
    fill: (waitedMs: number): void => {
      for (; pool.busy < pool.slots; lane = (lane + 1) % pool.workers) pool.begin(lane)
      made.observe([{ ...claim('x', 0), readyAt: 0, startedAt: waitedMs }])
    },
  }
}

describe('an autoscaler', () => {
  test('adds workers while jobs wait too long, and says why', async () => {
    const { made, clock, pool, fill } = stage()
    made.start()
    await clock.advance(1_000)
    fill(500)
    await clock.advance(1_000)
    expect(pool.workers).toBe(3)
    expect(made.state).toMatchObject({ workers: 3, min: 1, max: 8, targetP95WaitMs: 100, memory: 0.1 })
    expect(made.state.reason).toMatch(/waited for more than \d+ ms/)
    expect(made.state.changedAt).toBe(clock.now())
    await made.stop()
  })

  test('counts no waits from before the last change', async () => {
    const { made, clock, pool, fill } = stage()
    made.start()
    fill(500)
    await clock.advance(3_000)
    expect([pool.workers, made.state.p95WaitMs]).toEqual([3, null])
    fill(1)
    await clock.advance(10_000)
    expect(pool.workers).toBe(3)
    await made.stop()
  })

  test('counts no waits of jobs that have slots of their own', async () => {
    const { made, clock } = stage()
    made.start()
    made.observe([{ ...claim('x', 8), readyAt: 0, startedAt: 60_000 }])
    await clock.advance(1_000)
    expect(made.state.p95WaitMs).toBeNull()
    await made.stop()
  })

  test('asks the store for the oldest job only while all workers are taken, and not each time', async () => {
    const { made, clock, pool, store, fill } = stage()
    made.start()
    await clock.advance(10_000)
    expect(store.counted).toBe(0)
    fill(1)
    store.oldestReadyAt = clock.now() - 5_000
    await clock.advance(2_000)
    expect([store.counted, pool.workers]).toEqual([1, 3])
    await made.stop()
  })

  test('takes workers away one by one once all has been quiet for long, and leaves the least', async () => {
    const { made, clock, pool } = stage()
    pool.resize(4)
    made.start()
    await clock.advance(29_000)
    expect(pool.workers).toBe(4)
    await clock.advance(1_000)
    expect([pool.workers, made.state.reason]).toEqual([3, '1 would have done for the last 30 s'])
    await clock.advance(9_000)
    expect(pool.workers).toBe(3)
    await clock.advance(60_000)
    expect(pool.workers).toBe(1)
    await made.stop()
  })

  test('adds none while the process has no time for them', async () => {
    const { made, clock, pool, load, fill } = stage()
    load.now = { eventLoopUtilisation: 0.97, memory: 0.1 }
    made.start()
    fill(500)
    await clock.advance(3_000)
    expect([pool.workers, made.state.eventLoopUtilisation]).toEqual([2, 0.97])
    expect(made.state.reason).toContain('the event loop is busy for 97 % of the time')
    await made.stop()
  })

  test('goes on after a store that failed', async () => {
    const { made, clock, pool, store, errors, fill } = stage()
    store.fails = true
    made.start()
    fill(500)
    await clock.advance(7_000)
    expect([pool.workers, errors]).toEqual([2, ['STORE_UNAVAILABLE']])
    store.fails = false
    fill(500)
    await clock.advance(5_000)
    expect(pool.workers).toBe(3)
    await made.stop()
  })

  test('leaves no timer when it is stopped', async () => {
    const { made, clock } = stage()
    made.start()
    await clock.advance(1_000)
    await made.stop()
    expect(clock.pendingTimers).toBe(0)
  })
})

test('the load of this process is between nothing and all', () => {
  const { eventLoopUtilisation, memory } = hostLoadProbe()()
  expect(eventLoopUtilisation).toBeGreaterThanOrEqual(0)
  expect(eventLoopUtilisation).toBeLessThanOrEqual(1)
  expect(memory).toBeGreaterThan(0)
  expect(memory).toBeLessThanOrEqual(1)
})
