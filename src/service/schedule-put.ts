import { RiptideError, describe } from '../core/errors.js'
import type { NewSchedule } from '../core/queue-adapter.js'
import type { OpenedSchedule, ScheduledJob } from '../core/schedule.js'
import type { ScheduleInput } from '../service-api.js'
import type { Drafter } from './drafter.js'
import type { Hub } from './hub.js'
import { type StandingSchedule, scheduledJobOf } from './schedule-book.js'

/** How often a schedule is put again when others change it at the same time. */
const mostTries = 5

/**
 * Has a schedule stand as it is declared. What the declaration leaves open (whether it is enabled, which version of its template)
 * stays as it stands; so it goes ahead only on what was looked at, and looks again where others came between.
 */
export async function putSchedule(given: ScheduleInput, hub: Hub, drafter: Drafter): Promise<ScheduledJob> {
  for (let tries = 0; tries < mostTries; tries++) {
    let looking: Promise<OpenedSchedule | undefined> | undefined
    const look: StandingSchedule = (name) => (looking ??= find(name, hub))
    const schedule = await drafter.schedule(given, look)
    const standing = await look(schedule.name)
    if (standing && isSame(standing, schedule)) return scheduledJobOf(standing)
    const ifVersion = standing && { ifVersion: standing.version }
    const record = await hub.ask((store) => store.putSchedule({ ...schedule, ...ifVersion }))
    if (record === null && !standing)
      throw new RiptideError('ADAPTER_INVALID', 'the queue adapter put a schedule and answered with none')
    if (record && (!standing || record.digest === schedule.digest)) return scheduledJobOf(record)
  }
  throw new RiptideError('STORE_BUSY', `the schedule ${describe(given.name)} is being changed by others`, {
    retryable: true,
  })
}

// -------------------------------------------------------------------------------------------------------------------

async function find(name: string, hub: Hub): Promise<OpenedSchedule | undefined> {
  const all = await hub.ask((store) => store.schedules())
  return all.find((one) => one.name === name)
}

function isSame(standing: OpenedSchedule, { digest }: NewSchedule): boolean {
  return standing.fault === undefined && standing.digest === digest
}
