import assert from 'node:assert/strict'
import type { Claim, QueueAdapter } from '../../core/queue-adapter.js'
import type { Settlement } from '../../core/settlement.js'
import { movingCase } from './case.js'
import { Road } from './road.js'
import { complete, fail, keep, lanes, leaseMs, outcomeOf, plain, release, retryIn } from './script.js'
import type { Stage } from './stage.js'

/** What keeps its order, and who waits for whom, when jobs go from one store to another. */
export const movingOrderCases = [
  movingCase('ready jobs are claimed in the order in which they would have been', ['I7'], async (stage) => {
    const [moved, stayed] = [await Road.away(stage), await stage.elsewhere()]
    for (const queue of [moved.from, stayed]) await mixUp(stage, queue)
    await moved.travel(7)
    assert.deepEqual(await drainFrom(stage, moved.to), await drainFrom(stage, stayed))
  }),

  movingCase('those that come line up behind those that are there', ['I7'], async (stage) => {
    const road = await Road.here(stage)
    await road.begin()
    const jobs = ['a', 'b', 'c', 'd'].map((id) => stage.job({ id }))
    await stage.pass(10)
    const own = await stage.add()
    await road.from.submit(jobs)
    await road.import({ jobs: (await road.exportAll()).slice(0, 2) })
    const late = await stage.add()
    await road.import({ jobs: (await road.exportAll()).slice(2) })
    assert.deepEqual(await stage.takeIds(9), [own, 'a', 'b', late, 'c', 'd'])
  }),

  movingCase('those that were handed back go in front, and keep their order', ['I7'], async (stage) => {
    const road = await Road.here(stage)
    await road.from.submit(['a', 'b', 'c', 'd'].map((id) => stage.job({ id })))
    for (const claim of await claimFrom(stage, road.from, 2)) await endAt(stage, road.from, claim, release)
    const own = await stage.add()
    await road.travel(1)
    assert.deepEqual(await stage.takeIds(5), ['a', 'b', own, 'c', 'd'])
  }),

  movingCase('ended jobs are removed in the order of their ends', ['I33'], async (stage) => {
    const road = await Road.here(stage)
    const ids = ['a', 'b', 'c', 'd', 'e']
    await road.from.submit(ids.map((id) => stage.job({ id })))
    const claims = await claimFrom(stage, road.from, 5)
    for (const id of ['d', 'a', 'e', 'b', 'c']) {
      const run = claims.find((claim) => claim.id === id)
      if (run) await endAt(stage, road.from, run, complete())
      await stage.pass(100)
    }
    await road.travel(2)
    const left = async (): Promise<readonly string[]> => (await stage.everyJob()).map(({ id }) => id).sort()
    await stage.prune({ completed: keep({ count: 4 }) })
    assert.deepEqual(await left(), ['a', 'b', 'c', 'e'])
    await stage.prune({ completed: keep({ ageMs: 250 }) })
    assert.deepEqual(await left(), ['b', 'c'])
  }),

  movingCase(
    'the list is in the order of creation, before what was submitted later',
    ['I1'],
    async (stage) => {
      const road = await Road.here(stage)
      const old = await stage.add()
      await mixUp(stage, road.from)
      const before = (await road.from.list(everything)).jobs.map(({ id }) => id)
      await road.begin()
      const late = await stage.add()
      await road.travel(5)
      assert.deepEqual(
        (await stage.everyJob()).map(({ id }) => id),
        [late, ...before, old],
      )
    },
  ),

  movingCase('jobs that came to the store after the move began come last', ['I1'], async (stage) => {
    const road = await Road.here(stage)
    await road.from.submit([stage.job({ id: 'early' })])
    await road.begin()
    await road.from.submit([stage.job({ id: 'late' })])
    const own = await stage.add()
    await road.import({ jobs: await road.exportAll() })
    assert.deepEqual(
      (await stage.everyJob()).map(({ id }) => id),
      ['late', own, 'early'],
    )
  }),

  movingCase('a line of jobs moves on one by one in the other store', ['I11'], async (stage) => {
    const road = await Road.here(stage)
    const ids = await lineUp(stage, road.from, 5)
    await road.travel(2)
    const ran: string[] = []
    for (let n = 0; n < ids.length; n++) {
      const claims = await stage.claim(4)
      assert.equal(claims.length, 1, 'one runs at a time')
      ran.push(...claims.map(({ id }) => id))
      await stage.end(claims, complete())
    }
    assert.deepEqual(ran, ids)
  }),

  movingCase('a new job of the schedule lines up behind those that came', ['I11'], async (stage) => {
    const road = await Road.here(stage)
    const ids = await lineUp(stage, road.from, 3)
    await road.travel(1)
    const next = await stage.fired('line', { overlap: 'queue' })
    assert.equal((await stage.record(next)).blockedBy, ids[2])
    assert.equal((await stage.scheduleNow('line')).live, 4)
  }),

  movingCase('a blocked job stays while the one that blocks it does', ['I11'], async (stage) => {
    const road = await Road.away(stage)
    const [, second = ''] = await lineUp(stage, stage.queue, 3)
    const running = await stage.take()
    const jobs = await road.exportAll()
    assert.deepEqual(
      jobs.map(({ record }) => record.blockedBy),
      [running.id, second],
    )
    assert.deepEqual(await stage.unchanged(() => road.withdraw(jobs)), ['bound', 'bound'])
    await stage.end(running, complete())
    await stage.settle()
    assert.deepEqual(await road.withdraw(await road.exportAll()), ['gone', 'gone', 'gone'])
  }),

  movingCase('who waited for a job that has ended there meanwhile is ready', ['I11'], async (stage) => {
    const road = await Road.here(stage)
    const [first, second] = await lineUp(stage, road.from, 2)
    const jobs = (await road.exportAll()).filter(({ place }) => place !== 'completed')
    await road.begin()
    assert.deepEqual(await road.withdraw(jobs), ['gone', 'gone'])
    await road.import({ jobs: jobs.slice(0, 1) })
    await stage.end(await stage.take(), complete())
    await stage.prune({ completed: keep({ count: 0 }) })
    await road.import({ jobs: jobs.slice(1) })
    assert.deepEqual([await stage.status(first ?? ''), await stage.takeIds(5)], ['missing', [second]])
  }),

  movingCase(
    'who waits for a job that went is let go when it comes back and ends',
    ['I11', 'I17'],
    async (stage) => {
      const [there, back] = [await Road.away(stage), new Road(await stage.elsewhere(), stage.queue, 'back')]
      const [first = '', second = ''] = await lineUp(stage, stage.queue, 2)
      const job = await there.exportOne(first)
      await there.withdraw([job])
      await stage.settle()
      const waiting = await stage.record(second)
      assert.deepEqual([waiting.status, waiting.blockedBy], ['blocked', first])
      await back.begin()
      await back.import({ jobs: [job] })
      assert.deepEqual(await stage.takeIds(5), [first])
      assert.equal((await stage.record(second)).blockedBy, first)
      await stage.cancel(first)
      assert.deepEqual(await stage.takeIds(5), [second])
    },
  ),

  movingCase('or has ended when it comes back', ['I11', 'I17'], async (stage) => {
    const [there, back] = [await Road.away(stage), new Road(await stage.elsewhere(), stage.queue, 'back')]
    const [first = '', second = ''] = await lineUp(stage, stage.queue, 2)
    const job = await there.exportOne(first)
    await there.withdraw([job])
    const record = { ...job.record, status: 'cancelled', completedAt: stage.now } as const
    await back.begin()
    await back.import({ jobs: [{ ...job, record, place: 'cancelled' }] })
    await stage.settle()
    assert.deepEqual(await stage.takeIds(5), [second])
  }),

  movingCase('there and back again, all is as it was', ['I1', 'I13', 'I16', 'I31'], async (stage) => {
    const there = await Road.away(stage)
    await mixUp(stage, stage.queue)
    await lineUp(stage, stage.queue, 3)
    const states = async (): Promise<unknown> => {
      const { skips: _, ...counts } = await stage.queue.counts()
      return plain([counts, await stage.everyJob(), await stage.queue.schedules()])
    }
    const before = await states()
    await there.travel(5)
    assert.deepEqual((await stage.everyJob()).length, 0)
    await new Road(there.to, stage.queue, 'back').travel(7)
    assert.deepEqual(await states(), before)
  }),
]

