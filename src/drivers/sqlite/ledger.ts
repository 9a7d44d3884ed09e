import { type SkipCounts, noSkips, priorities } from '../../core/priority.js'
import type { StateCounts } from '../../core/queue-adapter.js'
import type { Database } from './database.js'
import type { Flag } from './flags.js'
import type { News } from './news.js'
import { type FinalStatus } from './places.js'
import ledgerSql from './sql/ledger.sql'
import { type Command, type Query, SqlFile } from './sql-file.js'
import { fromStored } from './stored-text.js'
import { Tally } from './tally.js'

/**
 * The numbers of a queue, for one step: read when it begins, changed in memory, written once when it ends. Between steps
 * nothing is kept, since other processes change them too and a transaction may be rolled back. Types are stored texts here.
 */
export class Ledger {
  readonly #readHead: Query<HeadRow>
  readonly #writeHead: Command
  readonly #addCounts: Command
  readonly #news: News
  readonly #tallies = new Map<string, Tally>()
  readonly #held = new Map<string, number>()
  #seq = 0
  #fence = 0
  #skips = noSkips
  #latestReadyAt = 0
  #flags = 0
  #turn = 0
  #unkeyedTurn = 0
  readonly #claims = [0, 0, 0, 0]
  #isHeadChanged = false

  constructor(database: Database, news: News) {
    const sql = new SqlFile(database, ledgerSql)
    this.#readHead = sql.query('read head')
    this.#writeHead = sql.command('write head')
    this.#addCounts = sql.command('add counts')
    this.#news = news
  }

  /** A step begins. */
  begin(): void {
    const head = this.#readHead.get()
    this.#seq = head?.seq ?? 0
    this.#fence = head?.fence ?? 0
    this.#latestReadyAt = head?.latest_ready_at ?? 0
    this.#skips = head ? [head.skip_critical, head.skip_high, head.skip_normal, head.skip_low] : noSkips
    this.#flags = head?.flags ?? 0
    this.#turn = head?.turn ?? 0
    this.#unkeyedTurn = head?.unkeyed_turn ?? 0
    this.#claims.fill(0)
    this.#isHeadChanged = false
    this.#tallies.clear()
    this.#held.clear()
  }

  /** The step is over: what it changed is written, and what became ready is told. */
  end(): void {
    if (this.#isHeadChanged) this.#write()
    const counts = JSON.stringify(this.#counts())
    if (counts !== '{}') this.#addCounts.run(counts)
    for (const [type, { gained }] of this.#tallies)
      if (gained > 0) this.#news.readied(fromStored(type), gained)
  }

  /** The next number. */
  next(): number {
    return this.reserve(1)
  }

  /** The first of so many numbers. */
  reserve(count: number): number {
    const first = this.#seq + 1
    this.#seq += count
    this.#isHeadChanged = true
    return first
  }

  /** A fence for claims, above all that were ever given: max(the last + 1, the time in microseconds). */
  grantFence(now: number): number {
    return this.#raiseFence(Math.max(this.#fence + 1, Math.floor(now * 1000)))
  }

  /** What a fence becomes when the run that has it is taken away. */
  revokeFence(fence: number): number {
    this.#raiseFence(Math.max(this.#fence, fence + 1))
    return fence + 1
  }

  /** A job comes from another store with this fence: no later one is lower. */
  seeFence(fence: number): void {
    if (fence > this.#fence) this.#raiseFence(fence)
  }

  /** Whether there may be something in the tables of a flag. */
  has(flag: Flag): boolean {
    return (this.#flags & flag) !== 0
  }

  /** There is something in the tables of a flag from now on, or nothing any more. */
  note(flag: Flag, hasRows: boolean): void {
    const flags = hasRows ? this.#flags | flag : this.#flags & ~flag
    if (flags !== this.#flags) this.#isHeadChanged = true
    this.#flags = flags
  }

  /** The number of the last claim of a job without keys; 0 for none. */
  get unkeyedTurn(): number {
    return this.#unkeyedTurn
  }

  /** A job without keys is claimed. */
  serveUnkeyed(): void {
    this.#unkeyedTurn = this.nextTurn()
  }

  /** The number of the next claim. */
  nextTurn(): number {
    this.#isHeadChanged = true
    return ++this.#turn
  }

  /** A job of a class is claimed. */
  countClaim(rank: number): void {
    this.#claims[rank] = (this.#claims[rank] ?? 0) + 1
  }

  /** By how much this step has changed the number of jobs in a state so far, over those types. */
  changeOf(state: keyof StateCounts, isOfThem: (type: string) => boolean): number {
    let change = 0
    for (const [type, tally] of this.#tallies) if (isOfThem(type)) change += tally.changeOf(state)
    return change
  }

  get skips(): SkipCounts {
    return this.#skips
  }

  set skips(skips: SkipCounts) {
    this.#skips = skips
    this.#isHeadChanged = true
  }

  /** A job goes to the end of the ready ones: whether one ahead of it became ready later. */
  isLate(readyAt: number): boolean {
    if (readyAt < this.#latestReadyAt) return true
    if (readyAt > this.#latestReadyAt) this.#isHeadChanged = true
    this.#latestReadyAt = readyAt
    return false
  }

  /** The counters of a type. */
  of(type: string): Tally {
    const known = this.#tallies.get(type)
    if (known !== undefined) return known
    const fresh = new Tally()
    this.#tallies.set(type, fresh)
    return fresh
  }

  /** So many final jobs more, or fewer, may be removed. */
  countHeld(status: FinalStatus, jobs: number, bytes: number): void {
    for (const [name, by] of [
      [`held-count ${status}`, jobs],
      [`held-bytes ${status}`, bytes],
    ] as const)
      this.#held.set(name, (this.#held.get(name) ?? 0) + by)
  }

  #counts(): Record<string, number> {
    const counts: Record<string, number> = Object.fromEntries(this.#held)
    this.#claims.forEach((claims, rank) => {
      if (claims > 0) counts[`claims ${priorities[rank] ?? ''}`] = claims
    })
    for (const [type, tally] of this.#tallies)
      for (const [name, by] of tally.changes()) counts[`${name} ${type}`] = by
    return counts
  }

  #write(): void {
    const { skips } = this
    const rest = [this.#latestReadyAt, this.#flags, this.#turn, this.#unkeyedTurn]
    this.#writeHead.run(this.#seq, this.#fence, ...skips, ...rest)
  }

  #raiseFence(fence: number): number {
    this.#isHeadChanged = true
    this.#fence = fence
    return fence
  }
}

// -------------------------------------------------------------------------------------------------------------------

interface HeadRow {
  readonly seq: number
  readonly fence: number
  readonly skip_critical: number
  readonly skip_high: number
  readonly skip_normal: number
  readonly skip_low: number
  readonly latest_ready_at: number
  readonly flags: number
  readonly turn: number
  readonly unkeyed_turn: number
}
