import assert from 'node:assert/strict'
import { isFinal, jobStates } from '../../core/states.js'
import { contractCase } from './case.js'
import { plain } from './script.js'
import { jobIn } from './states.js'
import { alikeKeys } from './texts.js'

/** At most one live job has a dedupe key. */
export const dedupeCases = [
  ...jobStates
    .filter((status) => status !== 'blocked')
    .map((status) =>
      contractCase(
        `a ${status} job ${isFinal(status) ? 'frees' : 'holds'} its dedupe key`,
        ['I9'],
        async (stage) => {
          const id = await jobIn(stage, status, { dedupeKey: 'key' })
          const [answer] = await stage.submit({ id: 'second', dedupeKey: 'key' })
          const expected = isFinal(status)
            ? { kind: 'created', id: 'second', status: 'pending' }
            : { kind: 'standing', id, status }
          assert.deepEqual(plain(answer), expected)
        },
      ),
    ),

  contractCase('a delayed job holds its dedupe key', ['I9'], async (stage) => {
    const id = await stage.add({ dedupeKey: 'key', delayMs: 60_000 })
    const [answer] = await stage.unchanged(() => stage.submit({ dedupeKey: 'key' }))
    assert.deepEqual(plain(answer), { kind: 'standing', id, status: 'pending' })
  }),

  contractCase('two of one step with the same dedupe key are one job', ['I9'], async (stage) => {
    const [first, second] = await stage.submit({ id: 'a', dedupeKey: 'key' }, { id: 'b', dedupeKey: 'key' })
    assert.deepEqual(plain([first, second]), [
      { kind: 'created', id: 'a', status: 'pending' },
      { kind: 'standing', id: 'a', status: 'pending' },
    ])
    assert.equal(await stage.status('b'), 'missing')
  }),

  contractCase('the id decides before the dedupe key does', ['I9', 'I10'], async (stage) => {
    const keyed = await stage.add({ dedupeKey: 'key' })
    const other = await stage.add({ digest: 'one' })
    const answers = await stage.submit(
      { id: other, token: 'x', digest: 'two', dedupeKey: 'key' },
      { id: other, token: 'y', digest: 'one', dedupeKey: 'key' },
    )
    assert.deepEqual(plain(answers), [
      { kind: 'conflict', id: other },
      { kind: 'standing', id: other, status: 'pending' },
    ])
    assert.equal(await stage.status(keyed), 'pending')
  }),

  contractCase('different dedupe keys do not meet, whatever they look like', ['I9', 'I15'], async (stage) => {
    const answers = await stage.submit(...alikeKeys.map((dedupeKey) => ({ dedupeKey })))
    assert.ok(answers.every((answer) => answer.kind === 'created'))
  }),

  contractCase('a new life takes its dedupe key again', ['I9'], async (stage) => {
    const id = await jobIn(stage, 'dead_letter', { dedupeKey: 'key' })
    await stage.retry(id)
    const [answer] = await stage.submit({ dedupeKey: 'key' })
    assert.deepEqual(plain(answer), { kind: 'standing', id, status: 'pending' })
  }),

  contractCase(
    'there is no new life while another job lives under the dedupe key',
    ['I9', 'I34'],
    async (stage) => {
      const id = await jobIn(stage, 'dead_letter', { dedupeKey: 'key' })
      await stage.add({ dedupeKey: 'key' })
      const answer = await stage.unchanged(() => stage.retry(id))
      assert.equal(answer.kind, 'conflict')
    },
  ),

  contractCase('of two old jobs with one dedupe key the end of the newer frees it', ['I9'], async (stage) => {
    await jobIn(stage, 'cancelled', { dedupeKey: 'key' })
    const second = await stage.add({ dedupeKey: 'key' })
    await stage.cancel(second)
    assert.equal((await stage.submit({ dedupeKey: 'key' }))[0]?.kind, 'created')
  }),

  contractCase('two racing submissions with one dedupe key get the same job', ['I9'], async (stage) => {
    const other = await stage.other()
    const jobs = Array.from({ length: 20 }, () => stage.job({ dedupeKey: 'key' }))
    const answers = await Promise.all(jobs.map((job, i) => (i % 2 === 0 ? stage.queue : other).submit([job])))
    const flat = answers.flat()
    assert.equal(flat.filter((answer) => answer.kind === 'created').length, 1)
    assert.equal(new Set(flat.map((answer) => ('id' in answer ? answer.id : null))).size, 1)
  }),
]
