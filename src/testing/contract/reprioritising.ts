import assert from 'node:assert/strict'
import { type Priority, priorities } from '../../core/priority.js'
import type { ControlAnswer } from '../../core/queue-adapter.js'
import { contractCase } from './case.js'
import { complete, plain } from './script.js'
import type { Stage } from './stage.js'
import { jobIn } from './states.js'
import { after, keyed } from './terms.js'

const strict = { high: 0, normal: 0, low: 0 }

/** A job is put into another class. */
export const reprioritisingCases = [
  ...priorities.map((priority) =>
    contractCase(
      `a ready job that is made ${priority} stands at the end of that class`,
      ['I7'],
      async (stage) => {
        const own = priority === 'normal' ? 'low' : 'normal'
        const [id = ''] = await stage.addMany(2, { priority: own })
        const others = await stage.addMany(2, { priority })
        const answer = await reprioritise(stage, id, priority)
        assert.deepEqual(answer.kind === 'done' && [answer.from, answer.job.status, answer.job.priority], [
          'pending',
          'pending',
          priority,
        ])
        const late = await stage.add({ priority })
        const taken = await stage.takeIds(9, { budgets: strict })
        assert.deepEqual(
          taken.filter((one) => [...others, id, late].includes(one)),
          [...others, id, late],
        )
        assert.equal((await stage.record(id)).priority, priority)
      },
    ),
  ),

  contractCase('a job that is in the class already stays where it stands', ['I7'], async (stage) => {
    const ids = await stage.addMany(3)
    const answer = await stage.unchanged(() => reprioritise(stage, ids[0] ?? '', 'normal'))
    assert.equal(answer.kind, 'done')
    assert.deepEqual(await stage.takeIds(9), ids)
  }),

  contractCase(
    'a delayed job, a retrying one and a blocked one are of their new class once they are ready',
    ['I6', 'I7'],
    async (stage) => {
      const retrying = await jobIn(stage, 'retrying', { priority: 'low' })
      const delayed = await stage.add({ priority: 'low', delayMs: 60_000 })
      const parent = await stage.add({ type: 'other' })
      const blocked = await stage.add({ priority: 'low', ...after(parent) })
      for (const [id, status] of [
        [retrying, 'retrying'],
        [delayed, 'pending'],
        [blocked, 'blocked'],
      ] as const) {
        const { readyAt } = await stage.record(id)
        const answer = await reprioritise(stage, id, 'critical')
        assert.deepEqual(answer.kind === 'done' && [answer.from, answer.job.status], [status, status])
        if (id !== blocked) assert.equal((await stage.record(id)).readyAt, readyAt)
      }
      assert.deepEqual(await stage.takeIds(9, { types: ['task'] }), [])
      await stage.end(await stage.take(), complete())
      await stage.pass(60_000)
      await stage.addMany(3, { priority: 'high' })
      const taken = await stage.takeIds(3, { budgets: strict })
      assert.deepEqual([...taken].sort(), [retrying, delayed, blocked].sort())
    },
  ),

  ...(['processing', 'completed', 'dead_letter', 'cancelled'] as const).map((status) =>
    contractCase(`the class of a ${status} job is not changed`, ['I34'], async (stage) => {
      const id = await jobIn(stage, status)
      const answer = await stage.unchanged(() => reprioritise(stage, id, 'high'))
      assert.deepEqual(plain(answer), { kind: 'conflict', status })
    }),
  ),

  contractCase('the class of a job that is not there is not changed', ['I34'], async (stage) => {
    assert.deepEqual(plain(await stage.unchanged(() => reprioritise(stage, 'nope', 'high'))), {
      kind: 'missing',
    })
  }),

  contractCase('a change of class that is sent twice is one', ['I2', 'I7'], async (stage) => {
    const [a = '', b = ''] = await stage.addMany(2)
    const request = { id: a, token: 'once', priority: 'high' as const }
    const first = await stage.queue.reprioritise(request)
    await reprioritise(stage, b, 'high')
    const again = await stage.unchanged(() => stage.queue.reprioritise(request))
    assert.deepEqual([again.kind, again.kind === 'done' && again.from], [first.kind, 'pending'])
    assert.deepEqual(await stage.takeIds(9), [a, b])
  }),

  contractCase('it is answered the same after the job was claimed', ['I2'], async (stage) => {
    const id = await stage.add()
    const request = { id, token: 'once', priority: 'low' as const }
    await stage.queue.reprioritise(request)
    await stage.take()
    assert.equal((await stage.unchanged(() => stage.queue.reprioritise(request))).kind, 'done')
  }),

  contractCase('a job with a key moves within its key', ['I7', 'I8'], async (stage) => {
    const [a, b = ''] = await stage.addMany(2, { priority: 'low', ...keyed('k', 1) })
    await reprioritise(stage, b, 'high')
    const run = await stage.take({ budgets: strict })
    assert.deepEqual([run.id, await stage.takeIds(9)], [b, []])
    await stage.end(run, complete())
    assert.deepEqual(await stage.takeIds(9), [a])
  }),

  contractCase('of a claim and a change of class at once each is whole', ['I2', 'I4'], async (stage) => {
    const other = await stage.other()
    for (let round = 0; round < 10; round++) {
      const id = await stage.add({ priority: 'low' })
      const [answer, [claim]] = await Promise.all([
        other.reprioritise({ id, token: stage.token(), priority: 'high' }),
        stage.claim(1),
      ])
      assert.equal(claim?.id, id)
      assert.equal(claim.priority, answer.kind === 'done' ? 'high' : 'low')
      await stage.end(claim, complete())
    }
  }),
]

// -------------------------------------------------------------------------------------------------------------------

function reprioritise(stage: Stage, id: string, priority: Priority): Promise<ControlAnswer> {
  return stage.queue.reprioritise({ id, token: stage.token(), priority })
}
