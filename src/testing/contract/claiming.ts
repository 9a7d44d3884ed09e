import assert from 'node:assert/strict'
import { contractCase } from './case.js'
import { leaseMs, plain, release, retryIn } from './script.js'

/** Who gets which job, and when. */
export const claimingCases = [
  contractCase(
    'a job behind many that were cancelled is found without waiting',
    ['I7', 'I18'],
    async (stage) => {
      for (const id of await stage.addMany(700)) await stage.cancel(id)
      const id = await stage.add()
      for (let step = 0; step < 50; step++) {
        const { claims, more } = await stage.cycle({ wanted: [0, 0] })
        if (claims.length > 0)
          return assert.deepEqual(
            claims.map((claim) => claim.id),
            [id],
          )
        assert.equal(more, true, 'a step that found nothing and has not seen all says so')
      }
      assert.fail('it is not found in fifty steps')
    },
  ),

  contractCase('a claim says all that a worker needs', ['I2', 'I3', 'I13'], async (stage) => {
    const { now } = stage
    const job = stage.job({
      priority: 'low',
      maxAttempts: 4,
      payload: '[1]',
      options: '{"o":1}',
      dedupeKey: 'k',
    })
    await stage.queue.submit([job])
    await stage.pass(250)
    const reply = await stage.cycle({ wanted: [3] })
    assert.equal(reply.now, now + 250)
    assert.deepEqual(plain(reply.claims), [
      {
        id: job.id,
        type: 'task',
        priority: 'low',
        payload: '[1]',
        options: '{"o":1}',
        fence: String((now + 250) * 1000),
        generation: 1,
        failures: 0,
        maxAttempts: 4,
        lane: 3,
        createdAt: now,
        readyAt: now,
        startedAt: now + 250,
        dedupeKey: 'k',
        scheduleId: null,
      },
    ])
  }),

  contractCase('a claimed job is processing and says who has it since when', ['I16'], async (stage) => {
    const id = await stage.add()
    await stage.pass(5)
    const { fence } = await stage.take({ instance: 'alpha', wanted: [2] })
    const { status, worker, startedAt, fence: stored } = await stage.record(id)
    assert.deepEqual(
      { status, worker, startedAt, stored },
      { status: 'processing', worker: 'alpha/2', startedAt: stage.now, stored: fence },
    )
  }),

  contractCase('nothing to claim is an empty answer', ['I34'], async (stage) => {
    const { claims, stale, reclaimed, cancelled, nextDueAt, more } = await stage.cycle({ wanted: [0, 1] })
    assert.deepEqual(plain({ claims, stale, reclaimed, cancelled, nextDueAt, more }), {
      claims: [],
      stale: [],
      reclaimed: [],
      cancelled: [],
      nextDueAt: null,
      more: false,
    })
  }),

  contractCase('who wants nothing gets nothing', ['I8'], async (stage) => {
    await stage.add()
    assert.equal((await stage.cycle({ wanted: [] })).claims.length, 0)
  }),

  contractCase(
    'there are never more claims than wanted, each for a lane of its own',
    ['I8'],
    async (stage) => {
      await stage.addMany(10)
      const claims = await stage.claim(3, { wanted: [4, 4, 7] })
      assert.deepEqual(claims.map((claim) => claim.lane).sort(), [4, 4, 7])
    },
  ),

  contractCase('what is there is claimed when more is wanted', ['I7'], async (stage) => {
    const ids = await stage.addMany(2)
    assert.deepEqual(await stage.takeIds(5), ids)
  }),

  contractCase('no job is handed out twice while its lease holds', ['I4'], async (stage) => {
    await stage.add()
    await stage.take()
    await stage.pass(leaseMs - 1)
    assert.deepEqual(await stage.takeIds(1, { instance: 'i2' }), [])
  }),

  contractCase('equal jobs go in the order in which they came', ['I7'], async (stage) => {
    const ids = await stage.addMany(50)
    const taken = [...(await stage.takeIds(20)), ...(await stage.takeIds(30, { instance: 'i2' }))]
    assert.deepEqual(taken, ids)
  }),

  contractCase('the order holds across types', ['I7'], async (stage) => {
    const types = ['b', 'a', 'c', 'a', 'b']
    const answers = await stage.submit(...types.map((type) => ({ type })))
    const taken = await stage.claim(5, { types: ['c', 'a', 'b'] })
    assert.deepEqual(
      taken.map((claim) => claim.type),
      types,
    )
    assert.equal(answers.length, 5)
  }),

  contractCase('only the types asked for are taken, and the others block nothing', ['I7'], async (stage) => {
    await stage.addMany(20, { type: 'unknown', priority: 'critical' })
    const id = await stage.add({ type: 'task', priority: 'low' })
    assert.deepEqual(await stage.takeIds(5, { types: ['task'] }), [id])
    assert.deepEqual(await stage.takeIds(5, { types: [] }), [])
    assert.equal((await stage.takeIds(20, { types: ['unknown'] })).length, 20)
  }),

  contractCase('a released job goes back in front, no attempt spent', ['I5', 'I7'], async (stage) => {
    const [a, b, c] = await stage.addMany(3)
    const claim = await stage.take()
    await stage.end(claim, release)
    assert.deepEqual(await stage.takeIds(3), [a, b, c])
    assert.equal((await stage.record(claim.id)).failures, 0)
  }),

  contractCase(
    'several released jobs keep their order, whatever the order of the reports',
    ['I7'],
    async (stage) => {
      const ids = await stage.addMany(4)
      const [a, b, c] = await stage.claim(3)
      assert.ok(a && b && c)
      await stage.end([b, c, a], release)
      assert.deepEqual(await stage.takeIds(4), ids)
    },
  ),

  contractCase(
    'a job whose backoff is over stands behind those that were ready before',
    ['I7'],
    async (stage) => {
      const a = await stage.add()
      await stage.end(await stage.take(), retryIn(100))
      const others = await stage.addMany(3)
      await stage.pass(100)
      assert.deepEqual(await stage.takeIds(4), [...others, a])
    },
  ),

  contractCase('a job does not start before its delay is over, and then it does', ['I6'], async (stage) => {
    const id = await stage.add({ delayMs: 1000 })
    assert.equal((await stage.record(id)).readyAt, stage.now + 1000)
    await stage.pass(999)
    assert.deepEqual(await stage.takeIds(1), [])
    await stage.pass(1)
    assert.deepEqual(await stage.takeIds(1), [id])
  }),

  contractCase('a job does not start before its instant, and then it does', ['I6'], async (stage) => {
    const runAt = stage.now + 86_400_000
    const id = await stage.add({ runAt })
    assert.equal((await stage.record(id)).readyAt, runAt)
    await stage.pass(86_399_999)
    assert.deepEqual(await stage.takeIds(1), [])
    await stage.pass(1)
    assert.deepEqual(await stage.takeIds(1), [id])
  }),

  contractCase('a job for an instant in the past is ready now', ['I6'], async (stage) => {
    const ids = [
      await stage.add({ runAt: stage.now - 1 }),
      await stage.add({ runAt: 1 }),
      await stage.add({ delayMs: 0 }),
    ]
    assert.deepEqual([...(await stage.takeIds(3))].sort(), ids.sort())
  }),

  contractCase('delayed jobs become ready in the order of their times', ['I7'], async (stage) => {
    const late = await stage.add({ delayMs: 300 })
    const early = await stage.add({ delayMs: 100 })
    const middle = await stage.add({ delayMs: 200 })
    await stage.pass(1000)
    assert.deepEqual(await stage.takeIds(3), [early, middle, late])
  }),

  contractCase('a reply names the next time something falls due', ['I21'], async (stage) => {
    const { now } = stage
    await stage.addMany(1, { delayMs: 700 })
    assert.equal((await stage.cycle()).nextDueAt, now + 700)
    await stage.add({ runAt: now + 500 })
    assert.equal((await stage.cycle()).nextDueAt, now + 500)
    await stage.add()
    assert.equal((await stage.cycle({ wanted: [0], leaseMs: 400 })).nextDueAt, now + 400)
  }),

  contractCase('what is over or gone falls due no more', ['I21'], async (stage) => {
    const delayed = await stage.add({ delayMs: 700 })
    await stage.add()
    await stage.end(await stage.take(), { kind: 'complete', result: null })
    await stage.cancel(delayed)
    assert.equal((await stage.cycle()).nextDueAt, null)
  }),

  contractCase('a backoff is a time that falls due', ['I21'], async (stage) => {
    await stage.add()
    const reply = await stage.end(await stage.take(), retryIn(1234))
    assert.equal(reply.nextDueAt, stage.now + 1234)
  }),

  contractCase('two racing instances share the jobs, none twice', ['I4'], async (stage) => {
    const ids = await stage.addMany(40)
    const other = await stage.other()
    const cycles = Array.from({ length: 10 }, (_, i) =>
      stage.cycle({ instance: `i${i}`, wanted: [0, 1, 2, 3, 4, 5] }, i % 2 === 0 ? stage.queue : other),
    )
    const taken = (await Promise.all(cycles)).flatMap((reply) => reply.claims.map((claim) => claim.id))
    assert.deepEqual(taken.sort(), [...ids].sort())
  }),
]
