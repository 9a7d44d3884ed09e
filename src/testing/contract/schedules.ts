import assert from 'node:assert/strict'
import { contractCase } from './case.js'
import { keepOfEach, plain } from './script.js'

/** Schedules as rows of their own, which only their owner changes. */
export const scheduleCases = [
  contractCase('a new schedule says all there is to say', ['I24'], async (stage) => {
    const record = await stage.queue.putSchedule({
      id: 'the-id',
      name: 'the name',
      digest: 'one',
      definition: '{"cron":"* * * * *"}',
      enabled: true,
      nextSlot: stage.now + 500,
    })
    assert.deepEqual(plain(record), {
      id: 'the-id',
      name: 'the name',
      version: 1,
      digest: 'one',
      definition: '{"cron":"* * * * *"}',
      enabled: true,
      createdAt: stage.now,
      nextSlot: stage.now + 500,
      lastFiredAt: null,
      fired: 0,
      skipped: 0,
      live: 0,
    })
    assert.deepEqual(plain(await stage.queue.schedules()), [plain(record)])
  }),

  contractCase(
    'the same definition again leaves the standing schedule untouched',
    ['I24', 'I28'],
    async (stage) => {
      const first = await stage.schedule({ name: 'n', digest: 'one' })
      await stage.fired(first.id)
      await stage.pass(1000)
      const again = await stage.unchanged(() =>
        stage.schedule({ id: 'another', name: 'n', digest: 'one', nextSlot: 7 }),
      )
      assert.deepEqual(plain(again), plain(await stage.scheduleNow(first.id)))
    },
  ),

  contractCase(
    'another definition updates the schedule, which keeps its id and its past',
    ['I28'],
    async (stage) => {
      const first = await stage.schedule({ name: 'n', digest: 'one', definition: '1' })
      await stage.fired(first.id, { missed: 2 })
      await stage.pass(1000)
      const second = await stage.schedule({
        id: 'another',
        name: 'n',
        digest: 'two',
        definition: '2',
        nextSlot: stage.now + 9,
      })
      const { id, version, digest, definition, createdAt, nextSlot, fired, skipped } = second
      assert.deepEqual(
        { id, version, digest, definition, createdAt, nextSlot, fired, skipped },
        {
          id: first.id,
          version: 2,
          digest: 'two',
          definition: '2',
          createdAt: first.createdAt,
          nextSlot: stage.now + 9,
          fired: 1,
          skipped: 2,
        },
      )
      assert.equal((await stage.queue.schedules()).length, 1)
    },
  ),

  contractCase(
    'a change of another version than the standing one changes nothing',
    ['I28'],
    async (stage) => {
      const { id } = await stage.schedule({ name: 'n', digest: 'one' })
      const second = {
        id: 'another',
        name: 'n',
        digest: 'two',
        definition: '2',
        enabled: false,
        nextSlot: null,
      }
      const refused = await stage.unchanged(() => stage.queue.putSchedule({ ...second, ifVersion: 2 }))
      assert.deepEqual(plain(refused), plain(await stage.scheduleNow(id)))
      const done = await stage.queue.putSchedule({ ...second, ifVersion: 1 })
      assert.deepEqual([done?.id, done?.version, done?.digest], [id, 2, 'two'])
      const unknown = { ...second, name: 'm', ifVersion: 1 }
      assert.equal(await stage.unchanged(() => stage.queue.putSchedule(unknown)), null)
    },
  ),

  contractCase('of two who change the same version one gets through', ['I28'], async (stage) => {
    const other = await stage.other()
    await stage.schedule({ name: 'n', digest: 'one' })
    const records = await Promise.all(
      [stage.queue, other].map((queue, i) =>
        queue.putSchedule({
          ...{ id: 's', name: 'n', digest: `other-${i}`, definition: '2', enabled: true, nextSlot: 1 },
          ifVersion: 1,
        }),
      ),
    )
    assert.deepEqual([records[0]?.version, records[1]?.version], [2, 2])
    assert.equal(records[0]?.digest, records[1]?.digest)
  }),

  contractCase('names are told apart, whatever they look like', ['I15'], async (stage) => {
    const names = ['a', 'A', 'a ', 'a:b', '{a}', '*', '__proto__', 'constructor', 'é', 'e\u0301', '🌊']
    for (const name of names) await stage.schedule({ name })
    const found = (await stage.queue.schedules()).map((one) => one.name)
    assert.deepEqual(found.sort(), [...names].sort())
  }),

  contractCase('a removed schedule is gone, and was there once', ['I28'], async (stage) => {
    const { id } = await stage.schedule()
    assert.equal(await stage.removeSchedule(id), true)
    assert.equal(await stage.removeSchedule(id), false)
    assert.deepEqual(plain(await stage.queue.schedules()), [])
  }),

  contractCase('a removal sent twice is answered the same, and is one removal', ['I28'], async (stage) => {
    const other = await stage.other()
    const { id } = await stage.schedule({ name: 'n' })
    assert.equal(await stage.removeSchedule(id, 'once'), true)
    const again = await stage.schedule({ id, name: 'n' })
    assert.equal(await stage.unchanged(() => other.removeSchedule(id, 'once')), true)
    assert.equal((await stage.scheduleNow(again.id)).version, 1)
  }),

  contractCase(
    'a removal of what was never there removes nothing, however often',
    ['I28', 'I34'],
    async (stage) => {
      const { id } = await stage.schedule()
      assert.equal(await stage.removeSchedule('nope', 'first'), false)
      assert.equal(await stage.removeSchedule('nope', 'first'), false)
      assert.equal(await stage.removeSchedule(id, 'first'), true)
      assert.equal(await stage.removeSchedule('nope', 'first'), false)
    },
  ),

  contractCase('removing a schedule leaves its jobs', ['I1', 'I28'], async (stage) => {
    const { id } = await stage.schedule()
    const jobId = await stage.fired(id)
    await stage.removeSchedule(id)
    assert.equal((await stage.take()).id, jobId)
    assert.equal((await stage.record(jobId)).scheduleId, id)
  }),

  contractCase('a name is free when its schedule was removed', ['I24'], async (stage) => {
    const first = await stage.schedule({ name: 'n' })
    await stage.removeSchedule(first.id)
    const second = await stage.schedule({ name: 'n' })
    assert.notEqual(second.id, first.id)
    assert.deepEqual([second.version, second.fired], [1, 0])
  }),

  contractCase('no removal of jobs can touch a schedule', ['I24', 'I33'], async (stage) => {
    const { id } = await stage.schedule()
    const jobId = await stage.fired(id)
    await stage.cancel(jobId)
    const before = await stage.scheduleNow(id)
    await stage.prune(keepOfEach({ count: 0 }))
    assert.equal(await stage.status(jobId), 'missing')
    assert.deepEqual(plain(await stage.scheduleNow(id)), plain(before))
  }),

  contractCase('a definition put many times at once is one schedule', ['I24'], async (stage) => {
    const other = await stage.other()
    const records = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        (i % 2 ? other : stage.queue).putSchedule({
          id: `s${i}`,
          name: 'n',
          digest: 'same',
          definition: '{}',
          enabled: true,
          nextSlot: 1,
        }),
      ),
    )
    assert.equal(new Set(records.map((record) => record?.id)).size, 1)
    assert.deepEqual(
      (await stage.queue.schedules()).map((one) => one.version),
      [1],
    )
  }),
]
