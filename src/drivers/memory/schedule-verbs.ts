import type { QueueAdapter } from '../../core/queue-adapter.js'
import type { MemoryStore } from './memory-store.js'
import { Removals } from './removals.js'

type Verbs = 'putSchedule' | 'schedules' | 'removeSchedule' | 'fire'

/** What is done to schedules. */
export function scheduleVerbs(store: MemoryStore): Pick<QueueAdapter, Verbs> {
  const { schedules, hints } = store
  const removals = new Removals()
  return {
    putSchedule: (schedule) =>
      store.step((now) => {
        const { record, changed } = schedules.put(schedule, now)
        if (changed) hints.schedulesChanged()
        return record
      }),
    schedules: () => store.step(() => schedules.all()),
    removeSchedule: (id, token) =>
      store.step(() => {
        if (removals.knows(id, token)) return true
        const wasThere = schedules.remove(id)
        if (!wasThere) return false
        removals.note(id, token)
        hints.schedulesChanged()
        return true
      }),
    fire: (request) => store.step((now) => schedules.fire(request, now)),
  }
}
