import assert from 'node:assert/strict'
import { contractCase } from './case.js'
import { complete } from './script.js'

/** Texts of JavaScript that UTF-8 has no bytes for, and such as mean something to a store. */
const hardWords = ['\ud800', '\udc00', '\ufffd', '%', '%u0025', ' ', '', '-', 'a b\nc', '\u0000', '🌊 é']

/** Words that people and jobs give come back as they were, and none is taken for another. */
export const hardWordCases = [
  contractCase('keys of steps are told apart by every unit', ['I13'], async (stage) => {
    await stage.add()
    const run = await stage.take()
    const { id, fence } = run
    for (const [i, key] of hardWords.entries())
      assert.equal((await stage.queue.keepStep({ id, fence, key, text: `${i}` })).kind, 'kept')
    const steps = (await stage.queue.steps({ id, fence })) ?? []
    assert.deepEqual(
      new Map(steps.map(({ key, text }) => [key, text])),
      new Map(hardWords.map((key, i) => [key, `${i}`])),
    )
    await stage.end(run, complete())
  }),

  contractCase('the reason of a cancel is kept as it was given', ['I13'], async (stage) => {
    for (const reason of hardWords) {
      const id = await stage.add()
      const answer = await stage.cancel(id, stage.token(), reason)
      assert.ok(answer.kind === 'done' && answer.job.cancelReason === reason, JSON.stringify(reason))
      assert.equal((await stage.record(id)).cancelReason, reason)
      assert.equal((await stage.list({ limit: 1 })).jobs[0]?.cancelReason, reason)
    }
  }),
]
