import assert from 'node:assert/strict'
import { noticeType } from '../../core/job-terms.js'
import type { JobRecord } from '../../core/queue-adapter.js'
import { contractCase } from './case.js'
import { hearsOfWork } from './hearing.js'
import { complete, keepOfEach, lanes, outcomeOf, plain } from './script.js'
import type { Stage } from './stage.js'
import { termsOf } from './terms.js'

/** What a notice is kept by, and kept from. */
export const noticeKeepingCases = [
  contractCase('jobs of the library itself make none', ['I37'], async (stage) => {
    await want(stage, 'all', ['completed:*', `completed:${noticeType}`, 'completed:riptide.x'])
    await stage.add({ type: 'riptide.x', ...termsOf({ notices: ['completed'] }) })
    await stage.end(await stage.take({ types: ['riptide.x'] }), complete())
    assert.deepEqual(await notices(stage), [])
    await stage.finish()
    await stage.end(await stage.take({ types: [noticeType] }), complete())
    assert.equal((await notices(stage)).length, 1)
  }),

  contractCase('a cycle or a cancel that is sent twice makes one notice', ['I2', 'I37'], async (stage) => {
    const part = termsOf({ notices: ['completed', 'cancelled'] })
    await stage.add(part)
    const request = stage.request({ outcomes: [outcomeOf(await stage.take(), complete())] })
    await stage.queue.cycle(request)
    await stage.unchanged(() => stage.queue.cycle(request))
    const id = await stage.add(part)
    await stage.cancel(id, 'once')
    await stage.unchanged(() => stage.cancel(id, 'once'))
    assert.equal((await notices(stage)).length, 2)
  }),

  contractCase(
    'a job stays with its result until its notice has ended',
    ['I14', 'I33', 'I37'],
    async (stage) => {
      const id = await stage.add(termsOf({ notices: ['completed'] }))
      await stage.end(await stage.take(), complete('"told"'), { keep: false })
      await stage.settle()
      await stage.prune(keepOfEach({ count: 0 }))
      assert.equal((await stage.discard(id)).kind, 'held')
      assert.deepEqual(plain((await stage.record(id)).result), { inline: '"told"' })
      await stage.end(await stage.take({ types: [noticeType] }), complete(), { keep: false })
      await stage.settle()
      assert.deepEqual(await stage.everyJob(), [])
    },
  ),

  contractCase(
    'many ends of one step make one notice each, with an id of its own',
    ['I37'],
    async (stage) => {
      await want(stage, 'all', ['completed:*'])
      const n = Math.min(stage.queue.limits.items, 64)
      const ids = await stage.addMany(n)
      await stage.end(await stage.claim(n), complete())
      const made = await notices(stage)
      assert.deepEqual(new Set(made.map(({ id }) => id)).size, n)
      assert.deepEqual(
        said(made)
          .map(([id]) => id)
          .sort(),
        [...ids].sort(),
      )
    },
  ),

  contractCase('who waits for notices is told that there is one', ['I20'], async (stage) => {
    await hearsOfWork(
      stage,
      async () => {
        await stage.add(termsOf({ notices: ['cancelled'] }))
        const made = (await notices(stage)).filter(({ status }) => status === 'pending').length
        await stage.cycle({ instance: 'waiting', types: [noticeType], wanted: lanes(made + 1) })
        return stage.take()
      },
      (run) => stage.cancel(run.id),
    )
  }),
]

// -------------------------------------------------------------------------------------------------------------------

/** All that were made, oldest first, as their records are. */
async function notices(stage: Stage): Promise<readonly JobRecord[]> {
  const listed = await stage.everyJob({ type: noticeType })
  return Promise.all([...listed].reverse().map(({ id }) => stage.record(id)))
}

function said(records: readonly JobRecord[]): readonly (readonly [string, string])[] {
  return records.map(({ payload }) => {
    const { job, status } = JSON.parse(payload) as { readonly job: string; readonly status: string }
    return [job, status]
  })
}

async function want(stage: Stage, key: string, list: readonly string[], version = 0): Promise<void> {
  const answer = await stage.queue.putSetting({ key, text: '', notices: list, version, token: stage.token() })
  assert.equal(answer.kind, 'done')
}
