import type { QueueAdapter } from '../../core/queue-adapter.js'
import { countJobs } from './counting.js'
import { cycle } from './cycle.js'
import { listJobs } from './listing.js'
import type { MemoryStore } from './memory-store.js'
import { metricsOf } from './metrics.js'
import { recordOf } from './record.js'
import { renewLeases } from './renew-leases.js'
import { prune } from './retention.js'

type Verbs = 'time' | 'submit' | 'cycle' | 'renew' | 'leave' | 'get' | 'list' | 'counts' | 'metrics'

/** What services do to jobs, and how they see them. `limit` bounds the claims of a step. */
export function jobVerbs(
  store: MemoryStore,
  limit: number,
): Pick<QueueAdapter, Verbs | 'instances' | 'prune'> {
  const { table, intake, instances, hints } = store
  return {
    time: () => store.step((now) => now),
    submit: (jobs) => store.step((now) => jobs.map((job) => intake.submit(job, now))),
    cycle: (request) => store.step((now) => cycle(store, request, now, limit)),
    renew: (request) =>
      store.step((now) => {
        const seat = instances.hear(request.instance.id, now, request.leaseMs)
        seat.info = { ...request.instance, types: [...request.instance.types] }
        seat.heartbeatAt = now
        return renewLeases(table, request, now)
      }),
    leave: (instance) =>
      store.step(() => {
        hints.stopsWaiting(instance)
        instances.leave(instance)
      }),
    get: (id) =>
      store.step((now) => {
        const entry = table.get(id)
        return entry === undefined ? null : recordOf(entry, now)
      }),
    list: (query) => store.step((now) => listJobs(table, query, now)),
    counts: () => store.step((now) => countJobs(table, now)),
    metrics: () => store.step((now) => metricsOf(table, store.since(now))),
    instances: () => store.step((now) => instances.records(now)),
    prune: (request) => store.step((now) => prune(table, request, now)),
  }
}
