import { describe, expect, test } from 'vitest'
import { RiptideError } from '../../src/core/errors.js'
import { noTerms } from '../../src/core/job-terms.js'
import { silentLogger } from '../../src/core/logger.js'
import type { FireRequest } from '../../src/core/queue-adapter.js'
import type { ScheduleDefinition, SlotJob } from '../../src/core/schedule.js'
import { Emitter } from '../../src/engine/emitter.js'
import { Scheduler } from '../../src/engine/scheduler.js'
import { StoreTime } from '../../src/engine/store-time.js'
import { memoryQueue } from '../../src/index.js'
import { FakeClock } from '../../src/testing/fake-clock.js'

const second = 1_000
const template = { name: 'report', parameters: { n: 1 }, given: {} }
const definition: ScheduleDefinition = {
  ...{ cron: null, everyMs: second, timezone: 'UTC', overlap: 'allow', misfire: 'last', misfireLimit: 100 },
  ...{ type: 'old', payload: '0', options: '', maxAttempts: 3, priority: 'normal' },
}
const made: SlotJob = { type: 'new', payload: '1', options: '', maxAttempts: 5, priority: 'high' }

/** A schedule for each second, and what a scheduler asked the store to fire. */
async function stage(
  own: Partial<ScheduleDefinition>,
  jobOfSlot?: (definition: ScheduleDefinition) => Promise<SlotJob>,
) {
  const clock = new FakeClock()
  const adapter = memoryQueue()
  await adapter.open({ clock, logger: silentLogger })
  const fired: FireRequest[] = []
  const fire = adapter.fire.bind(adapter)
  adapter.fire = (request) => (fired.push(request), fire(request))
  const emitter = new Emitter(silentLogger)
  const told: string[] = []
  emitter.on('job:submitted', ({ type, priority }) => told.push(`${type} ${priority}`))
  const errors: RiptideError[] = []
  await adapter.putSchedule({
    ...{ id: 's', name: 'nightly', digest: '1', enabled: true, nextSlot: clock.now() + second },
    definition: JSON.stringify({ ...definition, ...own }),
  })
  const scheduler = new Scheduler({
    ...{ instance: 'a', adapter, clock, random: () => 0, logger: silentLogger, emitter, jobOfSlot },
    storeTime: new StoreTime(clock),
    onError: (error) => errors.push(error),
  })
  scheduler.start()
  await clock.advance(0)
  return { clock, adapter, fired, told, errors, scheduler }
}

describe('the job of a slot', () => {
  test('is what the schedule says, with its terms', async () => {
    const terms = { ...noTerms, concurrency: { key: 'k', max: 1 } }
    const { clock, fired, told, scheduler } = await stage({ terms }, () =>
      Promise.reject(new Error('not asked')),
    )
    await clock.advance(second)
    expect(fired).toHaveLength(1)
    expect(fired[0]?.job).toMatchObject({ type: 'old', payload: '0', maxAttempts: 3, terms })
    expect(told).toEqual(['old normal'])
    await scheduler.stop()
  })

  test('is made anew for each slot of a schedule that follows a template', async () => {
    let n = 0
    const { clock, fired, told, scheduler } = await stage({ template }, () =>
      Promise.resolve({ ...made, payload: String(++n) }),
    )
    await clock.advance(2 * second)
    expect(fired.map(({ job }) => [job?.type, job?.payload])).toEqual([
      ['new', '1'],
      ['new', '2'],
    ])
    expect(told).toEqual(['new high', 'new high'])
    await scheduler.stop()
  })

  test('is none when its template makes none: that is told, and the slot is passed over', async () => {
    const { clock, adapter, fired, errors, scheduler } = await stage({ template }, () =>
      Promise.reject(new RiptideError('TEMPLATE_NOT_FOUND', 'it is gone')),
    )
    await clock.advance(2 * second)
    expect(fired.map(({ job }) => job)).toEqual([null, null])
    expect(errors.map(({ code, facts }) => [code, facts])).toEqual([
      ['TEMPLATE_NOT_FOUND', { schedule: 'nightly' }],
      ['TEMPLATE_NOT_FOUND', { schedule: 'nightly' }],
    ])
    expect(await adapter.schedules()).toMatchObject([{ fired: 0, skipped: 2 }])
    await scheduler.stop()
  })

  test('is tried again when the store could not be asked for the template', async () => {
    let calls = 0
    const { clock, fired, scheduler } = await stage({ template }, () =>
      ++calls === 1
        ? Promise.reject(new RiptideError('STORE_UNAVAILABLE', 'cut', { retryable: true }))
        : Promise.resolve(made),
    )
    await clock.advance(second)
    expect(fired).toEqual([])
    await clock.advance(second)
    expect(fired[0]?.job?.type).toBe('new')
    await scheduler.stop()
  })
})
