import { expect, test } from 'vitest'
import { defineJob } from '../../src/core/handler.js'
import { silentLogger } from '../../src/core/logger.js'
import { defaultBudgets } from '../../src/core/priority.js'
import type { NewJob } from '../../src/core/queue-adapter.js'
import { Emitter } from '../../src/engine/emitter.js'
import { Engine } from '../../src/engine/service.js'
import { StoreTime } from '../../src/engine/store-time.js'
import { memoryQueue } from '../../src/index.js'
import { FakeClock } from '../../src/testing/fake-clock.js'

const kept = { ageMs: 1e9, count: 1e6, bytes: 1e9 }

/** An engine with one worker of one slot and up to four, whose jobs take two seconds. */
async function stage() {
  const clock = new FakeClock()
  const adapter = memoryQueue()
  await adapter.open({ clock, logger: silentLogger })
  const running = { now: 0, most: 0, cut: 0 }
  const slow = defineJob({
    name: 'slow',
    async handler(_: unknown, { signal }) {
      running.most = Math.max(running.most, ++running.now)
      await clock.sleep(2_000)
      running.now--
      if (signal.aborted) running.cut++
    },
  })
  const engine = new Engine({
    ...{ instance: 'a', adapter, storage: adapter.storage, clock, random: () => 0.5 },
    ...{ logger: silentLogger, emitter: new Emitter(silentLogger), storeTime: new StoreTime(clock) },
    workers: {
      ...{
        count: 1,
        maxConcurrentJobs: 1,
        prefetch: 0,
        leaseMs: 15_000,
        heartbeatMs: 3_000,
        abortGraceMs: 5_000,
      },
      autoscale: { min: 1, max: 4, targetP95WaitMs: 500 },
    },
    schedulerEnabled: false,
    budgets: defaultBudgets,
    retention: { completed: kept, dead_letter: kept, cancelled: kept },
    resultTtlMs: 0,
    maxResultBytes: 1_000,
    types: ['slow'],
    definitionOf: (type) => (type === 'slow' ? slow : undefined),
    keepResult: () => Promise.resolve(null),
    dependencyResults: () => Promise.resolve({}),
    load: () => ({ eventLoopUtilisation: 0.1, memory: 0.1 }),
    onError: (error) => {
      throw error
    },
  })
  await engine.start()
  return { clock, adapter, engine, running }
}

function job(id: string): NewJob {
  return {
    ...{ id, token: id, digest: '', type: 'slow', priority: 'normal', maxAttempts: 1, delayMs: null },
    ...{ runAt: null, dedupeKey: null, payload: 'null', options: '' },
  }
}

test('workers come while jobs wait too long, go when it is quiet, and none is cut short', async () => {
  const { clock, adapter, engine, running } = await stage()
  await adapter.submit(Array.from({ length: 40 }, (_, i) => job(`job-${i}`)))
  await clock.advance(15_000)
  expect(engine.autoscale).toMatchObject({ workers: 4, min: 1, max: 4, targetP95WaitMs: 500 })
  expect(running).toEqual({ now: 4, most: 4, cut: 0 })
  await clock.advance(100_000)
  expect(engine.autoscale).toMatchObject({ workers: 1, oldestReadyMs: 0 })
  expect(await adapter.counts()).toMatchObject({ completed: 40, pending: 0 })
  expect(await adapter.instances()).toMatchObject([{ workers: 1, slots: 1, busy: 0 }])
  expect(running).toEqual({ now: 0, most: 4, cut: 0 })
  const stopping = engine.stop(0)
  await clock.advance(1_000)
  await stopping
  expect(clock.pendingTimers).toBe(0)
})
