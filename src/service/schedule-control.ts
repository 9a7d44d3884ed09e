import { asBoolean, asId, asObject, integerIn, onlyKeys } from '../core/check.js'
import { RiptideError, describe } from '../core/errors.js'
import { latestInstant, parseInstant } from '../core/instant.js'
import { noTerms } from '../core/job-terms.js'
import type { Submitted } from '../core/job.js'
import type { NewJob, NewSchedule } from '../core/queue-adapter.js'
import { type OpenedSchedule, type ScheduledJob, readDefinition } from '../core/schedule.js'
import type { ControlApi } from '../control-api.js'
import { type Recurrence, nextRun, parseRecurrence } from '../engine/next-run.js'
import type { Drafter } from './drafter.js'
import type { Hub } from './hub.js'
import type { Producer } from './producer.js'
import { listedScheduleOf, recurrenceOf, scheduleDigest, scheduledJobOf } from './schedule-book.js'

/** How often a change of a schedule is tried again when others change it at the same time. */
const mostTries = 5

/** What one does with schedules that stand: look, remove, run now, switch, look ahead. */
export class ScheduleControl {
  readonly #hub: Hub
  readonly #drafter: Drafter
  readonly #producer: Producer

  constructor(hub: Hub, drafter: Drafter, producer: Producer) {
    this.#hub = hub
    this.#drafter = drafter
    this.#producer = producer
  }

  async list(): Promise<readonly ScheduledJob[]> {
    const records = await this.#hub.ask((store) => store.schedules())
    return records.map(listedScheduleOf)
  }

  async remove(id: string): Promise<void> {
    asId(id, { path: '/id' })
    const token = this.#hub.newId()
    if (!(await this.#hub.ask((store) => store.removeSchedule(id, token)))) throw noSchedule(id)
  }

  async run(id: string): Promise<Submitted> {
    const record = await this.#find(id)
    const { type, payload, options, maxAttempts, priority, terms } = await this.#drafter.slotJob(
      readDefinition(record),
    )
    const fresh = this.#hub.newId()
    const job: NewJob = {
      ...{ id: fresh, token: fresh, digest: '' },
      ...{ type, payload, options, maxAttempts, priority },
      ...{ delayMs: null, runAt: null, dedupeKey: null },
      terms: { ...(terms ?? noTerms), scheduleId: record.id },
    }
    return this.#producer.add(job)
  }

  /** Goes ahead only on the version that was read, so that a definition which comes meanwhile is not undone. */
  async setEnabled(id: string, enabled: boolean): Promise<ScheduledJob> {
    asBoolean(enabled, { path: '/enabled' })
    for (let tries = 0; tries < mostTries; tries++) {
      const record = await this.#find(id)
      if (record.enabled === enabled) return scheduledJobOf(record)
      const changed = this.#switched(record, enabled)
      const standing = await this.#hub.ask((store) => store.putSchedule(changed))
      if (standing?.id === id && standing.digest === changed.digest) return scheduledJobOf(standing)
    }
    throw new RiptideError('STORE_BUSY', `the schedule ${describe(id)} is being changed by others`, {
      retryable: true,
    })
  }

  async preview(
    schedule: Parameters<ControlApi['previewSchedule']>[0],
    options: Parameters<ControlApi['previewSchedule']>[1] = {},
  ): Promise<readonly number[]> {
    const given = asObject(options, { path: '', code: 'ARGUMENT_INVALID' })
    onlyKeys(given, ['count', 'from'], { path: '' })
    const { count, from } = given
    const most = count === undefined ? 10 : integerIn(count, 1, 1_000, { path: '/count' })
    const after = from === undefined ? undefined : parseInstant(from, '/from')
    const recurrence =
      typeof schedule === 'string' ? recurrenceOf(await this.#find(schedule)) : givenRecurrence(schedule)
    return slotsOf(recurrence, after ?? this.#hub.storeTime.now(), most)
  }

  #switched(record: OpenedSchedule, enabled: boolean): NewSchedule {
    const { id, name, definition, version } = record
    return {
      id,
      name,
      definition,
      digest: scheduleDigest(readDefinition(record), enabled),
      enabled,
      nextSlot: enabled ? nextRun(recurrenceOf(record), this.#hub.storeTime.now()) : null,
      ifVersion: version,
    }
  }

  async #find(id: string): Promise<OpenedSchedule> {
    asId(id, { path: '/id' })
    const records = await this.#hub.ask((store) => store.schedules())
    const record = records.find((one) => one.id === id)
    if (!record) throw noSchedule(id)
    return record
  }
}

// -------------------------------------------------------------------------------------------------------------------

function givenRecurrence(given: unknown): Recurrence {
  const fields = asObject(given, { path: '', code: 'ARGUMENT_INVALID' })
  onlyKeys(fields, ['cron', 'everyMs', 'timezone'], { path: '' })
  return parseRecurrence(fields)
}

/** Fewer where the years that can be written down end before. */
function slotsOf(recurrence: Recurrence, after: number, most: number): readonly number[] {
  const slots: number[] = []
  for (let from = after; slots.length < most && from <= latestInstant; from = slots.at(-1) ?? from) {
    const next = nextRun(recurrence, from)
    if (next > latestInstant) break
    slots.push(next)
  }
  return slots
}

function noSchedule(id: string): RiptideError {
  return new RiptideError('SCHEDULE_NOT_FOUND', `there is no schedule with the id ${describe(id)}`)
}
