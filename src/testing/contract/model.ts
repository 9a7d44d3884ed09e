import assert from 'node:assert/strict'
import {
  type Priority,
  type SkipBudgets,
  type SkipCounts,
  chooseClass,
  noSkips,
  rankOf,
} from '../../core/priority.js'
import type { Claim, CycleRequest, NewJob, OutcomeReport, PruneRequest } from '../../core/queue-adapter.js'
import { type JobStatus, isFinal } from '../../core/states.js'
import type { CycleDone } from './stage.js'

/** A job as the model has it. */
export interface ModelJob {
  readonly id: string
  readonly type: string
  readonly priority: Priority
  readonly maxAttempts: number
  readonly dedupeKey: string | null
  status: JobStatus
  generation: number
  failures: number
  fence: bigint
  instance: string
  /** When it is due, or its lease is over. */
  at: number
  /** Its place among those of its class; several may have the same, and then any of them may go first. */
  place: number
  /** Its place among those that ended in the same state. */
  endedAs: number
}

/** Those that were handed back stand in front of all others. */
const front = -1

/**
 * A queue in as few lines as will do: one map, read from end to end at each step. What it foretells an adapter must do,
 * and where the contract leaves a choice it takes any.
 */
export class Model {
  readonly jobs = new Map<string, ModelJob>()
  #skips: SkipCounts = noSkips
  #places = 0
  #ends = 0

  live(dedupeKey: string | null): ModelJob | undefined {
    if (dedupeKey === null) return undefined
    return this.#find((job) => job.dedupeKey === dedupeKey && !isFinal(job.status))
  }

  submit(job: NewJob, now: number): void {
    const at = job.runAt ?? now + (job.delayMs ?? 0)
    const { id, type, priority, maxAttempts, dedupeKey } = job
    const fresh = {
      status: 'pending',
      generation: 1,
      failures: 0,
      fence: 0n,
      instance: '',
      endedAs: 0,
    } as const
    const place = at > now ? Number.POSITIVE_INFINITY : ++this.#places
    this.jobs.set(id, { id, type, priority, maxAttempts, dedupeKey, ...fresh, at, place })
  }

  cancel(job: ModelJob): void {
    if (job.status === 'processing') job.fence++
    this.#end(job, 'cancelled')
  }

  retry(job: ModelJob): void {
    Object.assign(job, {
      status: 'pending',
      failures: 0,
      generation: job.generation + 1,
      place: ++this.#places,
    })
  }

  /** Whether this run is this instance's. */
  holds(id: string, fence: string, instance: string): ModelJob | undefined {
    const job = this.jobs.get(id)
    return job?.status === 'processing' && String(job.fence) === fence && job.instance === instance
      ? job
      : undefined
  }

