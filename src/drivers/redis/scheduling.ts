import { RiptideError, describe } from '../../core/errors.js'
import type { FireAnswer, FireRequest, NewSchedule } from '../../core/queue-adapter.js'
import type { ScheduleRecord } from '../../core/schedule.js'
import { nameOf } from './names.js'
import { fireAnswer, fireWords, scheduleOf, scheduleWords } from './schedule-words.js'
import type { Runner } from './script.js'
import { scripts } from './scripts.js'

/** The schedules of a namespace. */
export class Scheduling {
  readonly #run: Runner['run']
  readonly #cluster: Runner['cluster']

  constructor({ run, cluster }: Runner) {
    this.#run = run
    this.#cluster = cluster
  }

  async put(schedule: NewSchedule): Promise<ScheduleRecord | null> {
    const reply = await this.#run(scripts.putSchedule, scheduleWords(schedule))
    if (reply === 'unknown') return null
    if (reply !== 'taken') return scheduleOf(reply as readonly string[])
    const text = `the id ${describe(schedule.id)} belongs to another schedule; give ${describe(schedule.name)} an id of its own`
    throw new RiptideError('STATE_CONFLICT', text)
  }

  /** Page by page; one that is met twice, because schedules came meanwhile, is shown once. */
  async all(): Promise<readonly ScheduleRecord[]> {
    const found = new Map<string, ScheduleRecord>()
    let cursor = '0'
    do {
      const [next, ...page] = (await this.#run(scripts.schedules, [cursor])) as [string, ...string[][]]
      for (const one of page.map(scheduleOf)) found.set(one.id, one)
      cursor = next
    } while (cursor !== '0')
    return [...found.values()]
  }

  async remove(id: string, token: string): Promise<boolean> {
    return (await this.#run(scripts.removeSchedule, [nameOf(id), nameOf(token)])) === 'removed'
  }

  async fire(request: FireRequest): Promise<FireAnswer> {
    const reply = await this.#run(scripts.fire, [this.#cluster(), ...fireWords(request)])
    return fireAnswer(String(reply))
  }
}
