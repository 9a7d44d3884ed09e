import type { ExplainReason } from '../core/explain-reason.js'
import { formatInstant } from '../core/instant.js'
import { internalPrefix } from '../core/job-terms.js'
import type {
  InstanceRecord,
  JobRecord,
  KeyState,
  Pauses,
  QueueCounts,
  QueueLimits,
} from '../core/queue-adapter.js'
import { type JobStatus, isFinal } from '../core/states.js'
import type { Explanation } from '../control-api.js'
import { runningOf } from './pauses.js'

/** All that is looked at to say why a job does not run. */
export interface ExplainFacts {
  readonly record: JobRecord
  /** The store's. */
  readonly now: number
  readonly pauses: Pauses
  readonly keys: KeyState
  readonly counts: QueueCounts
  readonly instances: readonly InstanceRecord[]
  readonly limits: QueueLimits | undefined
  /** Its kind has slots of its own, of which no process tells how many are busy. */
  readonly hasOwnSlots: boolean
  /** The first of those that it waits for, and their states; null for one that is gone. */
  readonly dependencies: readonly { readonly id: string; readonly status: JobStatus | null }[]
}

/** One thing that holds it up: the reason, a sentence, and what a program needs. */
interface Finding {
  readonly reason: ExplainReason
  readonly message: string
  readonly facts: Readonly<Record<string, unknown>>
}

type Look = (facts: ExplainFacts) => Finding | undefined

/** Why a job does not run: the reasons stand in the order of `explainReasons`. */
export function explain(facts: ExplainFacts): Explanation {
  const { id: jobId, status } = facts.record
  const found = findings(facts)
  const [first = isNext(facts)] = found
  const reasons = found.length === 0 ? [first.reason] : found.map((finding) => finding.reason)
  return { jobId, status, reason: first.reason, reasons, message: first.message, facts: first.facts }
}

// -------------------------------------------------------------------------------------------------------------------

function findings(facts: ExplainFacts): readonly Finding[] {
  const { record } = facts
  if (isFinal(record.status)) return [hasEnded(record)]
  if (record.status === 'processing') return [runs(record)]
  const found = obstacles.map((look) => look(facts)).filter((finding) => finding !== undefined)
  if (found.length > 0) return found
  const busy = slotsBusy(facts)
  return busy ? [busy] : []
}

/** Each looks for one thing, in the order of `explainReasons`. */
const obstacles: readonly Look[] = [
  queuePaused,
  typePaused,
  delayed,
  retryDelayed,
  blockedBySchedule,
  blockedByDependencies,
  concurrencyKeyFull,
  rateLimited,
  queueLimitFull,
  queueRateUsedUp,
  noWorker,
  unknownType,
]

function hasEnded({ status, completedAt, error, cancelReason }: JobRecord): Finding {
  const since = completedAt
  if (status === 'completed') return { reason: 'ended', message: 'it has completed', facts: { since } }
  if (status === 'cancelled') {
    const why = cancelReason === null ? '' : `: ${cancelReason}`
    return { reason: 'ended', message: `it was cancelled${why}`, facts: { since } }
  }
  const { code, message } = JSON.parse(error ?? '{}') as { code?: string; message?: string }
  const text = `it is a dead letter, and runs again only by retryJob; its last error: ${code ?? ''} ${message ?? ''}`
  return { reason: 'ended', message: text.trimEnd(), facts: { since, error: code ?? null } }
}

function runs({ worker, startedAt }: JobRecord): Finding {
  return {
    reason: 'runs',
    message: `it runs, on the worker ${worker ?? 'of somebody'}`,
    facts: { worker, since: startedAt },
  }
}

function queuePaused({ pauses, record }: ExplainFacts): Finding | undefined {
  if (!pauses.queue || isInternal(record)) return undefined
  return { reason: 'queue_paused', message: 'the queue is paused: nothing starts before resume()', facts: {} }
}

function typePaused({ pauses, record: { type } }: ExplainFacts): Finding | undefined {
  if (!pauses.types.includes(type)) return undefined
  const message = `jobs of the type "${type}" are paused: none starts before resume({ type })`
  return { reason: 'type_paused', message, facts: { type } }
}

function delayed({ record, now }: ExplainFacts): Finding | undefined {
  const { status, readyAt: until, createdAt } = record
  // The store's time as it is known here may lag a little behind: a job of just now is not one for later.
  const isOver = until <= Math.max(now, createdAt)
  if ((status !== 'pending' && status !== 'blocked') || isOver) return undefined
  const message = `it was submitted for later: for ${formatInstant(until)}`
  return { reason: 'delayed', message, facts: { until } }
}

function retryDelayed({ record, now }: ExplainFacts): Finding | undefined {
  const { status, readyAt: until, failures, maxAttempts } = record
  if (status !== 'retrying' || until <= now) return undefined
  const message = `attempt ${failures} of ${maxAttempts} failed; the next one waits until ${formatInstant(until)}`
  return { reason: 'retry_delayed', message, facts: { until, failures, maxAttempts } }
}