  /** Plays a cycle and compares what the adapter answered. */
  cycle(request: CycleRequest, reply: CycleDone): void {
    const { now } = reply
    const stale = request.outcomes.filter((outcome) => !this.#settle(outcome, request.instance, now))
    assert.deepEqual(reply.stale.map(keyOf), stale.map(keyOf), 'the outcomes that are refused')
    this.#promote(now)
    this.#reclaim(now, reply)
    for (const claim of reply.claims) this.#claim(claim, request, now)
    const missed = reply.claims.length < request.wanted.length ? this.#choose(request) : null
    assert.equal(missed, null, 'nothing is left that could have been claimed')
    assert.equal(reply.nextDueAt, this.#nextDueAt(), 'the next time something falls due')
  }

  renew(id: string, fence: string, instance: string, until: number): boolean {
    const job = this.holds(id, fence, instance)
    if (job) job.at = until
    return job !== undefined
  }

  /** By count alone. */
  prune(request: PruneRequest): void {
    for (const status of ['completed', 'dead_letter', 'cancelled'] as const) {
      const ended = [...this.jobs.values()].filter((job) => job.status === status)
      const oldest = ended.sort((a, b) => a.endedAs - b.endedAs)
      for (const job of oldest.slice(0, Math.max(0, oldest.length - request[status].count)))
        this.jobs.delete(job.id)
    }
  }

  #settle({ id, fence, settlement, keep }: OutcomeReport, instance: string, now: number): boolean {
    const job = this.holds(id, fence, instance)
    if (!job) return false
    if (settlement.kind === 'complete') {
      this.#end(job, 'completed')
      if (!keep) this.jobs.delete(id)
    } else if (settlement.kind === 'release') Object.assign(job, { status: 'pending', place: front })
    else {
      job.failures++
      if (settlement.kind === 'fail') this.#end(job, 'dead_letter')
      else
        Object.assign(job, {
          status: 'retrying',
          at: now + settlement.afterMs,
          place: Number.POSITIVE_INFINITY,
        })
    }
    return true
  }

  #promote(now: number): void {
    const waits = (job: ModelJob): boolean =>
      job.status === 'retrying' || job.place === Number.POSITIVE_INFINITY
    const isDue = (job: ModelJob): boolean =>
      !isFinal(job.status) && job.status !== 'processing' && waits(job) && job.at <= now
    this.#inOrder([...this.jobs.values()].filter(isDue), (job) => {
      job.status = 'pending'
    })
  }

  #reclaim(now: number, reply: CycleDone): void {
    // Of those whose leases were over at the same ms the adapter may take any first, and says which.
    const said = new Map(reply.reclaimed.map(({ id }, i) => [id, i]))
    const lost = [...this.jobs.values()]
      .filter((job) => job.status === 'processing' && job.at <= now)
      .sort((a, b) => (said.get(a.id) ?? 0) - (said.get(b.id) ?? 0))
    this.#inOrder(lost, (job) => {
      job.failures++
      job.fence++
      if (job.failures < job.maxAttempts) job.status = 'pending'
      else this.#end(job, 'dead_letter')
    })
    const told = reply.reclaimed.map(({ id, status, failures }) => `${id} ${status} ${failures}`)
    assert.deepEqual(
      told.sort(),
      lost.map((job) => `${job.id} ${job.status} ${job.failures}`).sort(),
      'what is taken back',
    )
  }

  /** Each gets the next place; those of the same time share one. */
  #inOrder(jobs: readonly ModelJob[], move: (job: ModelJob) => void): void {
    let last = Number.NaN
    for (const job of [...jobs].sort((a, b) => a.at - b.at)) {
      if (job.at !== last) this.#places++
      last = job.at
      job.place = this.#places
      move(job)
    }
  }

  #claim(claim: Claim, request: CycleRequest, now: number): void {
    const choice = this.#choose(request)
    const job = this.jobs.get(claim.id)
    assert.ok(job && choice, 'there is something to claim')
    assert.ok(
      choice.jobs.includes(job),
      `${claim.id} goes first, or one of ${choice.jobs.map((one) => one.id).join()}`,
    )
    const grown = BigInt(claim.fence) > job.fence && BigInt(claim.fence) >= BigInt(now) * 1000n
    assert.ok(grown, `the fence ${claim.fence} is new`)
    assert.deepEqual(
      [claim.failures, claim.generation],
      [job.failures, job.generation],
      'what a claim says of its job',
    )
    this.#skips = choice.skips
    const { instance, leaseMs } = request
    Object.assign(job, { status: 'processing', fence: BigInt(claim.fence), instance, at: now + leaseMs })
  }

  #choose({ types, budgets }: Pick<CycleRequest, 'types'> & { readonly budgets: SkipBudgets }): {
    readonly jobs: readonly ModelJob[]
    readonly skips: SkipCounts
  } | null {
    const able = [...this.jobs.values()].filter(
      (job) => job.status === 'pending' && job.place < Number.POSITIVE_INFINITY && types.includes(job.type),
    )
    const has = (rank: number): boolean => able.some((job) => rankOf(job.priority) === rank)
    const choice = chooseClass([has(0), has(1), has(2), has(3)], this.#skips, budgets)
    if (!choice) return null
    const own = able.filter((job) => rankOf(job.priority) === choice.rank)
    const first = Math.min(...own.map((job) => job.place))
    return { jobs: own.filter((job) => job.place === first), skips: choice.skips }
  }

  #nextDueAt(): number | null {
    const due = [...this.jobs.values()].filter(
      (job) =>
        job.status === 'processing' ||
        job.status === 'retrying' ||
        (job.status === 'pending' && job.place === Number.POSITIVE_INFINITY),
    )
    return due.length > 0 ? Math.min(...due.map((job) => job.at)) : null
  }

  #end(job: ModelJob, status: JobStatus): void {
    Object.assign(job, { status, endedAs: ++this.#ends })
  }

  #find(test: (job: ModelJob) => boolean): ModelJob | undefined {
    for (const job of this.jobs.values()) if (test(job)) return job
    return undefined
  }
}

function keyOf(run: { readonly id: string; readonly fence: string }): string {
  return `${run.id} ${run.fence}`
}
