import { type Priority, rankOf } from '../../core/priority.js'
import type { NewJob } from '../../core/queue-adapter.js'
import type { FinalStatus } from '../../core/states.js'
import { CreationOrder } from './creation-order.js'
import { DedupeKeys } from './dedupe-keys.js'
import { DueHeap } from './due-heap.js'
import { EndedShelf } from './ended-shelf.js'
import { Entry, hasEnded } from './entry.js'
import { setTerms } from './entry-terms.js'
import { hasDependents, isAwaited } from './extra.js'
import { Fences } from './fences.js'
import type { Hints } from './hints.js'
import type { JobKind } from './job-kind.js'
import { JobKinds } from './job-kinds.js'
import { Lineups, blockBy, unblock } from './lineups.js'
import { NoticeRules } from './notice-rules.js'
import { noteEnd } from './notices.js'
import { Outbox } from './outbox.js'
import { PauseBook } from './pauses.js'
import { RateLog } from './rate-log.js'
import { ReadyLists } from './ready-lists.js'
import { dropResult } from './results.js'
import { type Tie, Ties } from './ties.js'

/**
 * All jobs and every index over them. A job moves only through the methods here: each takes it out of the index it stands
 * in, puts it into another and keeps the counts, so that a job is in exactly one index and the counts are always a recount.
 */
export class JobTable {
  readonly kinds = new JobKinds()
  readonly pauses = new PauseBook()
  readonly ready: ReadyLists
  /** Delayed and retrying jobs. */
  readonly due = new DueHeap<Entry>()
  /** Running jobs, by the end of their lease. */
  readonly leases = new DueHeap<Entry>()
  readonly created = new CreationOrder()
  readonly shelf = new EndedShelf()
  readonly outbox = new Outbox()
  readonly lineups = new Lineups()
  readonly ties = new Ties()
  readonly dedupe = new DedupeKeys()
  readonly noticeRules = new NoticeRules()
  readonly fences = new Fences()
  /** Starts under the rate of the whole queue. */
  readonly starts = new RateLog()
  readonly hints: Hints
  readonly #byId = new Map<string, Entry>()
  #bytes = 0
  #running = 0

  constructor(hints: Hints) {
    this.hints = hints
    this.ready = new ReadyLists(hints)
  }

