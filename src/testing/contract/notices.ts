import assert from 'node:assert/strict'
import { noTerms, noticeAttempts, noticePriority, noticeType } from '../../core/job-terms.js'
import type { JobRecord } from '../../core/queue-adapter.js'
import type { FinalStatus } from '../../core/states.js'
import { boundedCase, contractCase } from './case.js'
import { complete, fail, leaseMs, outcomeOf, plain } from './script.js'
import type { Stage } from './stage.js'
import { jobIn } from './states.js'
import { after, termsOf, waitsFor } from './terms.js'

/** Every way in which a job of the type `task` can end: it is added with `part`, and its id told. */
const ends: readonly {
  readonly how: string
  readonly status: FinalStatus
  readonly cause: (stage: Stage, part: ReturnType<typeof termsOf>) => Promise<string>
}[] = [
  { how: 'completes', status: 'completed', cause: (stage, part) => stage.finish(complete(), part) },
  {
    how: 'completes and is not kept',
    status: 'completed',
    cause: async (stage, part) => {
      const id = await stage.add(part)
      await stage.end(await stage.take(), complete(), { keep: false })
      return id
    },
  },
  { how: 'fails', status: 'dead_letter', cause: (stage, part) => stage.finish(fail(), part) },
  {
    how: 'is lost with its worker',
    status: 'dead_letter',
    cause: async (stage, part) => {
      const id = await stage.add({ maxAttempts: 1, ...part })
      await stage.take()
      await stage.pass(leaseMs)
      await stage.cycle({ instance: 'rescue' })
      return id
    },
  },
  ...(['pending', 'processing', 'retrying'] as const).map((state) => ({
    how: `is cancelled while it is ${state}`,
    status: 'cancelled' as const,
    cause: async (stage: Stage, part: ReturnType<typeof termsOf>) => {
      const id = await jobIn(stage, state, part)
      await stage.cancel(id)
      return id
    },
  })),
  ...(['fail', 'cancel'] as const).flatMap((rule) => {
    const status = rule === 'fail' ? ('dead_letter' as const) : ('cancelled' as const)
    const onParent = (id: string, { terms }: ReturnType<typeof termsOf>) => ({
      terms: { ...terms, ...after(id, rule).terms, notices: terms.notices },
    })
    return [
      {
        how: `waited for one that ends it with \`${rule}\``,
        status,
        cause: async (stage: Stage, part: ReturnType<typeof termsOf>) => {
          const parent = await stage.add({ type: 'other' })
          const id = await stage.add(onParent(parent, part))
          await stage.cancel(parent)
          await stage.settle()
          return id
        },
      },
      {
        how: `comes after one that ends it with \`${rule}\``,
        status,
        cause: async (stage: Stage, part: ReturnType<typeof termsOf>) =>
          stage.add(onParent(await jobIn(stage, 'cancelled', { type: 'other' }), part)),
      },
    ]
  }),
]