// -------------------------------------------------------------------------------------------------------------------

const everything = { status: null, type: null, search: null, limit: 100, offset: 0, cursor: null }

/** Strictly by class, so that what was claimed before does not matter. */
const budgets = { high: 0, normal: 0, low: 0 }

/** Jobs of two types and all classes whose ready order is not that of their creation, and others beside them; none runs. */
async function mixUp(stage: Stage, queue: QueueAdapter): Promise<void> {
  const classes = ['normal', 'high', 'low', 'critical', 'normal', 'normal'] as const
  const parts = Array.from({ length: 30 }, (_, i) => ({
    id: `mixed-${i}`,
    type: i % 3 === 0 ? 'other' : 'task',
    priority: classes[i % classes.length] ?? 'normal',
    delayMs: i % 5 === 0 ? 300 - i : null,
  }))
  await queue.submit(parts.map((part) => stage.job(part)))
  const settlements = [release, retryIn(100), complete(), fail(), release, retryIn(50_000)] as const
  for (const [i, claim] of (await claimFrom(stage, queue, 12)).entries())
    await endAt(stage, queue, claim, settlements[i % settlements.length] ?? release)
  await stage.pass(400)
  await claimFrom(stage, queue, 2)
  await stage.pass(leaseMs)
  await claimFrom(stage, queue, 0)
  await queue.submit([stage.job({ id: 'mixed-last', delayMs: 60_000 })])
}

/** The jobs of a schedule whose slots line up. */
async function lineUp(stage: Stage, queue: QueueAdapter, n: number): Promise<readonly string[]> {
  const nextSlot = stage.now - n
  await queue.putSchedule({ id: 'line', name: 'line', digest: '', definition: '', enabled: true, nextSlot })
  const ids: string[] = []
  for (let slot = nextSlot; slot < stage.now; slot++) {
    const job = stage.job({ maxAttempts: 9 })
    ids.push(job.id)
    const rest = { version: 1, next: slot + 1, missed: 0, overlap: 'queue', queueLimit: 100 } as const
    assert.equal((await queue.fire({ id: 'line', slot, job, ...rest })).kind, 'fired')
  }
  return ids
}

async function claimFrom(stage: Stage, queue: QueueAdapter, n: number): Promise<readonly Claim[]> {
  return (await stage.cycle({ instance: 'far', wanted: lanes(n), budgets }, queue)).claims
}

async function endAt(stage: Stage, queue: QueueAdapter, run: Claim, settlement: Settlement): Promise<void> {
  await stage.cycle({ instance: 'far', outcomes: [outcomeOf(run, settlement)] }, queue)
}

/** Everything that can be claimed from a queue, a few at a time. */
async function drainFrom(stage: Stage, queue: QueueAdapter): Promise<readonly string[]> {
  const ids: string[] = []
  for (;;) {
    const claims = await claimFrom(stage, queue, 4)
    if (claims.length === 0) return ids
    ids.push(...claims.map(({ id }) => id))
  }
}
