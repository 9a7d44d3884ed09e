import type { StoreMetrics } from '../../core/queue-adapter.js'
import type { JobTable } from './job-table.js'

/** The counters, which only grow. */
export function metricsOf(table: JobTable, since: number): StoreMetrics {
  const [critical, high, normal, low] = table.ready.claims
  return {
    since,
    claims: { critical, high, normal, low },
    types: Object.fromEntries([...table.kinds].map((kind) => [kind.name, kind.metrics()])),
  }
}
