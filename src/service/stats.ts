import { type Buckets, merge, quantile } from '../core/histogram.js'
import { priorities } from '../core/priority.js'
import type {
  InstanceRecord,
  Pauses,
  QueueCounts,
  StateCounts,
  StoreMetrics,
  TypeMetrics,
} from '../core/queue-adapter.js'
import type { AutoscaleState, JobTypeStats, Metrics, QueueStats, WorkerStats } from '../service-api.js'

export interface QueueFacts {
  readonly counts: QueueCounts
  readonly instances: readonly InstanceRecord[]
  readonly pauses: Pauses
  readonly claims: StoreMetrics['claims']
}

/** The queue's counts as users see them. */
export function queueStats({ counts, instances, pauses, claims }: QueueFacts, now: number): QueueStats {
  const {
    pending,
    processing,
    completed,
    dead_letter: failed,
    retrying: retry,
    delayed,
    blocked,
    cancelled,
  } = counts
  return {
    pending,
    processing,
    completed,
    failed,
    retry,
    delayed,
    total: pending + processing + completed + failed + retry + delayed,
    blocked,
    cancelled,
    oldestReadyMs: counts.oldestReadyAt === null ? 0 : Math.max(0, now - counts.oldestReadyAt),
    unknownTypes: unknownTypes(counts, instances),
    paused: pauses.queue,
    pausedTypes: [...pauses.types].sort(),
    classes: classesOf(claims),
  }
}

/** The fleet's workers as users see them. */
export function workerStats(
  instances: readonly InstanceRecord[],
  metrics: StoreMetrics,
  isRunning: boolean,
  autoscale: AutoscaleState | null,
): WorkerStats {
  const totals = Object.values(metrics.types)
  return {
    totalWorkers: sum(instances, (one) => one.workers),
    healthyWorkers: sum(instances, (one) => (one.healthy ? one.workers : 0)),
    totalJobsProcessed: sum(totals, (type) => type.completed + type.deadLetter),
    totalJobsFailed: sum(totals, (type) => type.deadLetter),
    isRunning,
    zombies: sum(instances, (one) => one.zombies),
    instances,
    autoscale,
  }
}

/** The fleet's metrics as users see them. */
export function metricsOf(
  metrics: StoreMetrics,
  counts: QueueCounts,
  workers: Pick<WorkerStats, 'totalWorkers' | 'healthyWorkers'>,
  uptimeMs: number,
  now: number,
): Metrics {
  const types = Object.values(metrics.types)
  const runs: Buckets = merge(types.map((type) => type.runs))
  const completed = sum(types, (type) => type.completed)
  const failed = sum(types, (type) => type.failed)
  const deadLetter = sum(types, (type) => type.deadLetter)
  const { pending, processing, completed: kept, dead_letter: dead, retrying: retry } = counts
  const { delayed, blocked, cancelled } = counts
  return {
    jobsSubmitted: sum(types, (type) => type.submitted),
    jobsCompleted: completed,
    jobsFailed: failed,
    jobsRetried: sum(types, (type) => type.retried),
    jobsDeadLetter: deadLetter,
    avgProcessingTimeMs:
      completed + failed === 0 ? 0 : sum(types, (type) => type.totalRunMs) / (completed + failed),
    p50ProcessingTimeMs: quantile(runs, 0.5),
    p95ProcessingTimeMs: quantile(runs, 0.95),
    p99ProcessingTimeMs: quantile(runs, 0.99),
    successRate: completed + deadLetter === 0 ? 100 : (100 * completed) / (completed + deadLetter),
    jobTypeStats: Object.fromEntries(
      Object.entries(metrics.types).map(([name, type]) => [name, typeStats(type)]),
    ),
    queueSizes: { pending, processing, completed: kept, failed: dead, retry, delayed, blocked, cancelled },
    totalWorkers: workers.totalWorkers,
    healthyWorkers: workers.healthyWorkers,
    uptimeSeconds: Math.floor(uptimeMs / 1000),
    timestamp: now,
  }
}

// -------------------------------------------------------------------------------------------------------------------

function classesOf(claims: StoreMetrics['claims']): QueueStats['classes'] {
  const total = sum(priorities, (priority) => claims[priority])
  const of = (priority: (typeof priorities)[number]): { claims: number; share: number } => ({
    claims: claims[priority],
    share: total === 0 ? 0 : claims[priority] / total,
  })
  return { critical: of('critical'), high: of('high'), normal: of('normal'), low: of('low') }
}

function typeStats(type: TypeMetrics): JobTypeStats {
  const { submitted, completed, failed, retried, deadLetter, totalRunMs } = type
  return { submitted, completed, failed, retried, deadLetter, totalProcessingTimeMs: totalRunMs }
}

function unknownTypes(counts: QueueCounts, instances: readonly InstanceRecord[]): readonly string[] {
  const known = new Set(instances.filter((one) => one.healthy).flatMap((one) => one.types))
  const waits = (state: StateCounts): boolean =>
    state.pending + state.delayed + state.retrying + state.blocked > 0
  return Object.entries(counts.byType)
    .filter(([type, state]) => waits(state) && !known.has(type))
    .map(([type]) => type)
}

function sum<T>(list: readonly T[], of: (item: T) => number): number {
  return list.reduce((total, item) => total + of(item), 0)
}
