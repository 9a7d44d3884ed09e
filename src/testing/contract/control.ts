import assert from 'node:assert/strict'
import { canMove, jobStates } from '../../core/states.js'
import { contractCase } from './case.js'
import { complete, fail, outcomeOf, plain, retryIn } from './script.js'
import type { Stage } from './stage.js'
import { jobIn } from './states.js'

/** Cancelling, and giving a new life. */
export const controlCases = [
  ...jobStates.map((status) =>
    canMove(status, 'cancelled')
      ? contractCase(`a ${status} job can be cancelled`, ['I12'], async (stage) => {
          const id = await jobIn(stage, status)
          const answer = await stage.cancel(id, 'token', 'not needed')
          assert.equal(answer.kind, 'done')
          assert.deepEqual([answer.from, answer.job.id], [status, id])
          const record = await stage.record(id)
          assert.deepEqual(plain(answer.job), plain(record))
          assert.deepEqual(
            [record.status, record.completedAt, record.cancelReason, record.result],
            ['cancelled', stage.now, 'not needed', null],
          )
        })
      : contractCase(`a ${status} job cannot be cancelled`, ['I12', 'I34'], async (stage) => {
          const id = await jobIn(stage, status)
          assert.deepEqual(plain(await stage.unchanged(() => stage.cancel(id))), { kind: 'conflict', status })
        }),
  ),

  ...jobStates.map((status) =>
    status === 'dead_letter' || status === 'cancelled'
      ? contractCase(`a ${status} job can have a new life`, ['I2', 'I16'], async (stage) => {
          const id = await jobIn(stage, status, { payload: '{"kept":1}', priority: 'high' })
          await stage.pass(1000)
          const answer = await stage.retry(id)
          assert.equal(answer.kind, 'done')
          assert.equal(answer.from, status)
          const record = await stage.record(id)
          assert.deepEqual(plain(answer.job), plain(record))
          const {
            generation,
            failures,
            completedAt,
            error,
            cancelReason,
            result,
            progress,
            payload,
            priority,
          } = record
          assert.deepEqual(
            {
              status: record.status,
              generation,
              failures,
              completedAt,
              error,
              cancelReason,
              result,
              progress,
            },
            {
              status: 'pending',
              generation: 2,
              failures: 0,
              completedAt: null,
              error: null,
              cancelReason: null,
              result: null,
              progress: null,
            },
          )
          assert.deepEqual([payload, priority, record.readyAt], ['{"kept":1}', 'high', stage.now])
          assert.equal((await stage.take()).generation, 2)
        })
      : contractCase(`a ${status} job cannot have a new life`, ['I2', 'I34'], async (stage) => {
          const id = await jobIn(stage, status)
          assert.deepEqual(plain(await stage.unchanged(() => stage.retry(id))), { kind: 'conflict', status })
        }),
  ),

  contractCase('what is not there can neither be cancelled nor revived', ['I34'], async (stage) => {
    assert.deepEqual(plain(await stage.cancel('nope')), { kind: 'missing' })
    assert.deepEqual(plain(await stage.retry('nope')), { kind: 'missing' })
  }),

  contractCase('a delayed job that is cancelled never starts', ['I6', 'I12'], async (stage) => {
    const id = await stage.add({ delayMs: 1000 })
    await stage.cancel(id)
    await stage.pass(5000)
    assert.deepEqual(await stage.takeIds(1), [])
    assert.equal(await stage.status(id), 'cancelled')
  }),

  contractCase('a retrying job that is cancelled never starts again', ['I6', 'I12'], async (stage) => {
    const id = await jobIn(stage, 'retrying')
    await stage.cancel(id)
    await stage.pass(120_000)
    assert.deepEqual(await stage.takeIds(1), [])
  }),

  contractCase('a cancelled job in the middle of the line is passed over', ['I7', 'I12'], async (stage) => {
    const [a, b, c] = await stage.addMany(3)
    await stage.cancel(b ?? '')
    assert.deepEqual(await stage.takeIds(3), [a, c])
  }),

  contractCase('a cancel without a reason has none', ['I12'], async (stage) => {
    const id = await stage.add()
    await stage.cancel(id)
    assert.equal((await stage.record(id)).cancelReason, null)
  }),

  contractCase('the late outcome of a cancelled run is refused', ['I2', 'I12'], async (stage) => {
    const id = await stage.add()
    const claim = await stage.take()
    await stage.cancel(id)
    for (const settlement of [complete(), fail(), retryIn(0)]) {
      const reply = await stage.unchanged(() => stage.cycle({ outcomes: [outcomeOf(claim, settlement)] }))
      assert.deepEqual(plain(reply.stale), [{ id, fence: claim.fence }])
    }
  }),

  contractCase(
    'a cancelled run is not taken back when its lease would have been over',
    ['I12'],
    async (stage) => {
      const id = await stage.add()
      await stage.take({ leaseMs: 100 })
      await stage.cancel(id)
      await stage.pass(1000)
      assert.equal((await stage.cycle()).reclaimed.length, 0)
      assert.equal((await stage.record(id)).failures, 0)
    },
  ),

  contractCase(
    'the instance whose run was cancelled is told with its next cycle, once',
    ['I12'],
    async (stage) => {
      const id = await stage.add()
      const claim = await stage.take({ instance: 'owner' })
      await stage.cancel(id)
      assert.deepEqual(plain((await stage.cycle({ instance: 'else' })).cancelled), [])
      const told = await stage.cycle({ instance: 'owner' })
      assert.deepEqual(plain(told.cancelled), [{ id, fence: claim.fence }])
      assert.deepEqual(plain((await stage.cycle({ instance: 'owner' })).cancelled), [])
    },
  ),

  contractCase('a cycle sent twice tells of a cancelled run twice', ['I12'], async (stage) => {
    const id = await stage.add()
    await stage.take()
    await stage.cancel(id)
    const request = stage.request()
    await stage.queue.cycle(request)
    const again = await stage.queue.cycle(request)
    assert.equal(again.kind === 'done' && again.cancelled.length, 1)
  }),

  contractCase('nobody is told of a cancelled job that did not run', ['I12'], async (stage) => {
    const id = await stage.add()
    await stage.end(await stage.take(), { kind: 'release' })
    await stage.cancel(id)
    assert.equal((await stage.cycle()).cancelled.length, 0)
  }),

  contractCase('a cancel sent twice is one, and answered the same', ['I12'], async (stage) => {
    const id = await jobIn(stage, 'processing')
    const first = await stage.cancel(id, 'same', 'why')
    const second = await stage.unchanged(() => stage.cancel(id, 'same', 'why'))
    assert.deepEqual(plain(second), plain(first))
    assert.equal((await stage.cancel(id, 'another')).kind, 'conflict')
  }),

  contractCase('a new life asked for twice is one, and answered the same', ['I2'], async (stage) => {
    const id = await jobIn(stage, 'dead_letter')
    const first = await stage.retry(id, 'same')
    const second = await stage.unchanged(() => stage.retry(id, 'same'))
    assert.deepEqual(plain(second), plain(first))
    assert.equal((await stage.record(id)).generation, 2)
  }),

  contractCase('a cancel sent again after a new life began does not end that', ['I12'], async (stage) => {
    const id = await stage.add()
    await stage.cancel(id, 'first')
    await stage.retry(id)
    const again = await stage.unchanged(() => stage.cancel(id, 'first'))
    assert.equal(again.kind, 'done')
    assert.equal(await stage.status(id), 'pending')
  }),

  contractCase('a new life asked for again after that has ended begins no third', ['I2'], async (stage) => {
    const id = await jobIn(stage, 'dead_letter')
    await stage.retry(id, 'first')
    await stage.end(await stage.take(), fail())
    await stage.unchanged(() => stage.retry(id, 'first'))
    assert.equal((await stage.record(id)).generation, 2)
  }),

  contractCase('a job may live many times', ['I5', 'I31'], async (stage) => {
    const id = await stage.add({ maxAttempts: 2 })
    for (let life = 1; life <= 5; life++) {
      await stage.end(await stage.take(), retryIn(0))
      const claim = await stage.take()
      assert.deepEqual([claim.generation, claim.failures], [life, 1])
      await stage.end(claim, fail())
      await stage.retry(id)
    }
    assert.equal((await stage.record(id)).generation, 6)
  }),

  contractCase(
    'of many cancels at once one is done and the others conflict',
    ['I2', 'I12'],
    async (stage) => {
      const id = await jobIn(stage, 'processing')
      const other = await stage.other()
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, i) =>
          (i % 2 ? other : stage.queue).cancel({ id, token: `t${i}`, reason: null }),
        ),
      )
      const kinds = answers.map((answer) => answer.kind).sort()
      assert.deepEqual(kinds, [...Array<string>(19).fill('conflict'), 'done'])
      assert.equal((await stage.queue.metrics()).types['task']?.cancelled, 1)
    },
  ),

  contractCase('of a cancel and an outcome at once exactly one is taken', ['I2', 'I12'], async (stage) => {
    const other = await stage.other()
    for (let i = 0; i < 20; i++) {
      const id = await stage.add()
      const claim = await stage.take()
      const ending = (): Promise<{ readonly stale: readonly unknown[] }> => stage.end(claim, complete())
      const cancelling = (): ReturnType<Stage['cancel']> => other.cancel({ id, token: `t${i}`, reason: null })
      const [reply, answer] =
        i % 2
          ? await Promise.all([ending(), cancelling()])
          : await swapped(Promise.all([cancelling(), ending()]))
      const accepted = reply.stale.length === 0
      assert.equal(accepted, answer.kind === 'conflict')
      assert.equal(await stage.status(id), accepted ? 'completed' : 'cancelled')
    }
  }),
]

// -------------------------------------------------------------------------------------------------------------------

async function swapped<A, B>(pair: Promise<readonly [A, B]>): Promise<readonly [B, A]> {
  const [a, b] = await pair
  return [b, a]
}
