import { describe, expect, test } from 'vitest'
import {
  complete,
  completeWith,
  fail,
  jobOf,
  keep,
  listOf,
  pruneOf,
  release,
  renewOf,
  scheduleOf,
} from '../../../src/testing/contract/script.js'
import { StoreStage } from './store-stage.js'

const hard = 'NUL \0, half a pair \ud83c, the other \udf0a, a mark \u001a0041, \ufeff and 🌊'

describe('texts that SQLite would not bring back', () => {
  test('come back whole from a job', async () => {
    const stage = await StoreStage.open()
    const [id = ''] = stage.submit({ id: hard, type: hard, payload: hard, options: hard, dedupeKey: hard })
    const [claim] = stage.claim(1, { types: [hard] })
    expect(claim).toMatchObject({ id, type: hard, payload: hard, options: hard, dedupeKey: hard })
    stage.write((store) =>
      store.renew(renewOf([{ ...claim, progress: hard, lines: [hard, ''] }], { id: 'i1' }), stage.now),
    )
    stage.end(claim ? [claim] : [], complete(hard))
    const record = stage.store.get(id, stage.now)
    expect(record).toMatchObject({ result: { inline: hard }, progress: hard, lines: [hard, ''], type: hard })
    expect(stage.store.counts(stage.now).byType[hard]?.completed).toBe(1)
    expect(stage.store.metrics().types[hard]?.completed).toBe(1)
    expect(stage.readied).toEqual([`${hard} 1`])
  })

  test('come back whole from what people say', async () => {
    const stage = await StoreStage.open()
    const [id = '', failed = ''] = stage.submit({}, { type: 'other' })
    stage.write((store) => store.cancel({ id, token: hard, reason: hard }, stage.now))
    expect(stage.store.get(id, stage.now)?.cancelReason).toBe(hard)
    const claims = stage.claim(1, { types: ['other'] })
    stage.end(claims, { kind: 'fail', error: { code: 'X', name: hard, message: hard } })
    expect(JSON.parse(stage.store.get(failed, stage.now)?.error ?? '')).toMatchObject({ message: hard })
    const schedule = scheduleOf(1, { name: hard, definition: hard, digest: hard })
    expect(stage.write((store) => store.putSchedule(schedule, stage.now))).toMatchObject({
      name: hard,
      definition: hard,
      digest: hard,
    })
  })

  test('are found by a search for them', async () => {
    const stage = await StoreStage.open()
    const [id] = stage.submit({ dedupeKey: `before ${hard} behind` }, { dedupeKey: 'another' })
    for (const search of [hard, 'half a pair \ud83c,', 'NUL \0', 'BEHIND', '\u001a', '🌊 b', '\udf0a']) {
      const { jobs, total } = stage.store.list(listOf({ search }), stage.now)
      expect([search, total, jobs[0]?.id]).toEqual([search, 1, id])
    }
    expect(stage.store.list(listOf({ search: '\u001a0000' }), stage.now).total).toBe(0)
  })

  test('an empty payload is one, and large texts stand apart', async () => {
    const stage = await StoreStage.open()
    const large = 'x€'.repeat(40_000)
    const ids = stage.submit({ payload: '', options: '' }, { payload: large, options: large })
    const claims = stage.claim(2)
    expect(claims.map(({ payload, options }) => [payload, options])).toEqual([
      ['', ''],
      [large, large],
    ])
    stage.end(claims, complete())
    expect(ids.map((id) => stage.store.get(id, stage.now)?.payload)).toEqual(['', large])
    const none = keep({ count: 0 })
    stage.write((store) => store.prune(pruneOf({ completed: none }), stage.now))
    expect(stage.value('SELECT count(*) FROM riptide_large')).toBe(0)
  })
})

