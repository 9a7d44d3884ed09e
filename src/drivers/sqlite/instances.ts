import type { InstanceInfo, InstanceRecord, LeaseRef } from '../../core/queue-adapter.js'
import type { Database } from './database.js'
import instancesSql from './sql/instances.sql'
import { type Command, type Query, SqlFile } from './sql-file.js'
import { fromStored, toStored } from './stored-text.js'

/** Runs of one type, a stored text, whose process is dead. */
export interface LostRuns {
  readonly type: string
  readonly runs: number
}

/** The instances that have been heard of lately. */
export class Instances {
  readonly #hear: Command
  readonly #known: Query<KnownRow>
  readonly #note: Command
  readonly #gone: Query<{ readonly id: string }>
  readonly #ofProcess: Query<{ readonly id: string }>
  readonly #leave: Command
  readonly #take: Command
  readonly #taken: Query<{ readonly id: string; readonly fence: number }>
  readonly #told: Command
  readonly #records: Query<RecordRow>
  readonly #typesRun: Query<LostRuns>
  readonly #endLeases: Command

  constructor(database: Database) {
    const sql = new SqlFile(database, instancesSql)
    this.#hear = sql.command('hear')
    this.#known = sql.query('known')
    this.#note = sql.command('note')
    this.#gone = sql.query('gone')
    this.#ofProcess = sql.query('of process')
    this.#leave = sql.command('leave')
    this.#take = sql.command('take')
    this.#taken = sql.query('taken')
    this.#told = sql.command('told')
    this.#records = sql.query('records')
    this.#typesRun = sql.query('types run')
    this.#endLeases = sql.command('end leases')
  }

  /** An instance of this process just said something. Whether runs of it were cancelled since it was last told. */
  hear(instance: string, process: number | null, now: number, leaseMs: number): boolean {
    const id = toStored(instance)
    const known = this.#known.get(id)
    // Whoever comes new pays for those that went without a word.
    if (known === undefined) for (const gone of this.#gone.all(now)) this.#forget(gone.id)
    if (known?.process !== process || known.lease_ms !== leaseMs || !isFresh(known, now))
      this.#hear.run(id, process, now, leaseMs)
    return known?.has_taken === 1
  }

  /** How an instance that was heard describes itself. */
  note(info: InstanceInfo, now: number): void {
    this.#note.run(toStored(JSON.stringify(info)), now, toStored(info.id))
  }

  leave(instance: string): void {
    this.#forget(toStored(instance))
  }

  /** A run of this instance was cancelled: its next cycle shall be told. Stored texts. */
  take(instance: string, id: string, fence: number): void {
    this.#take.run(id, fence, instance)
  }

  /** The runs of an instance that were cancelled since it was last told. */
  tell(instance: string): readonly LeaseRef[] {
    const id = toStored(instance)
    const taken = this.#taken.all(id)
    this.#told.run(id)
    return taken.map((run) => ({ id: fromStored(run.id), fence: String(run.fence) }))
  }

  records(now: number): readonly InstanceRecord[] {
    return this.#records.all(now).map(({ info, heartbeat_at: heartbeatAt, lease_ms: leaseMs }) => {
      const { id, host, pid, startedAt, workers, slots, busy, types, zombies } = infoIn(info)
      const own = { id, host, pid, startedAt, workers, slots, busy, types, zombies }
      return { ...own, heartbeatAt, healthy: now - heartbeatAt < leaseMs }
    })
  }

  /** The instances of a process that is dead: their leases are over, and nobody waits for their next word. The runs by type. */
  lose(process: number, now: number): readonly LostRuns[] {
    return this.#ofProcess.all(process).flatMap(({ id }) => {
      const lost = this.#typesRun.all(id)
      this.#endLeases.run(now, id, now)
      this.#forget(id)
      return lost
    })
  }

  #forget(id: string): void {
    this.#leave.run(id)
    this.#told.run(id)
  }
}

// -------------------------------------------------------------------------------------------------------------------

interface KnownRow {
  readonly process: number | null
  readonly seen_at: number
  readonly lease_ms: number
  readonly has_taken: number
}

interface RecordRow {
  readonly info: string
  readonly heartbeat_at: number
  readonly lease_ms: number
}

/** It was noted so lately that another note would only cost a write: an instance is gone after ten leases. */
function isFresh({ seen_at: seenAt, lease_ms: leaseMs }: KnownRow, now: number): boolean {
  return now >= seenAt && now - seenAt < leaseMs / 4
}

function infoIn(text: string): InstanceInfo {
  return JSON.parse(fromStored(text)) as InstanceInfo
}
