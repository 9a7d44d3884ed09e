import type { NewJob } from '../../core/queue-adapter.js'
import { CreationOrder } from './creation-order.js'
import { DueHeap } from './due-heap.js'
import { EndedList } from './ended-list.js'
import { Entry, hasEnded } from './entry.js'
import { Fences } from './fences.js'
import type { Hints } from './hints.js'
import { JobKind } from './job-kind.js'
import { Lineups, blockBy, unblock } from './lineups.js'
import { Outbox } from './outbox.js'
import { ReadyLists } from './ready-lists.js'

export type FinalPlace = 'completed' | 'dead_letter' | 'cancelled'

/**
 * All jobs and every index over them. A job moves only through the methods here: each takes it out of the index it stands
 * in, puts it into another and keeps the counts, so that a job is in exactly one index and the counts are always a recount.
 */
export class JobTable {
  readonly ready = new ReadyLists()
  /** Delayed and retrying jobs. */
  readonly due = new DueHeap<Entry>()
  /** Running jobs, by the end of their lease. */
  readonly leases = new DueHeap<Entry>()
  /** Completed jobs with a result, by the end of its time. */
  readonly results = new DueHeap<Entry>()
  readonly created = new CreationOrder()
  /** Final jobs that nobody waits for any more: those that may be removed. */
  readonly ended = {
    completed: new EndedList(),
    dead_letter: new EndedList(),
    cancelled: new EndedList(),
  } as const
  readonly outbox = new Outbox()
  readonly lineups = new Lineups()
  readonly fences = new Fences()
  readonly #hints: Hints
  readonly #byId = new Map<string, Entry>()
  /** The live job that has a dedupe key. */
  readonly #byKey = new Map<string, Entry>()
  readonly #kinds = new Map<string, JobKind>()
  #sequence = 0
  #bytes = 0

  constructor(hints: Hints) {
    this.#hints = hints
  }

  get size(): number {
    return this.#byId.size
  }

  get bytes(): number {
    return this.#bytes
  }

  get kinds(): Iterable<JobKind> {
    return this.#kinds.values()
  }

  get(id: string): Entry | undefined {
    return this.#byId.get(id)
  }

  keyHolder(dedupeKey: string | null): Entry | undefined {
    return dedupeKey === null ? undefined : this.#byKey.get(dedupeKey)
  }

  /** Those of the types that any job ever had. */
  kindsOf(types: readonly string[]): readonly JobKind[] {
    const kinds: JobKind[] = []
    for (const type of types) {
      const kind = this.#kinds.get(type)
      if (kind !== undefined) kinds.push(kind)
    }
    return kinds
  }

  /** Makes a job, which stands nowhere until it is told where. Its id and its dedupe key are free. */
  add(job: NewJob, now: number, scheduleId: string | null): Entry {
    const entry = this.receive(job, now, scheduleId, null)
    entry.kind.totals.submitted++
    this.beginLife(entry)
    return entry
  }

