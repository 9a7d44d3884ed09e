import assert from 'node:assert/strict'
import type { Hint, MovingJob } from '../../core/queue-adapter.js'
import { jobStates } from '../../core/states.js'
import { movingCase } from './case.js'
import { Road, lookOf, movable } from './road.js'
import { complete, fail, lanes, leaseMs, plain, retryIn } from './script.js'
import type { Stage } from './stage.js'
import { jobIn } from './states.js'

/** How jobs leave a store for another. */
export const movingOutCases = [
  ...jobStates
    .filter((status) => status !== 'processing')
    .map((status) =>
      movingCase(`a ${status} job is exported with all there is to know of it`, ['I13'], async (stage) => {
        const road = await Road.away(stage)
        const part = {
          token: 'token',
          digest: 'é',
          payload: '{"a":[]}',
          options: '{"o":1.0}',
          dedupeKey: 'k',
        }
        const id = await jobIn(stage, status, part)
        const { record, place, isInFront, token, digest, resultUntil } = await road.exportOne(id)
        assert.deepEqual(plain(record), lookOf(await stage.record(id)))
        assert.deepEqual([place, isInFront, token, digest], [status, false, 'token', 'é'])
        assert.equal(resultUntil, status === 'completed' ? stage.now + 3_600_000 : null)
      }),
    ),

  movingCase('a delayed job is exported as one, and a run is not exported', ['I6'], async (stage) => {
    const road = await Road.away(stage)
    await stage.add()
    await stage.take()
    const id = await stage.add({ delayMs: 500 })
    const jobs = await road.exportAll()
    assert.deepEqual(
      jobs.map((job) => [job.record.id, job.place, job.record.readyAt]),
      [[id, 'delayed', stage.now + 500]],
    )
  }),

  movingCase('an export changes nothing', ['I31'], async (stage) => {
    const road = await Road.away(stage)
    for (const status of [...jobStates].reverse()) await jobIn(stage, status)
    await stage.unchanged(() => road.exportAll(3))
  }),

  movingCase('an export goes on behind jobs that went and jobs that stayed', ['I1', 'I36'], async (stage) => {
    const road = await Road.away(stage)
    const ids = [...(await crowd(stage, 30))].sort()
    const seen = new Set<string>()
    for (let cursor: string | null = null, step = 0; step === 0 || cursor !== null; step++) {
      const page = await road.export({ cursor, items: 7 })
      assert.ok(page.jobs.length <= 7, 'a page has no more than was asked for')
      const different = new Set(page.jobs.map(({ record }) => record.id))
      assert.equal(different.size, page.jobs.length, 'no page has a job twice')
      for (const { record } of page.jobs) seen.add(record.id)
      await road.withdraw(page.jobs.filter((_, i) => (step + i) % 3 > 0))
      cursor = page.cursor
    }
    assert.deepEqual([...seen].sort(), ids)
  }),

  movingCase('a page carries so many bytes, and one job at least', ['I36'], async (stage) => {
    const road = await Road.away(stage)
    await stage.addMany(6, { payload: JSON.stringify('x'.repeat(1000)) })
    assert.equal((await road.export({ bytes: 2500 })).jobs.length, 2)
    assert.equal((await road.export({ bytes: 1 })).jobs.length, 1)
    assert.equal((await road.exportAll()).length, 6)
  }),

  movingCase('a cursor that is none is PAGE_INVALID', ['I34'], async (stage) => {
    const road = await Road.away(stage)
    await stage.addMany(3)
    for (const cursor of ['', 'x', '9:1', 'rest', 'rest:x', 'completed:1.5'])
      await assert.rejects(road.export({ cursor }), { code: 'PAGE_INVALID' })
  }),

  movingCase('sequences tell the order of creation, up to the newest', ['I1'], async (stage) => {
    const road = await Road.away(stage)
    const ids = [await stage.add({ priority: 'low' }), await stage.add({ delayMs: 9 }), await stage.finish()]
    const bySequence = [...(await road.exportAll())].sort((a, b) => a.sequence - b.sequence)
    assert.deepEqual(
      bySequence.map(({ record }) => record.id),
      ids,
    )
    const { newest } = await road.export()
    assert.ok((bySequence.at(-1)?.sequence ?? 0) <= newest)
  }),

  movingCase('what is withdrawn is gone from every index', ['I16', 'I17'], async (stage) => {
    const road = await Road.away(stage)
    for (const status of [...jobStates].reverse())
      if (status !== 'blocked') await jobIn(stage, status, { dedupeKey: status })
    await stage.add({ delayMs: 500 })
    const answers = await road.withdraw(await road.exportAll())
    assert.deepEqual([...new Set(answers)], ['gone'])
    assert.deepEqual(
      (await stage.everyJob()).map((job) => job.status),
      ['processing'],
    )
    assert.equal((await stage.cycle()).nextDueAt, stage.now + leaseMs)
    await stage.add({ dedupeKey: 'pending' })
    assert.equal((await stage.claim(5)).length, 1)
  }),

  movingCase('a withdrawal ends nothing: no hints of ends, no counters', ['I31', 'I32'], async (stage) => {
    const road = await Road.away(stage)
    await crowd(stage, 10)
    const heard: Hint[] = []
    const stop = stage.queue.subscribe(null, (hint) => heard.push(hint))
    const before = plain(await stage.queue.metrics())
    await road.withdraw(await road.exportAll())
    assert.deepEqual(plain(await stage.queue.metrics()), before)
    await stage.add()
    await stage.end(await stage.take(), complete())
    stop()
    const ended = heard.flatMap((hint) => (hint.kind === 'ended' ? hint.jobs : []))
    assert.ok(ended.length <= 1, 'only the job that ended afterwards is told of')
  }),

  movingCase('who stays keeps its place', ['I7'], async (stage) => {
    const road = await Road.away(stage)
    const ids = await stage.addMany(10)
    const jobs = await road.exportAll()
    await road.withdraw(jobs.filter((_, i) => i % 2 === 0))
    assert.deepEqual(
      await stage.takeIds(10),
      ids.filter((_, i) => i % 2 === 1),
    )
  }),

  ...Object.entries({
    running: (stage: Stage) => stage.take(),
    changed: (stage: Stage, { record }: MovingJob) => stage.cancel(record.id),
    missing: (stage: Stage, { record }: MovingJob) => new Road(stage.queue, stage.queue).take(record.id),
  }).map(([word, befall]) =>
    movingCase(`a job that is ${word} by then is not withdrawn`, ['I1', 'I2'], async (stage) => {
      const road = await Road.away(stage)
      const job = await road.exportOne(await stage.add())
      await befall(stage, job)
      const last = (await road.from.withdrawal())?.token ?? null
      assert.deepEqual(await stage.unchanged(() => road.withdraw([job], { after: last })), [word])
    }),
  ),

  ...Object.entries({
    'ran and was handed back': async (stage: Stage) => {
      await stage.end(await stage.take(), { kind: 'release' })
    },
    'lives again': async (stage: Stage, id: string) => {
      await stage.cancel(id)
      await stage.retry(id)
    },
    'was made anew with the same id': async (stage: Stage, id: string) => {
      await new Road(stage.queue, stage.queue).take(id)
      await stage.add({ id })
    },
  }).map(([what, befall]) =>
    movingCase(`a job that ${what} has changed`, ['I2'], async (stage) => {
      const road = await Road.away(stage)
      const job = await road.exportOne(await stage.add())
      await befall(stage, job.record.id)
      const last = (await road.from.withdrawal())?.token ?? null
      assert.deepEqual(await road.withdraw([job], { after: last }), ['changed'])
      assert.equal(await stage.status(job.record.id), 'pending')
    }),
  ),

  movingCase('a withdrawal sent twice withdraws once and is answered the same', ['I2'], async (stage) => {
    const road = await Road.away(stage)
    const other = movable(await stage.other())
    const jobs = (await stage.addMany(2), await road.exportAll())
    const request = road.withdrawal(jobs)
    const first = await stage.queue.withdraw?.(request)
    const again = await stage.add({ id: jobs[0]?.record.id ?? '', token: 'again' })
    assert.deepEqual(plain(await stage.unchanged(() => other.withdraw(request))), plain(first))
    assert.equal(await stage.status(again), 'pending')
  }),

  movingCase('of two who withdraw at once one goes ahead', ['I2'], async (stage) => {
    const road = await Road.away(stage)
    const jobs = (await stage.addMany(3), await road.exportAll())
    const answers = await Promise.all([
      road.from.withdraw(road.withdrawal(jobs)),
      movable(await stage.other()).withdraw(road.withdrawal(jobs)),
    ])
    assert.deepEqual(answers.map(({ kind }) => kind).sort(), ['done', 'stale'])
    const last = await road.from.withdrawal()
    await stage.add()
    const late = road.withdrawal(await road.exportAll())
    assert.deepEqual(plain(await stage.unchanged(() => road.from.withdraw(late))), { kind: 'stale' })
    assert.deepEqual(plain(await road.from.withdrawal()), plain(last))
  }),

  movingCase('the last withdrawal is kept with its text, for every process', ['I1'], async (stage) => {
    const road = await Road.away(stage)
    assert.equal(await road.from.withdrawal(), null)
    const jobs = (await stage.addMany(2), await road.exportAll())
    await stage.cancel(jobs[1]?.record.id ?? '')
    const text = JSON.stringify({ é: '\u0000 🌊', jobs, long: 'x€'.repeat(40_000) })
    await road.withdraw(jobs, { token: 'the one', text })
    const kept = await movable(await stage.other()).withdrawal()
    assert.ok(kept?.text === text, 'the text has its bytes')
    assert.deepEqual(plain({ ...kept, text: '' }), {
      token: 'the one',
      text: '',
      jobs: ['gone', 'changed'],
      schedules: [],
    })
    await road.withdraw([], { after: 'the one', text: '' })
    assert.equal((await road.from.withdrawal())?.text, '')
  }),
]

// -------------------------------------------------------------------------------------------------------------------

/** So many jobs, in every state but blocked and running; their ids. */
async function crowd(stage: Stage, n: number): Promise<readonly string[]> {
  const ids = await stage.addMany(n)
  const claims = await stage.claim(Math.ceil(n / 2), { wanted: lanes(Math.ceil(n / 2)) })
  for (const [i, claim] of claims.entries())
    await stage.end(claim, [complete(), fail(), retryIn(900), { kind: 'release' } as const][i % 4] ?? fail())
  for (const id of ids.slice(-2)) await stage.cancel(id)
  return ids
}
