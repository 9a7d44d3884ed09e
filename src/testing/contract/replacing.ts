import assert from 'node:assert/strict'
import type { NewJob } from '../../core/queue-adapter.js'
import { contractCase } from './case.js'
import { complete, plain, release, retryIn } from './script.js'
import type { Stage } from './stage.js'
import { after, termsOf, unique } from './terms.js'

const replace = unique('key', 'replace')

/** What a job keeps, and what not, when it gets the content of another submission. */
export const replacingCases = [
  ...([retryIn(60_000), release] as const).map((settlement) =>
    contractCase(
      `steps that a run kept before it was ${settlement.kind === 'retry' ? 'put off' : 'handed back'} are none of the new content`,
      ['I1', 'I9'],
      async (stage) => {
        await stage.add(replace)
        const run = await stage.take()
        await stage.queue.keepStep({ id: run.id, fence: run.fence, key: 'step', text: '"old"' })
        await stage.end(run, settlement)
        await stage.submit({ ...replace, payload: '"new"' })
        const next = await stage.take()
        assert.equal(next.id, run.id)
        const { id, fence } = next
        assert.deepEqual(await stage.queue.steps({ id, fence }), [])
        assert.deepEqual(plain(await stage.queue.keepStep({ id, fence, key: 'step', text: '"new"' })), {
          kind: 'kept',
          text: '"new"',
        })
      },
    ),
  ),

  contractCase(
    'a replacement that comes again after many others changes nothing, and is answered as it was',
    ['I9', 'I10'],
    async (stage) => {
      const id = await stage.add(replace)
      const first = stage.job({ ...replace, payload: '"first"', delayMs: 5 })
      const given = await stage.queue.submit([first])
      for (let i = 0; i < 40; i++) await stage.submit({ ...replace, payload: `${i}` })
      assert.deepEqual(plain(await stage.unchanged(() => stage.queue.submit([first]))), plain(given))
      const run = await stage.take()
      assert.deepEqual([run.id, run.payload], [id, '39'])
      assert.deepEqual(plain(await stage.unchanged(() => stage.queue.submit([first]))), plain(given))
      await stage.end(run, complete())
      assert.deepEqual(plain(await stage.unchanged(() => stage.queue.submit([first]))), plain(given))
    },
  ),

  contractCase(
    'a job that is replaced stays with its schedule, or with none',
    ['I9', 'I24'],
    async (stage) => {
      const own = await stage.schedule()
      const other = await stage.schedule()
      const lives = async (): Promise<unknown> =>
        Promise.all([own, other].map(async ({ id }) => (await stage.scheduleNow(id)).live))
      const rule = termsOf({ dedupe: { mode: 'replace', windowMs: null }, scheduleId: other.id })
      await stage.fired(own.id, { job: stage.job({ dedupeKey: 'a' }) })
      await stage.add({ dedupeKey: 'b' })
      for (const dedupeKey of ['a', 'b']) {
        const [answer] = await stage.submit({ dedupeKey, ...rule })
        assert.equal(answer?.kind === 'standing' && answer.replaced, true)
      }
      assert.deepEqual(await lives(), [1, 0])
      for (const run of await stage.claim(9)) await stage.end(run, complete())
      assert.deepEqual(await lives(), [0, 0])
    },
  ),

  contractCase(
    'who came to depend on a job first is let go first, whoever is older',
    ['I9', 'I34'],
    async (stage) => {
      const parent = await stage.add()
      const older = await stage.add(replace)
      const younger = await stage.add(after(parent))
      await stage.submit({
        dedupeKey: 'key',
        ...termsOf({ ...after(parent).terms, dedupe: replace.terms.dedupe }),
      })
      const run = await stage.take()
      assert.equal(run.id, parent)
      await stage.end(run, complete())
      await stage.settle()
      assert.deepEqual(await stage.takeIds(5), [younger, older])
    },
  ),

  contractCase('a job that is replaced has an attempt left', ['I9'], async (stage) => {
    const id = await stage.add(replace)
    for (let i = 0; i < 2; i++) await stage.end(await stage.take(), retryIn(0))
    await stage.submit({ ...replace, maxAttempts: 1 })
    const { failures, maxAttempts } = await stage.record(id)
    assert.deepEqual([failures, maxAttempts], [2, 3])
    await stage.submit({ ...replace, maxAttempts: 9 })
    assert.equal((await stage.record(id)).maxAttempts, 9)
  }),

  contractCase(
    'jobs of one call replace each other, and the last one counts',
    ['I6', 'I9'],
    async (stage) => {
      const parts = [{ delayMs: 1000 }, { delayMs: 2000 }, {}].map((part) => ({ ...replace, ...part }))
      const answers = await stage.submit(...parts)
      const id = answers[0]?.kind === 'created' ? answers[0].id : ''
      assert.deepEqual(
        answers.map(({ kind }) => kind),
        ['created', 'standing', 'standing'],
      )
      assert.equal((await stage.cycle()).nextDueAt, null)
      assert.deepEqual(await stage.takeIds(9), [id])
      await stage.submit(
        ...[{ delayMs: 1000 }, {}, { delayMs: 500 }].map((part) => ({ ...unique('b', 'replace'), ...part })),
      )
      assert.equal((await stage.cycle({ types: ['task'] })).nextDueAt, stage.now + 500)
    },
  ),

  ...[
    { what: 'was replaced', change: replaced },
    { what: 'was replaced by one without it, and that by one with it,', change: toAndFro },
    { what: 'was cancelled and retried', change: livedAgain },
  ].map(({ what, change }) =>
    contractCase(
      `a job that ${what} again and again is let go by one edge of the job it waits for`,
      ['I9', 'I11', 'I36'],
      async (stage) => {
        const parent = await stage.add({ type: 'other' })
        const part = {
          dedupeKey: 'key',
          ...termsOf({ ...after(parent).terms, dedupe: replace.terms.dedupe }),
        }
        const id = await stage.add(part)
        for (let i = 0; i < 100; i++) await change(stage, id, part)
        await stage.settle()
        const late = await stage.add(after(parent))
        const { more } = await stage.end(await stage.take({ types: ['other'] }), complete())
        assert.deepEqual([more, await stage.takeIds(9)], [false, [id, late]])
      },
    ),
  ),

  contractCase(
    'of what hinders a replacement one that is missing comes before a circle',
    ['I9', 'I11'],
    async (stage) => {
      const id = await stage.add(replace)
      const child = await stage.add(after(id))
      const answers: readonly (readonly [readonly string[], unknown])[] = [
        [[id, 'nope'], { kind: 'orphan', missing: 'nope' }],
        [[child], { kind: 'circle', id: child }],
        [[id, child], { kind: 'circle', id }],
      ]
      for (const [on, answer] of answers) {
        const part = {
          dedupeKey: 'key',
          ...termsOf({ ...after(on).terms, dedupe: replace.terms.dedupe }),
        }
        assert.deepEqual(plain(await stage.unchanged(() => stage.submit(part))), [answer])
      }
    },
  ),
]

// -------------------------------------------------------------------------------------------------------------------

type Part = Partial<NewJob>

async function replaced(stage: Stage, _: string, part: Part): Promise<void> {
  await stage.submit(part)
}

async function toAndFro(stage: Stage, _: string, part: Part): Promise<void> {
  await stage.submit(replace, part)
}

async function livedAgain(stage: Stage, id: string): Promise<void> {
  await stage.cancel(id)
  await stage.retry(id)
}
