import assert from 'node:assert/strict'
import type { MovingJob } from '../../core/queue-adapter.js'
import { canMove } from '../../core/queue-move.js'
import { jobStates } from '../../core/states.js'
import { boundedCase, movingCase } from './case.js'
import { Road, identityOf, lookOf } from './road.js'
import {
  complete,
  completeWith,
  fail,
  keepOfEach,
  lanes,
  outcomeOf,
  plain,
  pruneOf,
  resultTtlMs,
  retryIn,
} from './script.js'
import type { Stage } from './stage.js'
import { jobIn } from './states.js'
import { hardTexts } from './texts.js'

const texts = hardTexts.map(([, text]) => text)
const hard = texts.slice(0, -1).join('\n')
const long = texts.at(-1) ?? ''

/** How jobs come into a store from another. */
export const movingInCases = [
  ...jobStates
    .filter((status) => status !== 'processing' && status !== 'blocked')
    .map((status) =>
      movingCase(`a ${status} job arrives as it was`, ['I1', 'I13', 'I16'], async (stage) => {
        const road = await Road.away(stage)
        const part = { dedupeKey: 'é', payload: '{"a":[]}', options: '{"o":1.0}', priority: 'high' } as const
        const id = await jobIn(stage, status, part)
        const before = lookOf(await stage.record(id))
        await road.travel()
        assert.deepEqual(lookOf(await road.to.get(id)), before)
        assert.equal(await stage.status(id), 'missing')
      }),
    ),

  movingCase('a job arrives with every byte of its texts', ['I13'], async (stage) => {
    const road = await Road.here(stage)
    const job = await exported(road, stage, { payload: hard, options: hard, digest: 'é 🌊', token: '日本' })
    const error = JSON.stringify({ code: 'X', name: 'Ünï', message: '\u0000 "quoted" \\ 🌊 </script> %' })
    const said = { error, cancelReason: `${hard}é`, progress: '{"value":0.3}', lines: ['', hard, '🌊'] }
    const ran = {
      worker: 'an instance/é/7',
      readyAt: 3,
      startedAt: 5,
      runMs: 0.125,
      failures: 1,
      generation: 3,
    }
    const record = { ...job.record, ...said, ...ran, status: 'cancelled', completedAt: 9 } as const
    await road.begin()
    await road.import({ jobs: [{ ...job, record, place: 'cancelled' }] })
    assert.deepEqual(lookOf(await stage.record(record.id)), lookOf(record))
    assert.deepEqual(plain(await road.to.foresee(asked([job], '日本'))), {
      jobs: ['standing'],
      schedules: [],
      full: null,
    })
  }),

  movingCase('a job with long texts arrives with every byte of them', ['I13'], async (stage) => {
    const road = await Road.here(stage)
    const { record } = await exported(road, stage, { payload: long, options: long })
    const { claims } = await stage.cycle({ instance: 'far', wanted: [0] }, road.from)
    const outcomes = claims.map((claim) => outcomeOf(claim, complete(long)))
    await stage.cycle({ instance: 'far', outcomes }, road.from)
    await road.travel()
    const { payload, options, result } = await stage.record(record.id)
    assert.ok(payload === long && options === long, 'the record has the bytes')
    assert.ok(result !== null && 'inline' in result && result.inline === long, 'so has the result')
  }),

  movingCase(
    'a move that was never begun is unknown, and a step that is past is old',
    ['I2'],
    async (stage) => {
      const road = await Road.here(stage)
      const job = await exported(road, stage)
      const unknown = await stage.unchanged(() => road.send({ step: 1, jobs: [job] }))
      assert.deepEqual(plain(unknown), { kind: 'unknown' })
      await road.begin()
      assert.equal((await road.send({ step: 2, jobs: [job] })).kind, 'done')
      assert.deepEqual(plain(await stage.unchanged(() => road.send({ step: 1 }))), { kind: 'old' })
      assert.deepEqual(plain(await stage.unchanged(() => road.send({ step: 0, room: 9 }))), { kind: 'old' })
    },
  ),

  movingCase('a step sent twice brings its jobs once, whatever became of them', ['I2'], async (stage) => {
    const road = await Road.here(stage)
    const job = await exported(road, stage)
    await road.begin()
    const first = await road.send({ step: 1, jobs: [job] })
    await stage.end(await stage.take(), complete())
    await stage.prune(keepOfEach({ count: 0 }))
    const elsewhere = new Road(road.from, await stage.other())
    const again = await stage.unchanged(() => elsewhere.send({ step: 1, jobs: [job] }))
    assert.deepEqual(plain(again), plain(first))
    assert.equal((await road.send({ step: 2 })).kind, 'done')
    assert.equal((await stage.queue.counts()).pending, 0)
  }),

  movingCase('moves know nothing of each other', ['I15'], async (stage) => {
    const [one, two] = [await Road.here(stage), new Road(await stage.elsewhere(), stage.queue, 'another')]
    await one.begin()
    await one.send({ step: 9 })
    assert.equal((await two.send({ step: 1 })).kind, 'unknown')
    await two.begin()
    assert.equal((await two.send({ step: 1, jobs: [await exported(two, stage)] })).kind, 'done')
    assert.equal((await one.send({ step: 8 })).kind, 'old')
  }),

  movingCase('fences go on from where they were', ['I3'], async (stage) => {
    const road = await Road.here(stage)
    const job = await exported(road, stage)
    const fence = '4000000000000001'
    await road.begin()
    await road.import({ jobs: [{ ...job, record: { ...job.record, fence } }] })
    assert.equal((await stage.record(job.record.id)).fence, fence)
    assert.ok(BigInt((await stage.take()).fence) > BigInt(fence))
  }),

  movingCase('what has moved runs, fails, ends and lives again as any other', ['I1', 'I5'], async (stage) => {
    const road = await Road.here(stage)
    const id = (await exported(road, stage, { maxAttempts: 2 })).record.id
    await road.travel()
    await stage.end(await stage.take(), retryIn(10))
    await stage.pass(10)
    await stage.end(await stage.take(), fail())
    assert.equal((await stage.retry(id)).kind, 'done')
    await stage.end(await stage.take(), complete())
    const { status, generation, failures } = await stage.record(id)
    assert.deepEqual([status, generation, failures], ['completed', 2, 0])
  }),

  movingCase('delayed and retrying jobs come at their time', ['I6', 'I21'], async (stage) => {
    const road = await Road.here(stage)
    const [first, second] = [stage.job({ delayMs: 700 }), stage.job()]
    await road.from.submit([first, second])
    const [claim] = (await stage.cycle({ instance: 'far', wanted: [0] }, road.from)).claims
    assert.ok(claim)
    await stage.cycle({ instance: 'far', outcomes: [outcomeOf(claim, retryIn(500))] }, road.from)
    await road.travel()
    assert.equal((await stage.cycle()).nextDueAt, stage.now + 500)
    await stage.pass(499)
    assert.deepEqual(await stage.takeIds(5), [])
    await stage.pass(1)
    assert.deepEqual(await stage.takeIds(5), [second.id])
    await stage.pass(200)
    assert.deepEqual(await stage.takeIds(5), [first.id])
  }),

  movingCase('a result is over when it would have been', ['I14', 'I33'], async (stage) => {
    const road = await Road.away(stage)
    const [inline, key] = [await stage.finish(), await stage.finish(completeWith({ key: 'result/a/b' }))]
    await stage.pass(1000)
    await road.travel()
    await stage.pass(resultTtlMs - 1001)
    assert.deepEqual(plain((await road.to.get(inline))?.result), { inline: '{"ok":true}' })
    assert.deepEqual(plain((await road.to.get(key))?.result), { key: 'result/a/b' })
    await stage.pass(1)
    assert.equal((await road.to.get(inline))?.result, null)
    const answer = await road.to.prune(pruneOf({ limit: 10 }))
    assert.deepEqual([answer.expiredResults, [...answer.orphanedResults]], [2, ['result/a/b']])
  }),

  movingCase('an import counts as no submission and no end', ['I31'], async (stage) => {
    const road = await Road.here(stage)
    await exported(road, stage)
    const done = await exported(road, stage)
    await road.from.cancel({ id: done.record.id, token: 't', reason: null })
    await road.travel()
    const { submitted = 0, cancelled = 0 } = (await stage.queue.metrics()).types['task'] ?? {}
    assert.deepEqual([submitted, cancelled], [0, 0])
    const { pending, cancelled: held } = await stage.queue.counts()
    assert.deepEqual([pending, held], [1, 1])
  }),

  movingCase('an id that stands is a conflict, unless it is the very job', ['I1', 'I10'], async (stage) => {
    const road = await Road.here(stage)
    const part = { digest: 'd', token: 't' }
    const jobs = [
      await exported(road, stage, { ...part, id: 'same' }),
      await exported(road, stage, { ...part, id: 'token' }),
      await exported(road, stage, { ...part, id: 'digest' }),
      await exported(road, stage, { ...part, id: 'free' }),
      await exported(road, stage, { ...part, id: 'behind' }),
    ]
    await stage.submit({ ...part, id: 'same' }, { ...part, id: 'token', token: 'x' })
    await stage.submit({ ...part, id: 'digest', digest: 'x' }, { ...part, id: 'behind' })
    const ahead = jobs.map((job) =>
      job.record.id === 'behind' ? { ...job, record: { ...job.record, fence: '7' } } : job,
    )
    const expected = ['standing', 'conflict', 'conflict', 'free', 'conflict']
    assert.deepEqual((await stage.unchanged(() => road.to.foresee(asked(ahead)))).jobs, expected)
    await road.begin()
    const moved = expected.map((word) => (word === 'free' ? 'moved' : word))
    assert.deepEqual(await road.import({ jobs: ahead }), moved)
    assert.equal((await stage.everyJob()).length, 5)
  }),

  movingCase(
    'a dedupe key of a live job is a conflict, and is held when it has come',
    ['I9'],
    async (stage) => {
      const road = await Road.here(stage)
      const held = await exported(road, stage, { dedupeKey: 'held' })
      const free = await exported(road, stage, { dedupeKey: 'free' })
      const over = await exported(road, stage, { dedupeKey: 'over' })
      await road.from.cancel({ id: over.record.id, token: 't', reason: null })
      await stage.submit({ dedupeKey: 'held' }, { dedupeKey: 'over' })
      const jobs = [held, free, await road.exportOne(over.record.id)]
      assert.deepEqual((await road.to.foresee(asked(jobs))).jobs, ['conflict', 'free', 'free'])
      await road.begin()
      assert.deepEqual(await road.import({ jobs }), ['conflict', 'moved', 'moved'])
      assert.equal((await stage.submit({ dedupeKey: 'free' }))[0]?.kind, 'standing')
    },
  ),

  movingCase('an instance that waits is told of work that has moved', ['I20'], async (stage) => {
    const road = await Road.here(stage)
    await road.begin()
    const heard: unknown[] = []
    const stop = stage.queue.subscribe('i1', (hint) => heard.push(hint.kind))
    await stage.until(
      'a hint of work',
      () => heard.includes('work'),
      async () => {
        await stage.cycle({ wanted: lanes(2) })
        const job = await exported(road, stage)
        await road.withdraw([job])
        await road.import({ jobs: [job] })
      },
    )
    stop()
  }),

  boundedCase('jobs for which there is no room are refused together', ['I34', 'I36'], 3, async (stage) => {
    // Not every queue that can be bounded has the verbs for moving.
    if (!canMove(stage.queue)) return
    const road = await Road.here(stage)
    const jobs = [await exported(road, stage), await exported(road, stage)]
    await stage.addMany(2)
    assert.match((await road.to.foresee(asked(jobs))).full ?? '', /3/)
    await road.begin()
    await stage.unchanged(() => assert.rejects(road.import({ jobs }), { code: 'STORE_FULL' }))
    assert.equal((await road.to.foresee(asked(jobs.slice(1)))).full, null)
    assert.deepEqual(await road.import({ jobs: jobs.slice(1) }), ['moved'])
  }),
]

// -------------------------------------------------------------------------------------------------------------------

/** A new job in the store that jobs come from, as it is exported there. */
async function exported(road: Road, stage: Stage, part = {}): Promise<MovingJob> {
  const job = stage.job(part)
  await road.from.submit([job])
  return road.exportOne(job.id)
}

function asked(jobs: readonly MovingJob[], token?: string): Parameters<Road['to']['foresee']>[0] {
  const identities = jobs.map(identityOf).map((one) => (token === undefined ? one : { ...one, token }))
  return { jobs: identities, schedules: [], bytes: 1 }
}
