import { beforeEach, expect, test } from 'vitest'
import {
  complete,
  fireOf,
  jobOf,
  keep,
  pruneOf,
  retryIn,
  scheduleOf,
} from '../../../src/testing/contract/script.js'
import { StoreStage } from './store-stage.js'

let stage: StoreStage
beforeEach(async () => {
  stage = await StoreStage.open()
})

function mend(): readonly string[] {
  const mended = stage.write((store) => store.mend(stage.now))
  return mended.map(({ what, of }) => `${what} ${of}`)
}

test('what nobody has harmed is left alone', () => {
  stage.submit({}, { delayMs: 1000 }, {}, {})
  const [a, b] = stage.claim(2)
  stage.end(a ? [a] : [], complete())
  stage.end(b ? [b] : [], retryIn(1000))
  for (let round = 0; round < 3; round++) expect(mend()).toEqual([])
})

test('a ready, a delayed and an ended job that lost its place in the index has it again', () => {
  const [ended = '', ready = '', delayed = ''] = stage.submit({}, {}, { delayMs: 1000 })
  stage.end(stage.claim(1), complete())
  stage.database.exec(
    'DELETE FROM riptide_ready; DELETE FROM riptide_due; UPDATE riptide_past SET ending = NULL',
  )
  expect(mend()).toEqual([`ended ${ended}`, `ready ${ready}`, `due ${delayed}`])
  expect(mend()).toEqual([])
  expect(stage.claim(5).map(({ id }) => id)).toEqual([ready, delayed])
  const { removedJobs } = stage.write((store) =>
    store.prune(pruneOf({ completed: keep({ count: 0 }) }), stage.now),
  )
  expect(removedJobs).toBe(1)
})

test('a run whose lease was deleted runs again', () => {
  const [id = ''] = stage.submit({})
  stage.claim(1)
  stage.database.exec('DELETE FROM riptide_lease')
  expect(mend()).toEqual(['count processing:task', `ready ${id}`])
  expect(stage.store.counts(stage.now)).toMatchObject({ pending: 1, processing: 0 })
  expect(stage.claim(1).map((claim) => claim.id)).toEqual([id])
})

test('who waits for a job that is not there waits no longer', () => {
  const schedule = scheduleOf(1, { nextSlot: 0 })
  stage.write((store) => store.putSchedule(schedule, stage.now))
  const ids = ['first', 'second']
  ids.forEach((id, slot) =>
    stage.write((store) => {
      const job = jobOf(slot, { id })
      return store.fire(fireOf({ id: schedule.id, slot, next: slot + 1, job, overlap: 'queue' }), stage.now)
    }),
  )
  expect(stage.store.get('second', stage.now)?.blockedBy).toBe('first')
  expect(mend()).toEqual([])
  stage.database.exec("DELETE FROM riptide_job WHERE id = 'first'")
  expect(mend()).toEqual(['blocked second'])
  expect(stage.claim(5).map(({ id }) => id)).toEqual(['second'])
})

test('the look goes on where it stopped, and begins again at the end', () => {
  const ids = stage.submit(...Array.from({ length: 600 }, () => ({})))
  stage.database.exec('DELETE FROM riptide_ready')
  const rounds = [mend(), mend(), mend(), mend()]
  expect(rounds.map(({ length }) => length)).toEqual([256, 256, 88, 0])
  expect(rounds.flat()).toEqual(ids.map((id) => `ready ${id}`))
})
