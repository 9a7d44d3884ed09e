import assert from 'node:assert/strict'
import { contractCase } from './case.js'
import { complete, plain } from './script.js'
import type { Stage } from './stage.js'
import { jobIn } from './states.js'
import { unique } from './terms.js'

const windowMs = 3_600_000
const replace = unique('key', 'replace')

/** A dedupe key that a job holds by its window, and another that lives again. */
export const dedupeHolderCases = [
  contractCase(
    'no two jobs live under one key, whatever window one of them has left',
    ['I9'],
    async (stage) => {
      const [first, second] = await retried(stage)
      assert.deepEqual(plain(await stage.unchanged(() => stage.retry(second))), {
        kind: 'conflict',
        status: 'pending',
      })
      await stage.end(await stage.take(), complete())
      assert.equal(await stage.status(first), 'completed')
      assert.equal((await stage.retry(second)).kind, 'done')
    },
  ),

  contractCase('the one that lives is the holder, and may be replaced', ['I9'], async (stage) => {
    const [first] = await retried(stage)
    const [kept] = await stage.unchanged(() => stage.submit({ dedupeKey: 'key' }))
    assert.deepEqual(plain(kept), { kind: 'standing', id: first, status: 'pending' })
    const [replaced] = await stage.submit({ ...replace, payload: '"new"' })
    assert.deepEqual(plain(replaced), { kind: 'standing', id: first, status: 'pending', replaced: true })
    assert.equal((await stage.record(first)).payload, '"new"')
  }),

  contractCase('what is left of a window holds the key again when it has ended', ['I9'], async (stage) => {
    const [, , last] = await retried(stage)
    await stage.end(await stage.take(), complete())
    const [held] = await stage.unchanged(() => stage.submit(unique('key', 'keep')))
    assert.deepEqual(plain(held), { kind: 'standing', id: last, status: 'completed' })
  }),

  contractCase(
    'what is left of a window stays when another that lives under the key is replaced',
    ['I9'],
    async (stage) => {
      const [first, , last] = await retried(stage)
      await stage.submit(replace)
      const run = await stage.take()
      assert.equal(run.id, first)
      await stage.end(run, complete())
      const [held] = await stage.unchanged(() => stage.submit(unique('key', 'keep')))
      assert.deepEqual(plain(held), { kind: 'standing', id: last, status: 'completed' })
    },
  ),

  contractCase('a window goes with the content that it came with', ['I9'], async (stage) => {
    await stage.add({ ...unique('key', 'keep', windowMs) })
    await stage.submit(replace)
    await stage.end(await stage.take(), complete())
    assert.equal((await stage.submit({ dedupeKey: 'key' }))[0]?.kind, 'created')
  }),

  contractCase('a conflict with one that lives changes no window', ['I9', 'I34'], async (stage) => {
    const first = await jobIn(stage, 'cancelled', unique('key', 'keep', 1000))
    await stage.pass(1000)
    const second = await stage.add(unique('key', 'keep'))
    for (let i = 0; i < 2; i++) assert.equal((await stage.retry(first)).kind, 'conflict')
    assert.equal(await stage.status(second), 'pending')
  }),
]

// -------------------------------------------------------------------------------------------------------------------

/** Three jobs of one key: one that was cancelled and lives again, a cancelled one, and one that completed and has a window. */
async function retried(stage: Stage): Promise<readonly [string, string, string]> {
  const first = await jobIn(stage, 'cancelled', { dedupeKey: 'key' })
  const second = await jobIn(stage, 'cancelled', { dedupeKey: 'key' })
  const last = await jobIn(stage, 'completed', unique('key', 'keep', windowMs))
  assert.equal((await stage.retry(first)).kind, 'done')
  return [first, second, last]
}
