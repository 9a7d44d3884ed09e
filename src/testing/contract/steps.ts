import assert from 'node:assert/strict'
import type { Claim, LeaseRef, Step, StepAnswer } from '../../core/queue-adapter.js'
import { contractCase } from './case.js'
import { complete, fail, leaseMs, plain, release, retryIn } from './script.js'
import type { Stage } from './stage.js'
import { alikeKeys, hardTexts } from './texts.js'

const step = '{"step":[]}'

/** What a running job keeps of its steps. */
export const stepCases = [
  contractCase(
    'the first text of a step stands, and is answered to all that come after',
    ['I2', 'I13'],
    async (stage) => {
      const run = await start(stage)
      assert.deepEqual(plain(await keep(stage, run, 'a', '1')), { kind: 'kept', text: '1' })
      assert.deepEqual(plain(await keep(stage, run, 'a', '2')), { kind: 'kept', text: '1' })
      assert.deepEqual(plain(await keep(stage, run, 'b', '2')), { kind: 'kept', text: '2' })
      assert.deepEqual(await stepsOf(stage, run), ['a 1', 'b 2'])
    },
  ),

  contractCase('a job that has kept nothing has no steps', ['I34'], async (stage) => {
    assert.deepEqual(await stepsOf(stage, await start(stage)), [])
  }),

  ...(
    [
      ['is handed back', (stage, run) => stage.end(run, release)],
      ['fails and is tried again', (stage, run) => stage.end(run, retryIn(0))],
      ['is lost with its worker', (stage) => stage.pass(leaseMs)],
    ] as readonly (readonly [string, (stage: Stage, run: Claim) => Promise<unknown>])[]
  ).map(([how, lose]) =>
    contractCase(`a job that ${how} finds its steps in the next run`, ['I1', 'I3'], async (stage) => {
      const first = await start(stage)
      await keep(stage, first, 'a', step)
      await lose(stage, first)
      const second = await stage.take({ instance: 'i2' })
      assert.deepEqual(await stepsOf(stage, second), [`a ${step}`])
      assert.deepEqual(plain(await keep(stage, second, 'a', 'x')), { kind: 'kept', text: step })
      assert.equal(await stage.queue.steps(lease(first)), null)
    }),
  ),

  contractCase('a run that is over, or never was, keeps nothing and sees nothing', ['I3'], async (stage) => {
    const lost = await start(stage)
    await stage.pass(leaseMs)
    const run = await stage.take({ instance: 'i2' })
    await keep(stage, run, 'a', '1')
    const strangers = [
      lost,
      { id: run.id, fence: '0' },
      { id: run.id, fence: `${BigInt(run.fence) + 1n}` },
      { id: 'nope', fence: run.fence },
    ]
    for (const stranger of strangers) {
      assert.deepEqual(plain(await keep(stage, stranger, 'a', '2')), { kind: 'lost' })
      assert.deepEqual(plain(await keep(stage, stranger, 'b', '2')), { kind: 'lost' })
      assert.equal(await stage.queue.steps(lease(stranger)), null)
    }
    assert.deepEqual(await stepsOf(stage, run), ['a 1'])
    await stage.end(run, complete())
    assert.deepEqual(plain(await keep(stage, run, 'b', '2')), { kind: 'lost' })
    assert.equal(await stage.queue.steps(lease(run)), null)
  }),

  contractCase('a run that was cancelled keeps nothing', ['I3', 'I12'], async (stage) => {
    const run = await start(stage)
    await stage.cancel(run.id)
    assert.deepEqual(plain(await keep(stage, run, 'a', '1')), { kind: 'lost' })
    assert.equal(await stage.queue.steps(lease(run)), null)
  }),

  contractCase('a new life begins with no steps', ['I2', 'I3'], async (stage) => {
    const first = await start(stage)
    await keep(stage, first, 'a', '1')
    await stage.end(first, fail())
    await stage.retry(first.id)
    const second = await stage.take()
    assert.deepEqual(await stepsOf(stage, second), [])
    assert.deepEqual(plain(await keep(stage, second, 'a', '2')), { kind: 'kept', text: '2' })
  }),

  contractCase(
    'a new job with the id of a removed one begins with no steps',
    ['I15', 'I17'],
    async (stage) => {
      const first = await start(stage)
      await keep(stage, first, 'a', '1')
      await stage.end(first, complete(), { keep: false })
      await stage.add({ id: first.id })
      assert.deepEqual(await stepsOf(stage, await stage.take()), [])
    },
  ),

  contractCase('a completed job that is removed by hand leaves no steps', ['I17', 'I33'], async (stage) => {
    const first = await start(stage)
    await keep(stage, first, 'a', '1')
    await stage.end(first, complete())
    await stage.discard(first.id)
    await stage.add({ id: first.id })
    assert.deepEqual(await stepsOf(stage, await stage.take()), [])
  }),

  contractCase('each job has steps of its own, and keys are told apart', ['I15'], async (stage) => {
    const [one, two] = [await start(stage), await start(stage)]
    const keys = [...alikeKeys, '\n', 'k'.repeat(200)]
    for (const key of keys) assert.equal((await keep(stage, one, key, key)).kind, 'kept')
    await keep(stage, two, 'a', 'other')
    assert.deepEqual(await stepsOf(stage, one), keys.map((key) => `${key} ${key}`).sort())
    assert.deepEqual(await stepsOf(stage, two), ['a other'])
  }),

  ...hardTexts.map(([name, text]) =>
    contractCase(`a step keeps every byte: ${name}`, ['I13'], async (stage) => {
      const run = await start(stage)
      const answer = await keep(stage, run, 'a', text)
      assert.ok(answer.kind === 'kept' && answer.text === text)
      assert.ok((await stage.queue.steps(lease(run)))?.[0]?.text === text)
    }),
  ),

  contractCase('a job has a thousand steps at most, and those it has stand', ['I36'], async (stage) => {
    const run = await start(stage)
    for (let i = 0; i < 1000; i += 40) {
      const answers = await Promise.all(
        Array.from({ length: 40 }, (_, j) => keep(stage, run, `step-${i + j}`, '1')),
      )
      assert.ok(answers.every(({ kind }) => kind === 'kept'))
    }
    assert.deepEqual(plain(await keep(stage, run, 'one more', '1')), { kind: 'full' })
    assert.deepEqual(plain(await keep(stage, run, 'step-7', '2')), { kind: 'kept', text: '1' })
    assert.equal((await stage.queue.steps(lease(run)))?.length, 1000)
    await stage.end(run, complete())
  }),

  contractCase('a job has four megabytes of steps at most', ['I36'], async (stage) => {
    const run = await start(stage)
    const text = JSON.stringify('x'.repeat(256 * 1024 - 2))
    let kept = 0
    while (kept < 20 && (await keep(stage, run, `step-${kept}`, text)).kind === 'kept') kept++
    assert.ok(kept >= 15 && kept <= 16, `${kept} steps of 256 KiB were kept`)
    assert.equal((await keep(stage, run, 'step-0', '1')).kind, 'kept')
    await stage.end(run, complete())
  }),

  contractCase('of many who keep one step at once the first stands for all', ['I2'], async (stage) => {
    const other = await stage.other()
    const run = await start(stage)
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        (i % 2 ? other : stage.queue).keepStep({ ...lease(run), key: 'a', text: `${i}` }),
      ),
    )
    assert.equal(new Set(answers.map((answer) => answer.kind === 'kept' && answer.text)).size, 1)
  }),
]

// -------------------------------------------------------------------------------------------------------------------

async function start(stage: Stage): Promise<Claim> {
  await stage.add()
  return stage.take()
}

function lease({ id, fence }: LeaseRef): LeaseRef {
  return { id, fence }
}

function keep(stage: Stage, run: LeaseRef, key: string, text: string): Promise<StepAnswer> {
  return stage.queue.keepStep({ ...lease(run), key, text })
}

/** In no order. */
async function stepsOf(stage: Stage, run: LeaseRef): Promise<readonly string[]> {
  const steps: readonly Step[] | null = await stage.queue.steps(lease(run))
  assert.ok(steps, 'the run sees its steps')
  return steps.map(({ key, text }) => `${key} ${text}`).sort()
}
