import type {
  CancelRequest,
  ControlAnswer,
  ControlRequest,
  CycleReply,
  CycleRequest,
  FireAnswer,
  FireRequest,
  InstanceRecord,
  JobRecord,
  ListAnswer,
  ListQuery,
  Mended,
  NewJob,
  NewSchedule,
  PruneAnswer,
  PruneRequest,
  QueueCounts,
  RenewReply,
  RenewRequest,
  StoreMetrics,
  SubmitAnswer,
} from '../../core/queue-adapter.js'
import type { ScheduleRecord } from '../../core/schedule.js'
import { Claiming } from './claim-ready.js'
import { Control } from './control.js'
import { Counting } from './counting.js'
import type { Database } from './database.js'
import { DueSteps, earlier } from './due-steps.js'
import { Instances } from './instances.js'
import { Intake } from './intake.js'
import { JobFinder } from './job-facts.js'
import { JobReading } from './job-reading.js'
import { Ledger } from './ledger.js'
import { Lineups } from './lineups.js'
import { Listed } from './listed.js'
import { Listing } from './listing.js'
import { Mending } from './mending.js'
import { Moves } from './moves.js'
import { Moving } from './moving.js'
import type { News } from './news.js'
import { Removal } from './removal.js'
import { Renewing } from './renew-leases.js'
import { Pruning } from './retention.js'
import { Schedules } from './schedules.js'
import { OutcomeSettling } from './settle-outcomes.js'

/** What a cycle that was done answers. */
export type CycleDone = Extract<CycleReply, { kind: 'done' }>

/** Steps that change the file: each belongs in a transaction of its caller, which began with BEGIN IMMEDIATE. */
export interface StoreWrites {
  submit(jobs: readonly NewJob[], now: number): readonly SubmitAnswer[]
  /** Always a new one: a cycle that was sent again is answered by whoever keeps the replies. */
  cycle(request: CycleRequest, now: number): CycleDone
  renew(request: RenewRequest, now: number): RenewReply
  leave(instance: string): void
  cancel(request: CancelRequest, now: number): ControlAnswer
  retry(request: ControlRequest, now: number): ControlAnswer
  prune(request: PruneRequest, now: number): PruneAnswer
  mend(now: number): readonly Mended[]
  putSchedule(schedule: NewSchedule, now: number): ScheduleRecord
  removeSchedule(id: string, token: string): boolean
  fire(request: FireRequest, now: number): FireAnswer
  /** The leases of this process's instances are over, and the instances forgotten: it is known to be dead. How many leases. */
  loseProcess(process: number, now: number): number
}

/** Steps that only read. */
export interface StoreReads {
  get(id: string, now: number): JobRecord | null
  list(query: ListQuery, now: number): ListAnswer
  counts(now: number): QueueCounts
  metrics(): StoreMetrics
  instances(now: number): readonly InstanceRecord[]
  schedules(): readonly ScheduleRecord[]
  /** When something falls due next: a delayed job or a lease. */
  nextDueAt(): number | null
  /** Whether a job of these types is ready, or a delayed job or a lease is due: what an instance that waits could take up. */
  hasWork(types: readonly string[], now: number): boolean
}

/** All verbs of a queue as synchronous steps over a file whose tables are there (see `migrate`). */
export interface Store extends StoreWrites, StoreReads {
  /** The number of this process in the file, which its instances are noted with; null while it has none. */
  process: number | null
  /** The verbs by which jobs go from one store to another. */
  readonly moving: Moving
}

/** The store over a file whose schema is the current one; what its steps have to tell goes to `news`. */
export function openStore(database: Database, news: News): Store {
  return new FileStore(database, news)
}

// -------------------------------------------------------------------------------------------------------------------

class FileStore implements Store {
  process: number | null = null
  readonly moving: Moving
  readonly #news: News
  readonly #ledger: Ledger
  readonly #intake: Intake
  readonly #settling: OutcomeSettling
  readonly #due: DueSteps
  readonly #claiming: Claiming
  readonly #renewing: Renewing
  readonly #control: Control
  readonly #reading: JobReading
  readonly #listing: Listing
  readonly #counting: Counting
  readonly #pruning: Pruning
  readonly #mending: Mending
  readonly #schedules: Schedules
  readonly #instances: Instances

  constructor(database: Database, news: News) {
    const ledger = new Ledger(database, news)
    const finder = new JobFinder(database)
    const listed = new Listed(database)
    const removal = new Removal(database)
    const reading = new JobReading(database)
    const counting = new Counting(database)
    const instances = new Instances(database)
    const lineups = new Lineups(database, finder, ledger)
    const moves = new Moves(database, { ledger, news, finder, lineups, listed, removal })
    const intake = new Intake(database, { ledger, news, lineups })
    this.#news = news
    this.#ledger = ledger
    this.#reading = reading
    this.#counting = counting
    this.#instances = instances
    this.#intake = intake
    this.#settling = new OutcomeSettling(database, { ledger, news, finder, listed, moves, removal })
    this.#due = new DueSteps(database, { ledger, news, finder, lineups, moves })
    this.#claiming = new Claiming(database, { ledger, news })
    this.#renewing = new Renewing(database)
    this.#control = new Control(database, { ledger, news, finder, moves, reading, instances })
    this.#listing = new Listing(database, { counting, reading })
    this.#pruning = new Pruning(database, { ledger, listed, removal })
    this.#mending = new Mending(database, { ledger, moves, finder })
    this.#schedules = new Schedules(database, { news, finder, lineups, intake })
    this.moving = new Moving(database, { ledger, news, finder, reading, lineups, moves })
  }

