import assert from 'node:assert/strict'
import type { FailureRule } from '../../core/job-terms.js'
import { contractCase } from './case.js'
import { complete, errorIn, fail, keepOfEach, leaseMs, plain } from './script.js'
import type { Stage } from './stage.js'
import { jobIn } from './states.js'
import { after, chain, statusesOf, termsOf } from './terms.js'

const badEnds = ['dead_letter', 'cancelled'] as const

const becomes = { fail: 'dead_letter', cancel: 'cancelled', ignore: 'pending' } as const

/** What becomes of a job when one that it depends on ends without having completed, and of one that ended and lives again. */
export const dependencyEndCases = [
  ...(['fail', 'cancel', 'ignore'] as const).flatMap((rule) =>
    badEnds.flatMap((end) => [
      contractCase(
        `with \`${rule}\` a job that waited for one that is ${end} is ${becomes[rule]}`,
        ['I11'],
        async (stage) => {
          const parent = await stage.add()
          const child = await stage.add(after(parent, rule))
          await endBadly(stage, parent, end)
          await stage.settle()
          await assertEnded(stage, child, rule, parent, end)
        },
      ),

      contractCase(
        `with \`${rule}\` a job that comes after one that is ${end} is ${becomes[rule]} at once`,
        ['I11'],
        async (stage) => {
          const parent = await jobIn(stage, end)
          const [answer] = await stage.submit({ id: 'child', ...after(parent, rule) })
          assert.deepEqual(plain(answer), { kind: 'created', id: 'child', status: becomes[rule] })
          await assertEnded(stage, 'child', rule, parent, end)
        },
      ),
    ]),
  ),

  contractCase('a job whose dependency crashed for good fails too', ['I5', 'I11'], async (stage) => {
    const parent = await stage.add({ maxAttempts: 1 })
    const child = await stage.add(after(parent))
    await stage.take()
    await stage.pass(leaseMs)
    await stage.settle()
    await assertEnded(stage, child, 'fail', parent, 'dead_letter')
  }),

  contractCase(
    'the first bad one in the order of its dependencies decides over a job that comes',
    ['I11'],
    async (stage) => {
      const [done, failed, cancelled] = [
        await stage.finish(),
        await jobIn(stage, 'dead_letter'),
        await jobIn(stage, 'cancelled'),
      ]
      const live = await stage.add()
      const rules = (...list: readonly (readonly [string, FailureRule])[]) =>
        termsOf({ dependsOn: list.map(([id, onFailure]) => ({ id, onFailure })) })
      const one = await stage.add(
        rules([done, 'fail'], [live, 'fail'], [cancelled, 'cancel'], [failed, 'fail']),
      )
      const two = await stage.add(
        rules([cancelled, 'ignore'], [failed, 'fail'], [cancelled, 'cancel'], [done, 'fail']),
      )
      await assertEnded(stage, one, 'cancel', cancelled, 'cancelled')
      await assertEnded(stage, two, 'fail', failed, 'dead_letter')
    },
  ),

  contractCase('the one that ends badly first decides over a job that waits', ['I11'], async (stage) => {
    const [a, b] = [await stage.add({ type: 'other' }), await stage.add()]
    const child = await stage.add(after([a, b]))
    await endBadly(stage, b, 'dead_letter')
    await stage.settle()
    await stage.cancel(a)
    await stage.settle()
    await assertEnded(stage, child, 'fail', b, 'dead_letter')
  }),

  contractCase(
    'a dependency that failed spends no attempt, and its end is counted once',
    ['I5', 'I31'],
    async (stage) => {
      const parent = await jobIn(stage, 'dead_letter', { type: 'other' })
      await stage.add(after(parent))
      await stage.add(after(parent, 'cancel'))
      const late = await stage.add({ type: 'other' })
      await stage.add(after(late))
      await stage.add(after(late, 'cancel'))
      await stage.cancel(late)
      await stage.settle()
      const { submitted, failed, retried, deadLetter, cancelled, crashed, totalRunMs } =
        (await stage.queue.metrics()).types['task'] ?? assert.fail()
      assert.deepEqual(
        { submitted, failed, retried, deadLetter, cancelled, crashed, totalRunMs },
        { submitted: 4, failed: 0, retried: 0, deadLetter: 2, cancelled: 2, crashed: 0, totalRunMs: 0 },
      )
    },
  ),

  contractCase('who asks for ends is told of a job that its dependency ended', ['I32'], async (stage) => {
    const heard = new Set<string>()
    stage.queue.subscribe(null, (hint) => {
      if (hint.kind === 'ended')
        for (const { id, type, status } of hint.jobs) heard.add(`${id} ${type} ${status}`)
    })
    const expected: string[] = []
    await stage.until(
      'hints of both ends',
      () =>
        expected.some(
          (one) => heard.has(`${one}-late other dead_letter`) && heard.has(`${one}-now other cancelled`),
        ),
      async () => {
        const parent = await stage.add()
        await stage.add({ id: `${parent}-late`, type: 'other', ...after(parent) })
        await stage.cancel(parent)
        await stage.add({ id: `${parent}-now`, type: 'other', ...after(parent, 'cancel') })
        await stage.settle()
        expected.push(parent)
      },
    )
  }),

  contractCase('a failure goes down a whole tree, each by its own rule', ['I11'], async (stage) => {
    const root = await stage.add()
    const failed = await stage.add(after(root))
    const cancelled = await stage.add(after(failed, 'cancel'))
    const goesOn = await stage.add(after([failed, cancelled], 'ignore'))
    const waits = await stage.add(after(goesOn))
    await stage.cancel(root)
    await stage.settle()
    await assertEnded(stage, failed, 'fail', root, 'cancelled')
    await assertEnded(stage, cancelled, 'cancel', failed, 'dead_letter')
    assert.deepEqual(await statusesOf(stage, [goesOn, waits]), ['pending', 'blocked'])
  }),

  contractCase('a failure goes down from a job that failed as it came', ['I11'], async (stage) => {
    const root = await jobIn(stage, 'cancelled')
    const answers = await stage.submit(
      { id: 'a', ...after(root) },
      { id: 'b', ...after('a') },
      { id: 'c', ...after('b', 'ignore') },
    )
    assert.deepEqual(
      answers.map((answer) => (answer.kind === 'created' ? answer.status : answer.kind)),
      ['dead_letter', 'dead_letter', 'pending'],
    )
    await stage.settle()
    assert.deepEqual(await stage.takeIds(5), ['c'])
  }),

  contractCase(
    'a blocked job that is cancelled ends at once, and stays so',
    ['I11', 'I12'],
    async (stage) => {
      const [parent, child, grandchild] = await chain(stage, 3, 'cancel')
      assert.equal((await stage.cancel(child ?? '', 't', 'why')).kind, 'done')
      const { status, cancelReason, waitsFor: open } = await stage.record(child ?? '')
      assert.deepEqual([status, cancelReason, [...open]], ['cancelled', 'why', []])
      await stage.end(await stage.take(), complete())
      await stage.settle()
      assert.deepEqual(await statusesOf(stage, [parent, child ?? '']), ['completed', 'cancelled'])
      await assertEnded(stage, grandchild ?? '', 'cancel', child ?? '', 'cancelled')
    },
  ),

  contractCase(
    'who has been cancelled is not ended again by a dependency that fails',
    ['I2', 'I11'],
    async (stage) => {
      const [parent, child = ''] = await chain(stage, 2)
      await stage.cancel(child, 't', 'why')
      const before = await stage.record(child)
      await stage.pass(10)
      await endBadly(stage, parent, 'dead_letter')
      await stage.settle()
      assert.deepEqual(plain(await stage.record(child)), plain(before))
    },
  ),

  contractCase(
    'nothing stays blocked when all that it depends on has ended',
    ['I11', 'I17'],
    async (stage) => {
      const layers: string[][] = [[...(await stage.addMany(4))]]
      for (const rule of ['ignore', 'cancel', 'fail', 'ignore'] as const)
        layers.push([...(await stage.addMany(4, after(layers.at(-1) ?? [], rule)))])
      for (const id of layers[0] ?? []) await stage.cancel(id)
      await stage.settle()
      const { blocked, pending } = await stage.queue.counts()
      assert.deepEqual([blocked, pending], [12, 4])
      for (const claim of await stage.claim(4)) await stage.cancel(claim.id)
      await stage.settle()
      const counts = await stage.queue.counts()
      assert.deepEqual([counts.blocked, counts.cancelled, counts.dead_letter, counts.pending], [0, 12, 4, 4])
      await stage.prune(keepOfEach({ count: 0 }))
      for (const run of await stage.claim(9)) await stage.end(run, fail())
    },
  ),
]

// -------------------------------------------------------------------------------------------------------------------

/** The job is the only one of its type that is ready, or runs. */
async function endBadly(stage: Stage, id: string, end: (typeof badEnds)[number]): Promise<void> {
  if (end === 'cancelled') return void (await stage.cancel(id))
  const run = await stage.take({ types: [(await stage.record(id)).type] })
  assert.equal(run.id, id, 'it is the one that runs')
  await stage.end(run, fail())
}

async function assertEnded(
  stage: Stage,
  id: string,
  rule: FailureRule,
  by: string,
  as: string,
): Promise<void> {
  const record = await stage.record(id)
  const { status, failures, completedAt, runMs, waitsFor: open } = record
  assert.deepEqual([status, failures, runMs, [...open]], [becomes[rule], 0, null, []])
  assert.equal(completedAt !== null, rule !== 'ignore')
  const message = `job ${by}, which this one depends on, ended as ${as}`
  const error = rule === 'fail' ? { code: 'DEPENDENCY_FAILED', name: 'RiptideError', message } : null
  assert.deepEqual(errorIn(record.error), error)
  assert.equal(record.cancelReason, rule === 'cancel' ? message : null)
}
