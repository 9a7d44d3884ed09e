import type { JobError } from '../../core/job-error.js'
import { defaultBudgets } from '../../core/priority.js'
import type {
  CycleRequest,
  FireRequest,
  InstanceInfo,
  LeaseRef,
  LeaseReport,
  ListQuery,
  NewJob,
  NewSchedule,
  OutcomeReport,
  PruneRequest,
  RenewRequest,
  Retention,
} from '../../core/queue-adapter.js'
import type { Settlement, StoredResult } from '../../core/settlement.js'

/** The lease of every claim, unless a case says otherwise. */
export const leaseMs = 10_000
/** How long a result is kept, unless a case says otherwise. */
export const resultTtlMs = 3_600_000

/** A job like any other. */
export function jobOf(n: number, part: Partial<NewJob>): NewJob {
  return {
    id: `job-${n}`,
    token: `token-${n}`,
    digest: 'digest',
    type: 'task',
    priority: 'normal',
    maxAttempts: 3,
    delayMs: null,
    runAt: null,
    dedupeKey: null,
    payload: '{}',
    options: '{}',
    ...part,
  }
}

/** A cycle that claims nothing. */
export function cycleOf(part: Partial<CycleRequest>): CycleRequest {
  return {
    instance: 'i1',
    channel: 0,
    seq: 1,
    outcomes: [],
    wanted: [],
    types: ['task', 'other'],
    leaseMs,
    budgets: defaultBudgets,
    ...part,
  }
}

/** The lanes 0 to n-1. */
export function lanes(n: number): readonly number[] {
  return Array.from({ length: n }, (_, lane) => lane)
}

/** How a run ended, as its instance reports it. */
export function outcomeOf(
  run: LeaseRef,
  settlement: Settlement,
  part: Partial<OutcomeReport> = {},
): OutcomeReport {
  return { id: run.id, fence: run.fence, settlement, runMs: 5, resultTtlMs, keep: true, ...part }
}

/** The run returned this JSON. */
export function complete(inline = '{"ok":true}'): Settlement {
  return { kind: 'complete', result: { inline } }
}

export function completeWith(result: StoredResult | null): Settlement {
  return { kind: 'complete', result }
}

/** The run failed and is to be tried again. */
export function retryIn(afterMs: number, message = 'it failed'): Settlement {
  return { kind: 'retry', afterMs, error: { code: 'JOB_FAILED', name: 'Error', message } }
}

/** The run failed for good. */
export function fail(message = 'it failed for good'): Settlement {
  return { kind: 'fail', error: { code: 'JOB_FAILED', name: 'Error', message } }
}

/** The run was handed back at a shutdown. */
export const release: Settlement = { kind: 'release' }

/** The run could not begin its work yet. */
export function releaseFor(afterMs: number): Settlement {
  return { kind: 'release', afterMs }
}

/** An instance with two lanes of two. */
export function instanceOf(part: Partial<InstanceInfo>): InstanceInfo {
  return {
    id: 'i1',
    host: 'host',
    pid: 1,
    startedAt: 0,
    workers: 2,
    slots: 4,
    busy: 0,
    types: ['task'],
    zombies: 0,
    ...part,
  }
}

export function renewOf(
  leases: readonly Partial<LeaseReport>[],
  part: Partial<InstanceInfo>,
  lease = leaseMs,
): RenewRequest {
  const reports = leases.map(({ id = '', fence = '', progress = null, lines = [], linesFrom = 0 }) => ({
    id,
    fence,
    progress,
    lines,
    linesFrom,
  }))
  return { instance: instanceOf(part), leases: reports, leaseMs: lease }
}

export function listOf(part: Partial<ListQuery>): ListQuery {
  return { status: null, type: null, search: null, limit: 50, offset: 0, cursor: null, ...part }
}

/** Keeps everything. */
export const keepAll: Retention = {
  ageMs: Number.MAX_SAFE_INTEGER,
  count: Number.MAX_SAFE_INTEGER,
  bytes: Number.MAX_SAFE_INTEGER,
}

export function keep(part: Partial<Retention>): Retention {
  return { ...keepAll, ...part }
}

/** The same retention for all three final states. */
export function keepOfEach(part: Partial<Retention>): Partial<PruneRequest> {
  return { completed: keep(part), dead_letter: keep(part), cancelled: keep(part) }
}

export function pruneOf(part: Partial<PruneRequest>): PruneRequest {
  return { completed: keepAll, dead_letter: keepAll, cancelled: keepAll, limit: 1000, ...part }
}

export function scheduleOf(n: number, part: Partial<NewSchedule>): NewSchedule {
  return {
    id: `schedule-${n}`,
    name: `name-${n}`,
    digest: 'digest',
    definition: '{}',
    enabled: true,
    nextSlot: 0,
    ...part,
  }
}

export function fireOf(part: Partial<FireRequest> & Pick<FireRequest, 'id' | 'job'>): FireRequest {
  return { version: 1, slot: 0, next: null, overlap: 'allow', queueLimit: 100, missed: 0, ...part }
}

/** A value as JSON has it: without prototypes, classes and absent fields, for comparisons. */
export function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown
}

/** The error in a record, which holds it as text. */
export function errorIn(text: string | null): JobError {
  return JSON.parse(text ?? 'null') as JobError
}
