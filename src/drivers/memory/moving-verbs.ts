import type { QueueMoving } from '../../core/queue-adapter.js'
import { exportJobs } from './exporting.js'
import type { MemoryStore } from './memory-store.js'

/** By which jobs and schedules go to another store, and come from one. */
export function movingVerbs(store: MemoryStore): QueueMoving {
  const { table, withdrawals, arrivals, hints } = store
  return {
    exportJobs: (request) => store.step((now) => exportJobs(table, request, now)),
    withdraw: (request) =>
      store.step(() => {
        if (request.schedules.length > 0) hints.schedulesChanged()
        return withdrawals.withdraw(request)
      }),
    withdrawal: () => store.step(() => withdrawals.last),
    foresee: (request) => store.step((now) => arrivals.foresee(request, now)),
    importJobs: (request) =>
      store.step((now) => {
        if (request.schedules.length > 0) hints.schedulesChanged()
        return arrivals.import(request, now)
      }),
  }
}
