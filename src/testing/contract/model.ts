import assert from 'node:assert/strict'
import { type SkipBudgets, type SkipCounts, chooseClass, noSkips, rankOf } from '../../core/priority.js'
import type {
  Claim,
  CycleRequest,
  NewJob,
  OutcomeReport,
  PruneRequest,
  SubmitAnswer,
} from '../../core/queue-adapter.js'
import type { Priority } from '../../core/priority.js'
import { type FinalStatus, finalStates } from '../../core/states.js'
import { ModelDedupe } from './model-dedupe.js'
import { type ModelJob, isLive, isReady, modelJob, noPlace } from './model-job.js'
import { ModelKeys } from './model-keys.js'
import { ModelTies } from './model-ties.js'
import type { CycleDone } from './stage.js'

/** Those that were handed back stand in front of all others. */
const front = -1

/**
 * A queue in as few lines as will do: one map, read from end to end at each step. What it foretells an adapter must do,
 * and where the contract leaves a choice it takes any.
 */
export class Model {
  readonly jobs = new Map<string, ModelJob>()
  readonly dedupe = new ModelDedupe()
  readonly #keys = new ModelKeys(this.jobs)
  readonly #ties = new ModelTies(this.jobs)
  #skips: SkipCounts = noSkips
  #places = 0
  #ends = 0

  /** The answer that a job that comes for the first time must get. */
  submit(job: NewJob, now: number): SubmitAnswer {
    const { mode = 'keep', windowMs = 0 } = job.terms?.dedupe ?? {}
    const holder = this.dedupe.holder(job.dedupeKey, now)
    const changes = mode === 'replace' || mode === 'debounce'
    if (holder && !(changes && isLive(holder))) return standing(holder, this.jobs.has(holder.id))
    const outlook = this.#ties.outlook(job)
    if (outlook.kind === 'orphan') return outlook
    const isReplaced = holder !== undefined && holder.status !== 'processing'
    const target = isReplaced ? holder : modelJob(job)
    if (isReplaced) this.#replace(target, job)
    else this.jobs.set(job.id, target)
    if (!isReplaced) this.dedupe.take(target, now)
    target.at = mode === 'debounce' ? now + (windowMs ?? 0) : (job.runAt ?? now + (job.delayMs ?? 0))
    if (outlook.kind === 'ended') this.#end(target, outlook.status)
    else {
      this.#ties.tie(target)
      target.open = outlook.open
      this.#begin(target, now, ++this.#places)
    }
    return isReplaced
      ? { ...standing(target, true), replaced: true }
      : { kind: 'created', id: job.id, status: target.status }
  }

  cancel(job: ModelJob): void {
    if (job.status === 'processing') job.fence++
    this.#end(job, 'cancelled')
  }

  /** Whether it has a new life. */
  retry(job: ModelJob, now: number): boolean {
    const holder = this.dedupe.holder(job.dedupeKey, now)
    if (job.status !== 'dead_letter' && job.status !== 'cancelled') return false
    if (holder && holder !== job && isLive(holder)) return false
    Object.assign(job, { failures: 0, generation: job.generation + 1, at: now, isUnkept: false })
    this.dedupe.retake(job)
    this.#ties.tie(job)
    job.open = this.#ties.openAgain(job)
    this.#begin(job, now, ++this.#places)
    return true
  }

  /** Whether it could be put there. */
  reprioritise(job: ModelJob, priority: Priority): boolean {
    if (!isLive(job) || job.status === 'processing') return false
    if (job.priority !== priority && isReady(job)) job.place = ++this.#places
    job.priority = priority
    return true
  }