function blockedBySchedule({ record: { status, blockedBy, scheduleId } }: ExplainFacts): Finding | undefined {
  if (status !== 'blocked' || blockedBy === null) return undefined
  const message = `it waits for the job ${blockedBy} of the same schedule to end`
  return { reason: 'blocked_by_schedule', message, facts: { dependencies: [{ id: blockedBy }], scheduleId } }
}

function blockedByDependencies({ record, dependencies }: ExplainFacts): Finding | undefined {
  const { status, waitsFor } = record
  if (status !== 'blocked' || waitsFor.length === 0) return undefined
  const shown = dependencies.slice(0, 3).map((one) => `${one.id} (${one.status ?? 'gone'})`)
  const more = waitsFor.length > shown.length ? ` and ${waitsFor.length - shown.length} more` : ''
  const message = `it waits for other jobs to end: ${shown.join(', ')}${more}`
  return { reason: 'blocked_by_dependencies', message, facts: { dependencies, open: waitsFor.length } }
}

function concurrencyKeyFull({ record, keys, now }: ExplainFacts): Finding | undefined {
  const key = record.terms?.concurrency?.key
  if (!isDue(record, now) || key === undefined || keys.concurrency === null) return undefined
  const { max, running } = keys.concurrency
  if (running < max) return undefined
  const message = `waits for a run of the key "${key}", of which ${running} of ${max} run now`
  return { reason: 'concurrency_key_full', message, facts: { key, max, running } }
}

function rateLimited({ record, keys, now }: ExplainFacts): Finding | undefined {
  const key = record.terms?.rate?.key
  const freeAt = keys.rate?.freeAt ?? null
  if (!isDue(record, now) || key === undefined || keys.rate === null || freeAt === null || freeAt <= now)
    return undefined
  const { max, perMs } = keys.rate
  const message = `the key "${key}" may start ${max} jobs in ${perMs} ms; the next one at ${formatInstant(freeAt)}`
  return { reason: 'rate_limited', message, facts: { key, max, perMs, until: freeAt } }
}

function queueLimitFull({ record, limits, counts, now }: ExplainFacts): Finding | undefined {
  const max = limits?.concurrency ?? null
  const running = runningOf(counts)
  if (max === null || running < max || !isDue(record, now) || isInternal(record)) return undefined
  const message = `${running} jobs of the whole queue run, of the ${max} that its limit allows`
  return { reason: 'queue_limit_full', message, facts: { max, running } }
}

function queueRateUsedUp({ record, limits, keys, now }: ExplainFacts): Finding | undefined {
  const rate = limits?.rate ?? null
  const { queueFreeAt: until } = keys
  if (rate === null || until === null || until <= now || !isDue(record, now) || isInternal(record))
    return undefined
  const { max, perMs } = rate
  const message = `the whole queue may start ${max} jobs in ${perMs} ms; the next one at ${formatInstant(until)}`
  return { reason: 'queue_rate_limited', message, facts: { max, perMs, until } }
}

function noWorker({ instances }: ExplainFacts): Finding | undefined {
  if (healthy(instances).length > 0) return undefined
  const message = 'no worker lives: start a service on this queue'
  return { reason: 'no_worker', message, facts: { instances: instances.length } }
}

function unknownType(facts: ExplainFacts): Finding | undefined {
  const { type } = facts.record
  const alive = healthy(facts.instances)
  if (alive.length === 0 || whoKnow(facts).length > 0) return undefined
  const knownTypes = [...new Set(alive.flatMap((one) => one.types))]
    .filter((known) => !known.startsWith(internalPrefix))
    .sort()
    .slice(0, 20)
  const message = `no live worker knows the job type "${type}"; known are ${knownTypes.join(', ')}`
  return { reason: 'unknown_type', message, facts: { knownTypes } }
}

function slotsBusy(facts: ExplainFacts): Finding | undefined {
  if (facts.hasOwnSlots) return undefined
  const able = whoKnow(facts)
  const slots = able.reduce((sum, one) => sum + one.slots, 0)
  const busy = able.reduce((sum, one) => sum + Math.min(one.busy, one.slots), 0)
  if (busy < slots) return undefined
  const message = `all ${slots} slots of the workers that know its type are busy`
  return { reason: 'slots_busy', message, facts: { slots, busy, ...placeOf(facts) } }
}

function isNext(facts: ExplainFacts): Finding {
  const message = 'nothing holds it up: it starts as soon as a worker asks for work and its turn comes'
  return { reason: 'next', message, facts: placeOf(facts) }
}

/** How many are ready; of one that is ready alone, that none is ahead. More would cost a look at the whole line. */
function placeOf({ counts: { pending } }: ExplainFacts): Readonly<Record<string, unknown>> {
  return pending <= 1 ? { ready: pending, ahead: 0 } : { ready: pending }
}

function isDue({ status, readyAt }: JobRecord, now: number): boolean {
  return (status === 'pending' || status === 'retrying') && readyAt <= now
}

function isInternal({ type }: JobRecord): boolean {
  return type.startsWith(internalPrefix)
}

function healthy(instances: readonly InstanceRecord[]): readonly InstanceRecord[] {
  return instances.filter((one) => one.healthy && one.workers > 0)
}

function whoKnow({ record: { type }, instances }: ExplainFacts): readonly InstanceRecord[] {
  return healthy(instances).filter((one) => one.types.includes(type))
}