  submit(jobs: readonly NewJob[], now: number): readonly SubmitAnswer[] {
    return this.#step(() => this.#intake.submit(jobs, now))
  }

  /** The steps of a cycle, in the order of the contract. */
  cycle(request: CycleRequest, now: number): CycleDone {
    const isTaken = this.#instances.hear(request.instance, this.process, now, request.leaseMs)
    this.#news.stopsWaiting(request.instance)
    const cancelled = isTaken ? this.#instances.tell(request.instance) : []
    const reply = { ...this.#step(() => this.#cycle(request, now)), cancelled }
    if (reply.claims.length < request.wanted.length) this.#news.waits(request.instance, request.types)
    return reply
  }

  renew(request: RenewRequest, now: number): RenewReply {
    this.#instances.hear(request.instance.id, this.process, now, request.leaseMs)
    this.#instances.note(request.instance, now)
    return this.#renewing.renew(request, now)
  }

  leave(instance: string): void {
    this.#news.stopsWaiting(instance)
    this.#instances.leave(instance)
  }

  cancel(request: CancelRequest, now: number): ControlAnswer {
    return this.#step(() => this.#control.cancel(request, now))
  }

  retry(request: ControlRequest, now: number): ControlAnswer {
    return this.#step(() => this.#control.retry(request, now))
  }

  prune(request: PruneRequest, now: number): PruneAnswer {
    return this.#step(() => this.#pruning.prune(request, now))
  }

  mend(now: number): readonly Mended[] {
    return this.#step(() => this.#mending.mend(now))
  }

  putSchedule(schedule: NewSchedule, now: number): ScheduleRecord {
    return this.#schedules.put(schedule, now)
  }

  removeSchedule(id: string, token: string): boolean {
    return this.#schedules.remove(id, token)
  }

  fire(request: FireRequest, now: number): FireAnswer {
    return this.#step(() => this.#schedules.fire(request, now))
  }

  loseProcess(process: number, now: number): number {
    return this.#step(() => {
      const lost = this.#instances.lose(process, now)
      // Who waits shall take them back: they are due.
      for (const { type, runs } of lost) this.#ledger.of(type).gained += runs
      return lost.reduce((sum, { runs }) => sum + runs, 0)
    })
  }

  get(id: string, now: number): JobRecord | null {
    return this.#reading.get(id, now)
  }

  list(query: ListQuery, now: number): ListAnswer {
    return this.#listing.list(query, now)
  }

  counts(now: number): QueueCounts {
    return this.#counting.counts(now)
  }

  metrics(): StoreMetrics {
    return this.#counting.metrics()
  }

  instances(now: number): readonly InstanceRecord[] {
    return this.#instances.records(now)
  }

  schedules(): readonly ScheduleRecord[] {
    return this.#schedules.all()
  }

  nextDueAt(): number | null {
    const { due_at: dueAt, expires_at: expiresAt } = this.#due.times()
    return earlier(dueAt, expiresAt)
  }

  hasWork(types: readonly string[], now: number): boolean {
    const dueAt = this.nextDueAt()
    return (dueAt !== null && dueAt <= now) || this.#claiming.hasReady(types)
  }

  #cycle(request: CycleRequest, now: number): Omit<CycleDone, 'cancelled'> {
    const stale = this.#settling.settle(request, now)
    const { reclaimed, nextDueAt, more } = this.#followDue(now)
    const { claims, isCut } = this.#claiming.claim(request, now)
    return {
      kind: 'done',
      now,
      claims,
      stale,
      reclaimed,
      nextDueAt: claims.length === 0 ? nextDueAt : earlier(nextDueAt, now + request.leaseMs),
      more: more || isCut,
    }
  }

  /** All that is due, as far as the bounds of a step go. */
  #followDue(now: number): Pick<CycleDone, 'reclaimed' | 'nextDueAt' | 'more'> {
    const before = this.#due.times()
    const dueAt = earlier(before.due_at, before.expires_at)
    if (before.has_ends === 0 && (dueAt === null || dueAt > now))
      return { reclaimed: [], nextDueAt: dueAt, more: false }
    this.#due.followEdges(now)
    this.#due.promoteDue(now)
    const reclaimed = this.#due.reclaimExpired(now)
    const after = this.#due.times()
    const nextDueAt = earlier(after.due_at, after.expires_at)
    return { reclaimed, nextDueAt, more: after.has_ends === 1 || (nextDueAt !== null && nextDueAt <= now) }
  }

  #step<T>(act: () => T): T {
    this.#ledger.begin()
    const answer = act()
    this.#ledger.end()
    return answer
  }
}