  get size(): number {
    return this.#byId.size
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Jobs that run, without the library's own. */
  get running(): number {
    return this.#running
  }

  get(id: string): Entry | undefined {
    return this.#byId.get(id)
  }

  /** Makes a job, which stands nowhere until it is told where. Its id and its dedupe key are free. */
  add(job: NewJob, now: number, scheduleId: string | null): Entry {
    const entry = this.receive(job, now, scheduleId, null)
    entry.kind.totals.submitted++
    this.beginLife(entry, true)
    return entry
  }

  /** As `add`, of a job that comes from another store: nothing is counted, and its life does not begin. */
  receive(job: NewJob, createdAt: number, scheduleId: string | null, sequence: number | null): Entry {
    const kind = this.kinds.of(job.type)
    const entry = new Entry(job, kind, createdAt, sequence ?? this.created.nextPlace(), scheduleId)
    if (job.terms !== undefined) setTerms(entry, job.terms)
    this.#byId.set(entry.id, entry)
    this.created.add(entry)
    this.#bytes += entry.bytes
    this.lineups.arrive(entry)
    this.ties.arrive(entry)
    return entry
  }

  /** From now on it has its keys, whose limits it sets if it is new, and its place in the line of its schedule. */
  beginLife(entry: Entry, isNew: boolean): void {
    this.dedupe.take(entry)
    this.lineups.join(entry)
    if (entry.extra !== null) this.ready.keyed.join(entry, isNew)
  }

  /** Ready from `readyAt` on, at the end of its class. */
  makeReady(entry: Entry, readyAt: number): void {
    this.#enterReady(entry, readyAt)
    this.ready.append(entry)
  }

  /** Ready again as though it had never been taken, in front of its class. */
  giveBack(entry: Entry, readyAt: number): void {
    this.#enterReady(entry, readyAt)
    this.ready.giveBack(entry)
  }

  /** Waits for its time. A waiting instance is told when nothing falls due earlier, or it would sleep past it. */
  postpone(entry: Entry, place: 'delayed' | 'retrying', dueAt: number): void {
    this.#leave(entry)
    this.#enter(entry, place)
    entry.readyAt = dueAt
    this.due.add(entry, dueAt)
    if (this.due.top() === entry) this.hints.readied(entry.kind)
  }

  /** Ready when its time has come, which may be now. */
  waitUntil(entry: Entry, dueAt: number, now: number): void {
    if (dueAt > now) this.postpone(entry, 'delayed', dueAt)
    else this.makeReady(entry, now)
  }

  /** Waits for another job of its schedule. */
  block(entry: Entry, blocker: Entry): void {
    this.blockByTies(entry)
    blockBy(entry, blocker)
  }

  /** Waits for those that it is tied to. */
  blockByTies(entry: Entry): void {
    this.#leave(entry)
    this.#enter(entry, 'blocked')
  }

  /** Puts a job that waits into another class, at its end. */
  reclass(entry: Entry, priority: Priority): void {
    const isReady = entry.place === 'pending'
    if (isReady) this.ready.remove(entry)
    entry.priority = priority
    entry.rank = rankOf(priority)
    if (isReady) this.ready.append(entry)
  }

  /** A job that `ready` gave out runs from now on. */
  start(entry: Entry, instance: string, lane: number, now: number, leaseMs: number): void {
    entry.kind.counts.pending--
    this.#enter(entry, 'processing')
    this.fences.grant(entry, now)
    entry.instance = instance
    entry.lane = lane
    entry.startedAt = now
    entry.linesOfRun = 0
    this.leases.add(entry, now + leaseMs)
    if (!entry.kind.isInternal) this.#running++
    if (entry.extra !== null) this.ready.keyed.started(entry, now)
    if (entry.kind.gained > 0) entry.kind.gained--
  }

  end(entry: Entry, place: FinalStatus, now: number): void {
    const blocker = entry.link?.blocker ?? null
    this.#leave(entry)
    if (blocker !== null && entry.link) entry.link.heir = blocker
    this.#enter(entry, place)
    entry.completedAt = now
    entry.ticket = this.ready.nextTicket()
    this.dedupe.end(entry, now)
    this.#endLife(entry)
    const tells = this.#tellWaiting(entry)
    if (entry.extra !== null || this.noticeRules.isAny) noteEnd(this, entry, place, now)
    if (!tells) this.mayRemove(entry)
    this.hints.ended(entry.id, entry.kind.name, place)
  }

  /** A job that ended in another store stands here as it did there. */
  restore(entry: Entry, place: FinalStatus): void {
    this.#enter(entry, place)
    entry.ticket = this.ready.nextTicket()
    if (!this.#tellWaiting(entry)) this.mayRemove(entry)
  }

  /** Takes a job out of the index it stands in: it stands nowhere until it is told where. */
  lift(entry: Entry): void {
    this.#leave(entry)
    entry.place = 'nowhere'
  }

  /**
   * From now on retention may remove it, if it is final, every job behind it has been told and none depends on it; one of which
   * nothing is to be kept is forgotten at once.
   */
  mayRemove(entry: Entry): void {
    if (!hasEnded(entry) || isAwaited(entry)) return
    if (entry.isKept || hasDependents(entry)) return this.shelf.put(entry, entry.place as FinalStatus)
    dropResult(this, entry)
    this.forget(entry)
  }

  /** A job is kept no longer for one that depended on it. */
  release(tie: Tie): void {
    const parent = this.ties.release(tie)
    if (parent !== null) this.mayRemove(parent)
  }

  /** From now on it depends on none of those that it did. */
  letGo({ extra }: Entry): void {
    if (extra === null || extra.wait === null) return
    const { ties } = extra.wait
    extra.wait = null
    for (const tie of ties) this.release(tie)
  }

  /** Lets a job go to another store, whatever its state: that is no end of it. */
  withdraw(entry: Entry): void {
    const blocker = entry.link?.blocker ?? null
    const lives = !hasEnded(entry)
    this.lift(entry)
    this.dedupe.leave(entry)
    if (lives) this.#endLife(entry)
    this.letGo(entry)
    dropResult(this, entry)
    this.forget(entry)
    this.lineups.depart(entry, blocker)
    this.ties.depart(entry)
  }

  /** Removes a job, which has ended if it does not go elsewhere. */
  forget(entry: Entry): void {
    this.#leave(entry)
    this.#byId.delete(entry.id)
    this.created.remove(entry)
    this.fences.retire(entry)
    this.#bytes -= entry.bytes
  }

  /** The size of a job changed. */
  resize(entry: Entry, bytes: number): void {
    entry.bytes += bytes
    this.#bytes += bytes
    if (entry.place === 'completed') this.shelf.grow(entry, bytes)
  }

  #endLife(entry: Entry): void {
    this.lineups.part(entry)
    if (entry.extra === null) return
    this.ready.keyed.part(entry)
    entry.extra.steps = null
  }

  /** Edges are followed by the next cycle, whoever's it is: someone who waits shall make one. */
  #tellWaiting(ended: Entry): boolean {
    if (ended.link === null && ended.extra === null) return false
    const tells = this.outbox.append(ended)
    if (ended.extra !== null) ended.extra.wait = null
    if (!this.outbox.isEmpty) this.hints.stepDue(ended.kind)
    return tells
  }

  #enterReady(entry: Entry, readyAt: number): void {
    this.#leave(entry)
    this.#enter(entry, 'pending')
    entry.readyAt = readyAt
    if (!this.pauses.isAny || !this.pauses.has(entry.kind)) this.hints.readied(entry.kind)
  }

  #enter(entry: Entry, place: keyof JobKind['counts']): void {
    entry.place = place
    entry.kind.counts[place]++
    if (place !== 'completed' && place !== 'dead_letter' && place !== 'cancelled')
      this.hints.moved(entry.id, entry.kind.name, place === 'delayed' ? 'pending' : place)
  }

  /** Takes a job out of the index it stands in; `place` still says which that was. */
  #leave(entry: Entry): void {
    const { place } = entry
    if (place === 'nowhere') return
    entry.kind.counts[place]--
    if (place === 'processing') this.#stop(entry)
    else if (place === 'pending') this.ready.remove(entry)
    else if (place === 'delayed' || place === 'retrying') this.due.remove(entry)
    else if (place === 'blocked') unblock(entry)
    else this.shelf.take(entry, place)
  }

  #stop(entry: Entry): void {
    this.leases.remove(entry)
    if (!entry.kind.isInternal) {
      this.#running--
      this.hints.slotFreed()
    }
    if (entry.extra !== null) this.ready.keyed.stopped(entry)
  }
}