  /** Whether someone is tied to it, so that it is not removed by hand. */
  discard(job: ModelJob): boolean {
    if (job.tiedBy.size === 0) this.jobs.delete(job.id)
    return job.tiedBy.size > 0
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
    this.#follow(now)
    this.#promote(now)
    this.#reclaim(now, reply)
    for (const claim of reply.claims) this.#claim(claim, request, now)
    const missed = reply.claims.length < request.wanted.length ? this.#choose(request, now) : null
    assert.equal(missed, null, 'nothing is left that could have been claimed')
    assert.equal(reply.nextDueAt, this.#nextDueAt(now), 'the next time something falls due')
  }

  renew(id: string, fence: string, instance: string, until: number): boolean {
    const job = this.holds(id, fence, instance)
    if (job) job.at = until
    return job !== undefined
  }

  /**
   * By count alone. Which went is said by `left`, the ids that stand: oldest first, of each state no more than need be, none that
   * others are tied to, and all that may. Where ties hold some, or held, the order is the store's affair.
   */
  prune(request: PruneRequest, left: ReadonlySet<string>): void {
    for (const status of finalStates) {
      const own = [...this.jobs.values()].filter((job) => job.status === status)
      const [stand, went] = [own.filter(({ id }) => left.has(id)), own.filter(({ id }) => !left.has(id))]
      const { count } = request[status]
      for (const job of went)
        assert.ok(job.tiedBy.size === 0, `${job.id} is removed, to which others are tied`)
      const free = stand.filter((job) => job.tiedBy.size === 0 && !this.#ties.isDue(job))
      assert.ok(free.length <= count, `${free.length} ${status} jobs stand, of which ${count} are kept`)
      assert.ok(went.length === 0 || stand.length >= count, `more ${status} jobs are removed than need be`)
      const newest = Math.max(-1, ...went.filter(({ wasTied }) => !wasTied).map(({ endedAs }) => endedAs))
      const oldest = Math.min(
        Infinity,
        ...free.filter(({ wasTied }) => !wasTied).map(({ endedAs }) => endedAs),
      )
      assert.ok(newest <= oldest, `the oldest ${status} jobs are removed first`)
      for (const job of went) this.jobs.delete(job.id)
    }
  }

  /** Those that are not to be kept may have gone already when the last tie to them was given up. */
  notice(left: ReadonlySet<string>): void {
    this.#ties.removeUnkept(({ id }) => !left.has(id))
  }

  #settle({ id, fence, settlement, keep }: OutcomeReport, instance: string, now: number): boolean {
    const job = this.holds(id, fence, instance)
    if (!job) return false
    if (settlement.kind === 'complete') {
      this.#end(job, 'completed')
      job.isUnkept = !keep
      if (!keep && job.tiedBy.size === 0) this.jobs.delete(id)
    } else if (settlement.kind === 'release') {
      const wait = settlement.afterMs ? { at: now + settlement.afterMs, place: noPlace } : { place: front }
      Object.assign(job, { status: 'pending', ...wait })
    } else {
      job.failures++
      if (settlement.kind === 'fail') this.#end(job, 'dead_letter')
      else Object.assign(job, { status: 'retrying', at: now + settlement.afterMs, place: noPlace })
    }
    return true
  }

  #follow(now: number): void {
    // In which order those of one step come does not matter.
    const [place, endedAs] = [++this.#places, ++this.#ends]
    this.#ties.follow(
      (job) => this.#begin(job, now, place),
      (job, status) => this.#end(job, status, endedAs),
    )
  }

  #promote(now: number): void {
    const waits = (job: ModelJob): boolean =>
      job.status === 'retrying' || (job.status === 'pending' && !isReady(job))
    this.#inOrder(
      [...this.jobs.values()].filter((job) => waits(job) && job.at <= now),
      (job) => {
        job.status = 'pending'
      },
    )
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
    const choice = this.#choose(request, now)
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
    this.#keys.start(job, choice.own, now)
    const { instance, leaseMs } = request
    Object.assign(job, { status: 'processing', fence: BigInt(claim.fence), instance, at: now + leaseMs })
  }

  #choose(
    { types, budgets }: Pick<CycleRequest, 'types'> & { readonly budgets: SkipBudgets },
    now: number,
  ): Choice | null {
    const able = [...this.jobs.values()].filter(
      (job) => isReady(job) && types.includes(job.type) && this.#keys.isOpen(job, now),
    )
    const has = (rank: number): boolean => able.some((job) => rankOf(job.priority) === rank)
    const choice = chooseClass([has(0), has(1), has(2), has(3)], this.#skips, budgets)
    if (!choice) return null
    const own = able.filter((job) => rankOf(job.priority) === choice.rank)
    return { jobs: this.#keys.next(own), own, skips: choice.skips }
  }

  #nextDueAt(now: number): number | null {
    const due = [...this.jobs.values()].filter(
      (job) =>
        job.status === 'processing' ||
        job.status === 'retrying' ||
        (job.status === 'pending' && !isReady(job)),
    )
    const next = Math.min(this.#keys.nextFree(now), ...due.map((job) => job.at))
    return next < noPlace ? next : null
  }

  /** It is blocked, delayed or ready. */
  #begin(job: ModelJob, now: number, place: number): void {
    if (job.open.length > 0) Object.assign(job, { status: 'blocked', place: noPlace })
    else Object.assign(job, { status: 'pending', place: job.at > now ? noPlace : place })
  }

  #replace(job: ModelJob, { type, priority, maxAttempts, terms }: NewJob): void {
    this.#ties.untie(job)
    // It leaves its group before it comes to the new one, even to the same.
    job.terms = null
    this.#keys.forget()
    Object.assign(job, { type, priority, maxAttempts, terms: terms ?? null })
  }

  #end(job: ModelJob, status: FinalStatus, endedAs = ++this.#ends): void {
    Object.assign(job, { status, endedAs })
    this.#ties.ended(job)
    this.#keys.forget()
  }
}

interface Choice {
  /** Any of them may be next. */
  readonly jobs: readonly ModelJob[]
  /** All of the class that can be claimed. */
  readonly own: readonly ModelJob[]
  readonly skips: SkipCounts
}

/** One that was removed is answered as completed. */
function standing({ id, status }: ModelJob, isThere: boolean): SubmitAnswer & { readonly kind: 'standing' } {
  return { kind: 'standing', id, status: isThere ? status : 'completed' }
}

function keyOf(run: { readonly id: string; readonly fence: string }): string {
  return `${run.id} ${run.fence}`
}
