import assert from 'node:assert/strict'
import { movingCase } from './case.js'
import { Road } from './road.js'
import { plain } from './script.js'

/** How schedules go from one store to another. */
export const movingScheduleCases = [
  movingCase('a schedule is withdrawn as it was read, without a live job', ['I24', 'I28'], async (stage) => {
    const road = await Road.away(stage)
    const [still, moved, live] = [await stage.schedule(), await stage.schedule(), await stage.schedule()]
    await stage.fired(live.id)
    const schedules = await stage.queue.schedules()
    await stage.fire(moved.id, { job: null })
    const gone = { ...still, id: 'nobody' }
    const answers = await road.withdraw([], { schedules: [...schedules, gone] })
    const byId = Object.fromEntries(schedules.map(({ id }, i) => [id, answers[i]]))
    assert.deepEqual(byId, { [still.id]: 'gone', [moved.id]: 'changed', [live.id]: 'bound' })
    assert.equal(answers.at(-1), 'missing')
    const left = (await stage.queue.schedules()).map(({ id }) => id)
    assert.deepEqual(left.sort(), [moved.id, live.id].sort())
    assert.equal((await stage.schedule({ name: still.name })).version, 1)
  }),

  movingCase('the last job of a schedule makes way for it in the same step', ['I24'], async (stage) => {
    const road = await Road.away(stage)
    const { id } = await stage.schedule()
    await stage.fired(id)
    const schedules = await stage.queue.schedules()
    assert.deepEqual(await road.withdraw(await road.exportAll(), { schedules }), ['gone'])
  }),
  movingCase('a schedule arrives with its past, and fires its slot once', ['I24', 'I28'], async (stage) => {
    const road = await Road.here(stage)
    const id = 's'
    await road.from.putSchedule({
      ...{ id, name: 'é n', digest: 'one', definition: '[1.0,"é"]', enabled: true },
      nextSlot: stage.now,
    })
    const fire = { id, version: 1, slot: stage.now, overlap: 'allow', queueLimit: 1, missed: 3 } as const
    await road.from.fire({ ...fire, next: stage.now + 50, job: stage.job() })
    const [before] = await road.from.schedules()
    await road.travel()
    assert.deepEqual(plain(await stage.queue.schedules()), [plain(before)])
    assert.deepEqual(await road.from.schedules(), [])
    assert.equal((await stage.fire(id, { slot: stage.now })).kind, 'stale')
    assert.equal((await stage.fire(id)).kind, 'early')
    await stage.pass(50)
    assert.equal((await stage.fire(id, { next: stage.now + 50 })).kind, 'fired')
    assert.equal((await stage.scheduleNow(id)).fired, 2)
  }),

  movingCase('the id or the name of a standing schedule is a conflict', ['I28'], async (stage) => {
    const road = await Road.here(stage)
    const other = { digest: 'd', definition: '{}', enabled: false, nextSlot: null }
    for (const [id, name] of [
      ['1', 'a'],
      ['2', 'b'],
      ['3', 'c'],
    ] as const)
      await road.from.putSchedule({ ...other, id, name })
    await stage.schedule({ id: '1', name: 'x' })
    await stage.schedule({ id: 'y', name: 'b' })
    const schedules = [...(await road.from.schedules())].sort((a, b) => (a.id < b.id ? -1 : 1))
    const seen = await stage.unchanged(() => road.to.foresee({ jobs: [], schedules, bytes: 0 }))
    assert.deepEqual([...seen.schedules], ['conflict', 'conflict', 'free'])
    await road.begin()
    assert.deepEqual(await road.import({ schedules }), ['conflict', 'conflict', 'moved'])
  }),
]