  /** As `add`, of a job that comes from another store: nothing is counted, and its life does not begin. */
  receive(job: NewJob, createdAt: number, scheduleId: string | null, sequence: number | null): Entry {
    let kind = this.#kinds.get(job.type)
    if (kind === undefined) this.#kinds.set(job.type, (kind = new JobKind(job.type)))
    const entry = new Entry(job, kind, createdAt, sequence ?? ++this.#sequence, scheduleId)
    this.#byId.set(entry.id, entry)
    this.created.add(entry)
    this.#bytes += entry.bytes
    this.lineups.arrive(entry)
    return entry
  }

  /** From now on it has its dedupe key, and its place in the line of its schedule. */
  beginLife(entry: Entry): void {
    if (entry.dedupeKey !== null) this.#byKey.set(entry.dedupeKey, entry)
    this.lineups.join(entry)
  }

  /** Keeps places in the order of creation free; the last one before them. */
  reserve(places: number): number {
    this.#sequence += places
    return this.#sequence - places
  }

  /** The last place in the order of creation that was given. */
  get newest(): number {
    return this.#sequence
  }

  /** Ready from `readyAt` on, at the end of its class. */
  makeReady(entry: Entry, readyAt: number): void {
    this.#leave(entry)
    this.#enter(entry, 'pending')
    entry.readyAt = readyAt
    this.ready.append(entry)
    this.#hints.readied(entry.kind)
  }

  /** Ready again as though it had never been taken, in front of its class. */
  giveBack(entry: Entry, readyAt: number): void {
    this.#leave(entry)
    this.#enter(entry, 'pending')
    entry.readyAt = readyAt
    this.ready.giveBack(entry)
    this.#hints.readied(entry.kind)
  }

  /** Waits for its time. A waiting instance is told when nothing falls due earlier, or it would sleep past it. */
  postpone(entry: Entry, place: 'delayed' | 'retrying', dueAt: number): void {
    this.#leave(entry)
    this.#enter(entry, place)
    entry.readyAt = dueAt
    this.due.add(entry, dueAt)
    if (this.due.top() === entry) this.#hints.readied(entry.kind)
  }

  block(entry: Entry, blocker: Entry): void {
    this.#leave(entry)
    this.#enter(entry, 'blocked')
    blockBy(entry, blocker)
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
    if (entry.kind.gained > 0) entry.kind.gained--
  }

  end(entry: Entry, place: FinalPlace, now: number): void {
    const blocker = entry.link?.blocker ?? null
    this.#leave(entry)
    if (blocker !== null && entry.link) entry.link.heir = blocker
    this.#enter(entry, place)
    entry.completedAt = now
    this.#endLife(entry)
    this.#tellWaiting(entry)
    this.#hints.ended(entry.id, entry.kind.name, place)
  }

  /** A job that ended in another store stands here as it did there. */
  restore(entry: Entry, place: FinalPlace): void {
    this.#enter(entry, place)
    this.#tellWaiting(entry)
  }

  /** Keeps the result of a job that has just completed. */
  keepResult(entry: Entry, result: NonNullable<Entry['result']>, until: number): void {
    const bytes = 'inline' in result ? Buffer.byteLength(result.inline) : 0
    this.#resize(entry, bytes)
    entry.result = result
    this.results.add(entry, until)
  }

  /** Lets a result go, and says under which key of the storage it was. */
  dropResult(entry: Entry): string | null {
    const { result } = entry
    if (result === null) return null
    this.results.remove(entry)
    entry.result = null
    if ('key' in result) return result.key
    this.#resize(entry, -Buffer.byteLength(result.inline))
    return null
  }

  /** Gives a final job a new life. Its dedupe key is free. */
  revive(entry: Entry, now: number): void {
    unblock(entry)
    entry.generation++
    entry.failures = 0
    this.beginLife(entry)
    this.makeReady(entry, now)
  }

  /**
   * From now on retention may remove it, if it is final and every job behind it has been told; one of which nothing is to be
   * kept is forgotten at once.
   */
  mayRemove(entry: Entry): void {
    if (!hasEnded(entry) || (entry.link?.openEntries ?? 0) > 0) return
    if (!entry.isKept) return this.forget(entry)
    const list = this.ended[entry.place as FinalPlace]
    if (!list.has(entry)) list.add(entry)
  }

  /** Lets a job go to another store, whatever its state: that is no end of it. */
  withdraw(entry: Entry): void {
    const blocker = entry.link?.blocker ?? null
    if (!hasEnded(entry)) this.#endLife(entry)
    this.dropResult(entry)
    this.forget(entry)
    this.lineups.depart(entry, blocker)
  }

  /** Removes a job, which has ended if it does not go elsewhere. */
  forget(entry: Entry): void {
    this.#leave(entry)
    this.#byId.delete(entry.id)
    this.created.remove(entry)
    this.fences.retire(entry)
    this.#bytes -= entry.bytes
  }

  #endLife(entry: Entry): void {
    if (entry.dedupeKey !== null) this.#byKey.delete(entry.dedupeKey)
    this.lineups.part(entry)
  }

  /** Edges are followed by the next cycle, whoever's it is: someone who waits shall make one. */
  #tellWaiting(ended: Entry): void {
    if (this.outbox.append(ended)) this.#hints.readied(ended.kind)
    else this.mayRemove(ended)
  }

  #enter(entry: Entry, place: keyof JobKind['counts']): void {
    entry.place = place
    entry.kind.counts[place]++
    if (place !== 'completed' && place !== 'dead_letter' && place !== 'cancelled')
      this.#hints.moved(entry.id, entry.kind.name, place === 'delayed' ? 'pending' : place)
  }

  /** Takes a job out of the index it stands in; `place` still says which that was. */
  #leave(entry: Entry): void {
    const { place } = entry
    if (place === 'nowhere') return
    entry.kind.counts[place]--
    if (place === 'processing') this.leases.remove(entry)
    else if (place === 'pending') this.ready.remove(entry)
    else if (place === 'delayed' || place === 'retrying') this.due.remove(entry)
    else if (place === 'blocked') unblock(entry)
    else if (this.ended[place].has(entry)) this.ended[place].remove(entry)
  }

  #resize(entry: Entry, bytes: number): void {
    entry.bytes += bytes
    this.#bytes += bytes
    if (entry.place === 'completed' && this.ended.completed.has(entry)) this.ended.completed.grow(bytes)
  }
}