/** The end of a job makes another one, where its terms or a setting ask for it. */
export const noticeCases = [
  ...ends.flatMap(({ how, status, cause }) => [
    contractCase(
      `a job that ${how} makes the notice that its terms ask for`,
      ['I1', 'I37'],
      async (stage) => {
        const id = await cause(stage, termsOf({ notices: [status] }))
        assert.deepEqual(said(await notices(stage)), [[id, status]])
      },
    ),

    contractCase(
      `a job that ${how} makes the notice that a setting asks for`,
      ['I1', 'I37'],
      async (stage) => {
        await want(stage, 'some', [`${status}:task`])
        const id = await cause(stage, termsOf({}))
        assert.deepEqual(said(await notices(stage)), [[id, status]])
      },
    ),
  ]),

  contractCase('a notice says what ended, how, in which life and when', ['I13', 'I37'], async (stage) => {
    const id = await jobIn(stage, 'dead_letter', termsOf({ notices: ['completed'] }))
    await stage.retry(id)
    await stage.pass(77)
    const at = stage.now
    await stage.end(await stage.take(), complete())
    await stage.pass(5)
    const [notice] = await notices(stage)
    assert.ok(notice)
    assert.match(notice.id, new RegExp(`^notice~[0-9]+~${at}$`))
    assert.equal(
      notice.payload,
      JSON.stringify({ job: id, type: 'task', status: 'completed', generation: 2, at }),
    )
    const { type, status, priority, options, maxAttempts, failures, generation, createdAt, readyAt } = notice
    assert.deepEqual(
      { type, status, priority, options, maxAttempts, failures, generation, createdAt, readyAt },
      {
        type: noticeType,
        status: 'pending',
        priority: noticePriority,
        options: '',
        maxAttempts: noticeAttempts,
        failures: 0,
        generation: 1,
        createdAt: at,
        readyAt: at,
      },
    )
    assert.deepEqual(plain(notice.terms), { ...noTerms, dependsOn: [{ id, onFailure: 'ignore' }] })
    assert.deepEqual(
      [await waitsFor(stage, notice.id), notice.dedupeKey, notice.scheduleId],
      [[], null, null],
    )
  }),

  contractCase(
    'a notice can be claimed in the step of the end, and counts as any job',
    ['I31', 'I37'],
    async (stage) => {
      await stage.add(termsOf({ notices: ['completed'] }))
      const run = await stage.take()
      const reply = await stage.cycle({
        outcomes: [outcomeOf(run, complete())],
        wanted: [0],
        types: [noticeType],
      })
      assert.deepEqual(
        reply.claims.map(({ type }) => type),
        [noticeType],
      )
      assert.equal((await stage.queue.metrics()).types[noticeType]?.submitted, 1)
      await stage.end(reply.claims, complete())
      assert.equal((await stage.queue.counts()).completed, 2)
    },
  ),

  contractCase('other ends than those asked for make none', ['I37'], async (stage) => {
    await want(stage, 'some', ['dead_letter:task', 'completed:other', 'cancelled:tas', 'cancelled:'])
    await stage.finish(complete(), termsOf({ notices: ['dead_letter', 'cancelled'] }))
    await jobIn(stage, 'cancelled', termsOf({ notices: ['completed', 'dead_letter'] }))
    await jobIn(stage, 'retrying', termsOf({ notices: ['completed', 'dead_letter', 'cancelled'] }))
    assert.deepEqual(await notices(stage), [])
  }),

  contractCase('a setting may ask for the ends of every type', ['I37'], async (stage) => {
    await want(stage, 'all', ['completed:*'])
    const ids = [await stage.finish(), await stage.finish(complete(), { type: 'other' })]
    assert.deepEqual(
      said(await notices(stage)),
      ids.map((id) => [id, 'completed']),
    )
  }),

  contractCase('one end makes one notice, however many ask for it', ['I37'], async (stage) => {
    await want(stage, 'a', ['completed:*', 'completed:task'])
    await want(stage, 'b', ['completed:task'])
    const id = await stage.finish(complete(), termsOf({ notices: ['completed'] }))
    assert.deepEqual(said(await notices(stage)), [[id, 'completed']])
  }),

  contractCase('each life makes its own', ['I2', 'I37'], async (stage) => {
    const id = await stage.add(termsOf({ notices: ['dead_letter', 'completed'] }))
    await stage.end(await stage.take(), fail())
    await stage.retry(id)
    await stage.end(await stage.take(), complete())
    assert.deepEqual(said(await notices(stage)), [
      [id, 'dead_letter'],
      [id, 'completed'],
    ])
  }),

  contractCase('a setting that is gone, or asks for less, makes no more', ['I37'], async (stage) => {
    await want(stage, 'a', ['completed:task'])
    await want(stage, 'b', ['completed:task'])
    await stage.finish()
    await stage.queue.removeSetting('a')
    await stage.finish()
    assert.equal((await notices(stage)).length, 2)
    await want(stage, 'b', ['dead_letter:task'], 1)
    await stage.finish()
    assert.equal((await notices(stage)).length, 2)
    await want(stage, 'b', ['completed:task'], 2)
    await stage.finish()
    await stage.queue.removeSetting('b')
    await stage.finish()
    assert.equal((await notices(stage)).length, 3)
  }),

  boundedCase(
    'a notice is made where there is no room for other jobs',
    ['I1', 'I36', 'I37'],
    3,
    async (stage) => {
      const ids = await stage.addMany(3, termsOf({ notices: ['completed'] }))
      assert.equal((await stage.submit({}))[0]?.kind, 'full')
      await stage.end(await stage.claim(3), complete())
      assert.deepEqual(
        said(await notices(stage)),
        ids.map((id) => [id, 'completed']),
      )
    },
  ),
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
