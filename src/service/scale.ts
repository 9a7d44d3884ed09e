import { asObject, integerIn, onlyKeys } from '../core/check.js'
import { type Buckets, merge, quantile } from '../core/histogram.js'
import { internalPrefix } from '../core/job-terms.js'
import type { InstanceRecord, QueueCounts, StoreMetrics } from '../core/queue-adapter.js'
import type { ScaleAdvice } from '../control-api.js'
import type { Hub } from './hub.js'
import { runningOf } from './pauses.js'

const longestTargetMs = 86_400_000
const usualTargetMs = 1_000
/** The share of the slots from which on more workers would help. */
const busy = 0.8
/** Waits are those since a look that is between this and that old. */
const recentMs = 10_000
const oldMs = 300_000

/** What the advice goes by. */
export interface ScaleFacts {
  readonly isPaused: boolean
  readonly ready: number
  readonly running: number
  readonly currentWorkers: number
  /** Jobs that one worker runs at once. */
  readonly slotsEach: number
  readonly oldestReadyMs: number
  /** Of the jobs that were claimed lately; 0 when none was. */
  readonly p95WaitMs: number
  readonly targetP95WaitMs: number
}

/**
 * How many workers the fleet should have. While its slots are busy it grows by as much as jobs wait too long, at most twofold and
 * never beyond one slot for each job there is; it shrinks by a quarter at most, while waits are well below the target.
 */
export function scaleAdvice(facts: ScaleFacts): ScaleAdvice {
  const { isPaused, slotsEach, ...figures } = facts
  const [desiredWorkers, reason] = desired(facts)
  return { desiredWorkers, ...figures, reason }
}

/** Asks the store for the figures, and remembers what it counted last, to tell lately from ever. */
export class Scale {
  readonly #hub: Hub
  #seen: { readonly at: number; readonly waits: Buckets }[] = []

  constructor(hub: Hub) {
    this.#hub = hub
  }

  async advice(options: unknown): Promise<ScaleAdvice> {
    const targetP95WaitMs = targetOf(options) ?? this.#ownTarget()
    const [counts, instances, metrics, pauses] = await this.#hub.look((store) =>
      Promise.all([store.counts(), store.instances(), store.metrics(), store.pauses()]),
    )
    const now = this.#hub.storeTime.now()
    const { oldestReadyAt } = counts
    return scaleAdvice({
      isPaused: pauses.queue,
      ready: readyOf(counts),
      running: runningOf(counts),
      ...this.#workersOf(instances),
      oldestReadyMs: oldestReadyAt === null ? 0 : Math.max(0, now - oldestReadyAt),
      p95WaitMs: this.#lately(metrics),
      targetP95WaitMs,
    })
  }

  #ownTarget(): number {
    return this.#hub.options.workers.autoscale?.targetP95WaitMs ?? usualTargetMs
  }

  #workersOf(instances: readonly InstanceRecord[]): Pick<ScaleFacts, 'currentWorkers' | 'slotsEach'> {
    const alive = instances.filter((one) => one.healthy)
    const currentWorkers = alive.reduce((sum, one) => sum + one.workers, 0)
    const slots = alive.reduce((sum, one) => sum + one.slots, 0)
    const own = this.#hub.options.workers.maxConcurrentJobs
    return { currentWorkers, slotsEach: currentWorkers === 0 ? own : slots / currentWorkers }
  }

  /** Of the waits that were counted since a look not long ago; the first look has nothing to compare with. */
  #lately({ types }: StoreMetrics): number {
    const at = this.#hub.options.clock.monotonic()
    const own = Object.entries(types).filter(([type]) => !type.startsWith(internalPrefix))
    const waits = merge(own.map(([, totals]) => totals.waits))
    const young = this.#seen.filter((look) => at - look.at <= oldMs)
    const before = young.findLast((look) => at - look.at >= recentMs) ?? young[0]
    const last = young.at(-1)
    // Looks that come fast leave no more than a few behind.
    this.#seen = last && at - last.at < recentMs ? young : [...young, { at, waits }].slice(-40)
    return before ? quantile(since(waits, before.waits), 0.95) : 0
  }
}

// -------------------------------------------------------------------------------------------------------------------

function desired(facts: ScaleFacts): readonly [number, string] {
  const { isPaused, ready, running, currentWorkers: now, slotsEach, targetP95WaitMs: target } = facts
  const full = Math.ceil((ready + running) / Math.max(1, slotsEach))
  if (isPaused) return [now, 'the queue is paused']
  if (now === 0) return full === 0 ? [0, 'there is no work'] : [full, 'there is work, and no worker']
  const waitMs = Math.max(facts.oldestReadyMs, ready === 0 ? 0 : facts.p95WaitMs)
  if (waitMs > target && running < busy * now * slotsEach)
    return [
      now,
      'jobs wait, though there are free slots: for a limit, a pause, or a worker that knows their type',
    ]
  if (waitMs > target && full > now) {
    const more = Math.min(full, Math.max(now + 1, Math.ceil(now * Math.min(2, waitMs / target))))
    return [more, `jobs wait ${Math.round(waitMs)} ms, longer than the ${target} ms they should`]
  }
  if (waitMs > target) return [now, 'jobs wait, and there are slots for all of them already']
  const less = Math.max(full, Math.floor(now * 0.75))
  if (waitMs <= target / 2 && facts.p95WaitMs <= target / 2 && less < now)
    return [less, 'fewer would do: jobs hardly wait']
  return [now, 'jobs wait no longer than they should']
}

function readyOf({ pending, byType }: QueueCounts): number {
  const internal = Object.entries(byType).filter(([type]) => type.startsWith(internalPrefix))
  return internal.reduce((left, [, counts]) => left - counts.pending, pending)
}

function since(now: Buckets, before: Buckets): Buckets {
  const counts = Object.entries(now).map(([key, n]) => [key, n - (before[Number(key)] ?? 0)] as const)
  return Object.fromEntries(counts.filter(([, n]) => n > 0))
}

function targetOf(options: unknown): number | undefined {
  const fields = asObject(options, { path: '', code: 'ARGUMENT_INVALID' })
  onlyKeys(fields, ['targetP95WaitMs'], { path: '' })
  const { targetP95WaitMs: target } = fields
  const at = { path: '/targetP95WaitMs' }
  return target === undefined ? undefined : integerIn(target, 1, longestTargetMs, at)
}