describe('what stands ready', () => {
  test('is claimed in the order of readiness over many types, read on as far as needed', async () => {
    const stage = await StoreStage.open()
    const types = Array.from({ length: 7 }, (_, i) => `t${i}`)
    const ids = stage.submit(...Array.from({ length: 200 }, (_, i) => ({ type: types[(i * i) % 7] ?? '' })))
    expect(stage.claim(150, { types }).map(({ id }) => id)).toEqual(ids.slice(0, 150))
    expect(stage.claim(150, { types }).map(({ id }) => id)).toEqual(ids.slice(150))
  })

  test('is handed out by so many bytes at once, and one job at least', async () => {
    const stage = await StoreStage.open()
    const payload = JSON.stringify('x'.repeat(1_500_000))
    stage.submit({ payload }, { payload }, { payload }, { payload: JSON.stringify('x'.repeat(5_000_000)) })
    const sizes: number[] = []
    for (let more = true; more;) {
      const reply = stage.cycle({ wanted: [0, 1, 2, 3] })
      sizes.push(reply.claims.length)
      ;({ more } = reply)
    }
    expect(sizes).toEqual([2, 1, 1])
  })

  test('tells of the oldest, late ones and those handed back too', async () => {
    const stage = await StoreStage.open()
    const start = stage.now
    stage.submit({ delayMs: 100 })
    stage.now += 500
    stage.submit({}, {})
    stage.cycle()
    const oldest = (): number | null => stage.store.counts(stage.now).oldestReadyAt
    expect(oldest()).toBe(start + 100)
    const claims = stage.claim(3)
    expect([claims.map(({ readyAt }) => readyAt - start), oldest()]).toEqual([[500, 500, 100], null])
    stage.now += 500
    stage.end(claims.slice(0, 1), release)
    stage.now += 500
    stage.submit({})
    expect(oldest()).toBe(start + 1000)
    stage.claim(1)
    expect(oldest()).toBe(start + 1500)
  })
})

describe('a process that is known to be dead', () => {
  test('loses its leases and its instances at once, and others keep theirs', async () => {
    const stage = await StoreStage.open()
    const [dead, alive] = stage.submit({}, {})
    stage.store.process = 7
    stage.claim(1)
    stage.write((store) => store.renew(renewOf([], { id: 'i1' }), stage.now))
    stage.store.process = 8
    stage.claim(1, { instance: 'i2' })
    expect(stage.write((store) => store.loseProcess(7, stage.now))).toBe(1)
    expect(stage.store.instances(stage.now)).toEqual([])
    expect(stage.readied.at(-1)).toBe('task 1')
    expect(stage.store.nextDueAt()).toBe(stage.now)
    expect(stage.store.hasWork(['nothing'], stage.now)).toBe(true)
    const { reclaimed } = stage.cycle({ instance: 'i3' })
    expect(reclaimed.map(({ id, failures }) => [id, failures])).toEqual([[dead, 1]])
    expect(stage.store.get(alive ?? '', stage.now)?.status).toBe('processing')
  })
})

describe('several connections to one file', () => {
  test('go on where the other has stopped, since nothing is kept in memory', async () => {
    const one = await StoreStage.open()
    const two = await StoreStage.open(one.path)
    const ids = [one.submit({}), two.submit({ id: 'b' }), one.submit({ id: 'c' })].flat()
    const claims = [...one.claim(1), ...two.claim(1), ...one.claim(1)]
    expect(claims.map(({ id }) => id)).toEqual(ids)
    expect(new Set(claims.map(({ fence }) => fence)).size).toBe(3)
    two.end(claims, completeWith(null))
    expect(one.store.counts(one.now)).toMatchObject({ completed: 3, processing: 0 })
    expect(one.store.list(listOf({}), one.now).jobs.map(({ id }) => id)).toEqual([...ids].reverse())
  })

  test('a transaction that is rolled back leaves nothing behind, in memory either', async () => {
    const stage = await StoreStage.open()
    stage.submit({})
    const before = stage.store.metrics()
    stage.database.exec('BEGIN IMMEDIATE')
    stage.store.submit([jobOf(1, { id: 'gone' })], stage.now)
    stage.database.exec('ROLLBACK')
    expect(stage.store.metrics()).toEqual(before)
    stage.submit({ id: 'gone' })
    expect(stage.claim(5).map(({ id }) => id)).toHaveLength(2)
  })
})

describe('the file', () => {
  test('is left to the app but for tables of our own', async () => {
    const stage = await StoreStage.open()
    expect(stage.value('PRAGMA application_id')).toBe(0)
    expect(stage.value('PRAGMA user_version')).toBe(0)
    const foreign = "SELECT count(*) FROM sqlite_schema WHERE tbl_name NOT LIKE 'riptide\\_%' ESCAPE '\\'"
    expect(stage.value(`${foreign} AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`)).toBe(0)
  })

  test('works the same while foreign keys are enforced', async () => {
    const stage = await StoreStage.open()
    stage.database.exec('PRAGMA foreign_keys = ON')
    stage.submit({}, {})
    stage.end(stage.claim(1), fail())
    stage.end(stage.claim(1), complete())
    const none = keep({ count: 0 })
    stage.write((store) => store.prune(pruneOf({ completed: none, dead_letter: none }), stage.now))
    expect(stage.value('SELECT count(*) FROM riptide_job')).toBe(0)
    expect(stage.value('SELECT count(*) FROM riptide_past')).toBe(0)
    expect(stage.value('SELECT count(*) FROM riptide_listed')).toBe(0)
  })
})
