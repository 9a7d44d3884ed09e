import type { Database } from './database.js'
import type { JobFacts } from './job-facts.js'
import type { Ledger } from './ledger.js'
import readySql from './sql/ready-places.sql'
import { type Command, type Query, SqlFile } from './sql-file.js'

/** Where the jobs stand that can be claimed: those without keys in lines, those with keys in their groups. */
export class ReadyPlaces {
  readonly #ledger: Ledger
  readonly #addReady: Command
  readonly #dropReady: Command
  readonly #addKeyed: Command
  readonly #dropKeyed: Command
  readonly #firstKeyed: Query<TicketRow>
  readonly #front: Query<TicketRow>
  readonly #addFront: Command
  readonly #setFront: Command
  readonly #dropFront: Command
  readonly #group: Query<GroupRow>

  constructor(database: Database, ledger: Ledger) {
    const sql = new SqlFile(database, readySql)
    this.#ledger = ledger
    this.#addReady = sql.command('add ready')
    this.#dropReady = sql.command('drop ready')
    this.#addKeyed = sql.command('add keyed')
    this.#dropKeyed = sql.command('drop keyed')
    this.#firstKeyed = sql.query('first keyed')
    this.#front = sql.query('front')
    this.#addFront = sql.command('add front')
    this.#setFront = sql.command('set front')
    this.#dropFront = sql.command('drop front')
    this.#group = sql.query('group')
  }

  /** Whether it was so that a waiting instance is to hear of it: whatever can be claimed, now or once a rate allows it. */
  add(job: ReadyFacts, ticket: number, readyAt: number, isInFront: boolean): boolean {
    if (job.grp !== 0) return this.#addToGroup(job, ticket, readyAt)
    const lateAt = isInFront || this.#ledger.isLate(readyAt) ? readyAt : null
    this.#addReady.run(job.rank, job.type, ticket, job.n, job.bytes, lateAt)
    return true
  }

  drop(job: Pick<ReadyFacts, 'rank' | 'type' | 'grp'>, ticket: number): void {
    const { grp, rank, type } = job
    if (grp === 0) return void this.#dropReady.run(rank, type, ticket)
    this.#dropKeyed.run(grp, rank, type, ticket)
    const first = this.#firstKeyed.get(grp, rank, type)?.ticket
    if (first === undefined) this.#dropFront.run(grp, rank, type)
    else this.#setFront.run(first, grp, rank, type)
  }

  #addToGroup({ grp, rank, type, n }: ReadyFacts, ticket: number, readyAt: number): boolean {
    this.#addKeyed.run(grp, rank, type, ticket, n, readyAt)
    const { served = 0, is_full: isFull = 0, free_at: freeAt = null } = this.#group.get(grp) ?? {}
    const front = this.#front.get(grp, rank, type)?.ticket
    if (front === undefined) {
      const isOpen = isFull === 0 && freeAt === null
      this.#addFront.run(grp, rank, type, ticket, served, isOpen ? 1 : 0)
    } else if (ticket < front) this.#setFront.run(ticket, grp, rank, type)
    return isFull === 0
  }
}

// -------------------------------------------------------------------------------------------------------------------

type ReadyFacts = Pick<JobFacts, 'rank' | 'type' | 'grp' | 'n' | 'bytes'>

interface TicketRow {
  readonly ticket: number
}

interface GroupRow {
  readonly served: number
  readonly is_full: number
  readonly free_at: number | null
}
