import assert from 'node:assert/strict'
import { bucketOf } from '../../core/histogram.js'
import type { TypeMetrics } from '../../core/queue-adapter.js'
import { contractCase } from './case.js'
import { complete, fail, keepOfEach, leaseMs, plain, release, retryIn } from './script.js'
import { jobIn } from './states.js'
import type { Stage } from './stage.js'
import { jobStates } from '../../core/states.js'

/** The counts of a queue and the counters of the fleet. */
export const countingCases = [
  contractCase('an empty queue counts nothing', ['I31'], async (stage) => {
    assert.deepEqual(plain(await stage.queue.counts()), {
      pending: 0,
      delayed: 0,
      processing: 0,
      retrying: 0,
      blocked: 0,
      completed: 0,
      dead_letter: 0,
      cancelled: 0,
      byType: {},
      skips: { critical: 0, high: 0, normal: 0, low: 0 },
      oldestReadyAt: null,
    })
  }),

  contractCase('each state is counted, by type too', ['I31'], async (stage) => {
    for (const status of jobStates) {
      if (status !== 'pending' && status !== 'blocked') await jobIn(stage, status, { type: 'mixed' })
    }
    await stage.addMany(2, { type: 'mixed', delayMs: 1000 })
    await stage.addMany(3, { type: 'mixed' })
    const { byType, ...all } = await stage.queue.counts()
    const expected = {
      pending: 3,
      delayed: 2,
      processing: 1,
      retrying: 1,
      blocked: 0,
      completed: 1,
      dead_letter: 1,
      cancelled: 1,
    }
    assert.deepEqual(plain(byType['mixed']), expected)
    const { skips, oldestReadyAt, ...states } = all
    assert.deepEqual(plain(states), expected)
    assert.deepEqual([typeof skips.low, oldestReadyAt], ['number', stage.now])
  }),

  contractCase('the oldest ready job is the one that has been ready longest', ['I31'], async (stage) => {
    const start = stage.now
    await stage.add({ priority: 'low' })
    await stage.pass(100)
    await stage.add({ priority: 'critical' })
    assert.equal((await stage.queue.counts()).oldestReadyAt, start)
    await stage.take()
    await stage.take()
    assert.equal((await stage.queue.counts()).oldestReadyAt, null)
    await stage.add({ delayMs: 50 })
    assert.equal((await stage.queue.counts()).oldestReadyAt, null)
    await stage.pass(200)
    await stage.settle()
    assert.equal((await stage.queue.counts()).oldestReadyAt, stage.now - 150)
  }),

  contractCase('counting began with the store and began once', ['I31'], async (stage) => {
    const { since } = await stage.queue.metrics()
    assert.equal(since, stage.now)
    await stage.pass(1000)
    await stage.finish()
    assert.equal((await stage.queue.metrics()).since, since)
  }),

  contractCase('a type that never had a job has no counters', ['I31'], async (stage) => {
    assert.deepEqual(plain((await stage.queue.metrics()).types), {})
  }),

  contractCase('only jobs that were made count as submitted', ['I31'], async (stage) => {
    const job = stage.job({ digest: 'one', dedupeKey: 'k' })
    await stage.queue.submit([job])
    await stage.queue.submit([job, { ...job, token: 'x' }, { ...job, token: 'y', digest: 'two' }])
    await stage.submit({ dedupeKey: 'k' })
    assert.equal((await metricsOf(stage)).submitted, 1)
  }),

  contractCase('each way a run can end has its counters', ['I31'], async (stage) => {
    await stage.addMany(5)
    const [a, b, c, d, e] = await stage.claim(5)
    assert.ok(a && b && c && d && e)
    await stage.end(a, complete(), { runMs: 10 })
    await stage.end(b, retryIn(1000), { runMs: 20 })
    await stage.end(c, fail(), { runMs: 40 })
    await stage.end(d, release, { runMs: 0 })
    await stage.cancel(e.id)
    const { runs, waits, ...counters } = await metricsOf(stage)
    assert.deepEqual(counters, {
      submitted: 5,
      completed: 1,
      failed: 2,
      retried: 1,
      deadLetter: 1,
      cancelled: 1,
      crashed: 0,
      totalRunMs: 70,
    })
    for (const ms of [10, 20, 40]) assert.equal(runs[bucketOf(ms)], 1, `a run of ${ms} ms is in its bucket`)
    assert.equal(waits[bucketOf(0)], 5)
  }),

  contractCase('a crash counts as a failed attempt and as a crash', ['I5', 'I31'], async (stage) => {
    await stage.add({ maxAttempts: 2 })
    await stage.take()
    await stage.pass(leaseMs)
    await stage.take({ instance: 'i2' })
    const first = await metricsOf(stage)
    assert.deepEqual([first.failed, first.crashed, first.retried, first.deadLetter], [1, 1, 1, 0])
    await stage.pass(leaseMs)
    await stage.settle()
    const second = await metricsOf(stage)
    assert.deepEqual([second.failed, second.crashed, second.retried, second.deadLetter], [2, 2, 1, 1])
  }),

  contractCase('how long jobs waited is counted from ready to claimed', ['I31'], async (stage) => {
    await stage.add()
    await stage.add({ delayMs: 1000 })
    await stage.pass(1500)
    assert.equal((await stage.claim(2)).length, 2)
    const { waits } = await metricsOf(stage)
    assert.deepEqual([waits[bucketOf(1500)], waits[bucketOf(500)]], [1, 1])
  }),

  contractCase('each type has counters of its own', ['I31'], async (stage) => {
    await stage.finish(complete(), { type: 'task' })
    await stage.finish(fail(), { type: 'other' })
    const { types } = await stage.queue.metrics()
    const shown = ['task', 'other'].map((type) => [types[type]?.completed, types[type]?.deadLetter])
    assert.deepEqual(shown, [
      [1, 0],
      [0, 1],
    ])
  }),

  contractCase('a refused outcome counts for nothing', ['I3', 'I31'], async (stage) => {
    await stage.add()
    const claim = await stage.take()
    await stage.end(claim, complete(), { runMs: 10 })
    await stage.end(claim, fail(), { runMs: 1000 })
    const { completed, failed, totalRunMs } = await metricsOf(stage)
    assert.deepEqual([completed, failed, totalRunMs], [1, 0, 10])
  }),

  contractCase('a new life takes nothing back from the counters', ['I31'], async (stage) => {
    const id = await jobIn(stage, 'dead_letter')
    const before = await metricsOf(stage)
    await stage.retry(id)
    assert.deepEqual(await metricsOf(stage), before)
  }),

  contractCase('no removal of jobs takes anything back from the counters', ['I31', 'I33'], async (stage) => {
    for (const settlement of [complete(), fail(), complete()]) await stage.finish(settlement)
    const before = plain(await stage.queue.metrics())
    await stage.prune(keepOfEach({ count: 0 }))
    assert.deepEqual(plain(await stage.queue.metrics()), before)
    assert.deepEqual([(await stage.list()).total, (await stage.queue.counts()).completed], [0, 0])
  }),

  contractCase('every process sees the counters of all', ['I31'], async (stage) => {
    const other = await stage.other()
    await stage.finish()
    await other.submit([stage.job()])
    const [here, there] = [await stage.queue.metrics(), await other.metrics()]
    assert.deepEqual(plain(there), plain(here))
    assert.equal(there.types['task']?.submitted, 2)
    assert.deepEqual(plain(await other.counts()), plain(await stage.queue.counts()))
  }),
]

// -------------------------------------------------------------------------------------------------------------------

async function metricsOf(stage: Stage): Promise<TypeMetrics> {
  const { types } = await stage.queue.metrics()
  const found = types['task']
  assert.ok(found, 'the type has counters')
  return { ...found, runs: { ...found.runs }, waits: { ...found.waits } }
}
