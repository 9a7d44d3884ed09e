import assert from 'node:assert/strict'
import { contractCase } from './case.js'
import { complete, completeWith, errorIn, fail, outcomeOf, release, releaseFor, retryIn } from './script.js'

/** What becomes of a job when its run has ended. */
export const outcomeCases = [
  contractCase('a completed job keeps when, how long and what', ['I2', 'I14'], async (stage) => {
    const id = await stage.add()
    const claim = await stage.take()
    await stage.pass(40)
    await stage.end(claim, complete('{"n":1}'), { runMs: 39.5 })
    const { status, completedAt, runMs, result, failures, worker } = await stage.record(id)
    assert.deepEqual(
      { status, completedAt, runMs, failures, worker },
      { status: 'completed', completedAt: stage.now, runMs: 39.5, failures: 0, worker: 'i1/0' },
    )
    assert.deepEqual({ ...result }, { inline: '{"n":1}' })
  }),

  contractCase('whoever sees `completed` sees the result in the same look', ['I14'], async (stage) => {
    const other = await stage.other()
    const id = await stage.add()
    const claim = await stage.take()
    const ending = stage.end(claim, complete('"r"'))
    for (let look = 0; look < 20; look++) {
      const record = await other.get(id)
      assert.equal(record?.status === 'completed', record?.result !== null)
    }
    await ending
  }),

  contractCase('a result that is kept elsewhere is named', ['I14'], async (stage) => {
    const id = await stage.finish(completeWith({ key: `result/x/1/99` }))
    assert.deepEqual({ ...(await stage.record(id)).result }, { key: 'result/x/1/99' })
  }),

  contractCase('a run may have nothing to say', ['I14'], async (stage) => {
    const { status, result } = await stage.record(await stage.finish(completeWith(null)))
    assert.deepEqual({ status, result }, { status: 'completed', result: null })
  }),

  contractCase(
    'a result is there until its time is over, and then it is not',
    ['I14', 'I33'],
    async (stage) => {
      const id = await stage.add()
      await stage.end(await stage.take(), complete('1'), { resultTtlMs: 5000 })
      await stage.pass(4999)
      assert.notEqual((await stage.record(id)).result, null)
      await stage.pass(1)
      const { status, result } = await stage.record(id)
      assert.deepEqual({ status, result }, { status: 'completed', result: null })
    },
  ),

  contractCase('a result that is kept for no time is not there at all', ['I14'], async (stage) => {
    const id = await stage.add()
    await stage.end(await stage.take(), complete('1'), { resultTtlMs: 0 })
    assert.equal((await stage.record(id)).result, null)
  }),

  contractCase(
    'a failed attempt waits for its backoff and is then tried again',
    ['I5', 'I6'],
    async (stage) => {
      const id = await stage.add()
      await stage.end(await stage.take(), retryIn(2000, 'first'))
      const { status, failures, readyAt, error, completedAt } = await stage.record(id)
      assert.deepEqual(
        { status, failures, readyAt, completedAt },
        { status: 'retrying', failures: 1, readyAt: stage.now + 2000, completedAt: null },
      )
      assert.deepEqual(errorIn(error), { code: 'JOB_FAILED', name: 'Error', message: 'first' })
      await stage.pass(1999)
      assert.deepEqual(await stage.takeIds(1), [])
      await stage.pass(1)
      assert.equal((await stage.take()).failures, 1)
    },
  ),

  contractCase('a job that failed for good is a dead letter with its error', ['I5'], async (stage) => {
    const id = await stage.add()
    await stage.pass(10)
    await stage.end(await stage.take(), fail('for good'), { runMs: 7 })
    const { status, failures, error, completedAt, runMs, result } = await stage.record(id)
    assert.deepEqual(
      { status, failures, completedAt, runMs, result },
      { status: 'dead_letter', failures: 1, completedAt: stage.now, runMs: 7, result: null },
    )
    assert.deepEqual(errorIn(error), { code: 'JOB_FAILED', name: 'Error', message: 'for good' })
    await stage.pass(86_400_000)
    assert.deepEqual(await stage.takeIds(1), [])
  }),

  contractCase('the length and the worker shown are those of the last run', ['I2'], async (stage) => {
    const id = await stage.add()
    await stage.end(await stage.take({ instance: 'one' }), retryIn(0), { runMs: 11 })
    assert.deepEqual([(await stage.record(id)).runMs, (await stage.record(id)).worker], [11, 'one/0'])
    await stage.end(await stage.take({ instance: 'two', wanted: [3] }), complete(), { runMs: 22 })
    assert.deepEqual([(await stage.record(id)).runMs, (await stage.record(id)).worker], [22, 'two/3'])
  }),

  contractCase('failures add up over the attempts, and the last error stands', ['I5'], async (stage) => {
    const id = await stage.add({ maxAttempts: 3 })
    for (const message of ['one', 'two']) {
      await stage.end(await stage.take(), retryIn(10, message))
      await stage.pass(10)
    }
    const claim = await stage.take()
    assert.equal(claim.failures, 2)
    await stage.end(claim, fail('three'))
    const { failures, error } = await stage.record(id)
    assert.deepEqual([failures, errorIn(error).message], [3, 'three'])
  }),

  contractCase('a released job is pending at once and has lost nothing', ['I5'], async (stage) => {
    const id = await stage.add({ maxAttempts: 1 })
    for (let i = 0; i < 3; i++) await stage.end(await stage.take(), release, { runMs: 0 })
    const { status, failures, error } = await stage.record(id)
    assert.deepEqual({ status, failures, error }, { status: 'pending', failures: 0, error: null })
    assert.equal((await stage.take()).id, id)
  }),

  contractCase(
    'a job released for a while waits for its time, and has lost nothing',
    ['I5'],
    async (stage) => {
      const id = await stage.add({ maxAttempts: 1 })
      const other = await stage.add()
      for (let i = 0; i < 3; i++) {
        const claim = await stage.take()
        assert.equal(claim.id, id)
        const reply = await stage.cycle({ outcomes: [outcomeOf(claim, releaseFor(1_000))], wanted: [] })
        assert.equal(reply.stale.length, 0)
        const { status, failures, error } = await stage.record(id)
        assert.deepEqual({ status, failures, error }, { status: 'pending', failures: 0, error: null })
        if (i === 0) await stage.end(await stage.take(), complete())
        await stage.pass(999)
        assert.equal((await stage.claim(1)).length, 0)
        await stage.pass(1)
      }
      assert.equal((await stage.take()).id, id)
      assert.equal(await stage.status(other), 'completed')
    },
  ),

  contractCase('many outcomes of one cycle are each applied to their own job', ['I2'], async (stage) => {
    const ids = await stage.addMany(4)
    const [a, b, c, d] = await stage.claim(4)
    assert.ok(a && b && c && d)
    const outcomes = [
      outcomeOf(a, complete()),
      outcomeOf(b, fail()),
      outcomeOf(c, retryIn(1000)),
      outcomeOf(d, release),
    ]
    assert.equal((await stage.cycle({ outcomes })).stale.length, 0)
    const states = await Promise.all(ids.map((id) => stage.status(id)))
    assert.deepEqual(states, ['completed', 'dead_letter', 'retrying', 'pending'])
  }),

  contractCase(
    'outcomes come before claims: what one cycle hands back it can claim again',
    ['I16'],
    async (stage) => {
      const id = await stage.add()
      const first = await stage.take()
      const reply = await stage.cycle({ outcomes: [outcomeOf(first, release)], wanted: [0] })
      assert.equal(reply.claims[0]?.id, id)
      assert.equal(reply.stale.length, 0)
    },
  ),

  contractCase('of two outcomes of one run only the first counts', ['I2'], async (stage) => {
    const id = await stage.add()
    const claim = await stage.take()
    await stage.cycle({ outcomes: [outcomeOf(claim, complete()), outcomeOf(claim, fail())] })
    assert.equal(await stage.status(id), 'completed')
    const { completed, failed } = (await stage.queue.metrics()).types['task'] ?? {}
    assert.deepEqual([completed, failed], [1, 0])
  }),

  contractCase('a full step of outcomes is applied', ['I2'], async (stage) => {
    const n = Math.min(stage.queue.limits.items, 256)
    const ids = await stage.addMany(n)
    const claims = await stage.claim(n)
    assert.equal(claims.length, n)
    await stage.end(claims, complete())
    for (const id of ids) assert.equal(await stage.status(id), 'completed')
  }),
]
