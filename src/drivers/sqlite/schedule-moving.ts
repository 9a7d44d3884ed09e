import type { Reception, Withdrawn } from '../../core/queue-adapter.js'
import type { ScheduleRecord } from '../../core/schedule.js'
import type { Database } from './database.js'
import type { News } from './news.js'
import movingSql from './sql/schedule-moving.sql'
import { type Command, type Query, SqlFile } from './sql-file.js'
import { toStored } from './stored-text.js'

/** Schedules that go to another store, or come from one. */
export class ScheduleMoving {
  readonly #news: News
  readonly #find: Query<StandingRow>
  readonly #isTaken: Query<{ readonly yes: number }>
  readonly #remove: Command
  readonly #add: Command

  constructor(database: Database, news: News) {
    const sql = new SqlFile(database, movingSql)
    this.#news = news
    this.#find = sql.query('find')
    this.#isTaken = sql.query('is taken')
    this.#remove = sql.command('remove')
    this.#add = sql.command('add')
  }

  /** Lets one that stands as it was exported go. */
  withdraw(exported: ScheduleRecord): Withdrawn {
    const id = toStored(exported.id)
    const row = this.#find.get(id)
    if (row === undefined) return 'missing'
    if (!isSame(row, exported)) return 'changed'
    if (row.is_live === 1) return 'bound'
    this.#remove.run(id)
    this.#news.schedulesChanged()
    return 'gone'
  }

  receptionOf({ id, name }: Pick<ScheduleRecord, 'id' | 'name'>): Reception {
    return this.#isTaken.get(toStored(id), toStored(name)) === undefined ? 'free' : 'conflict'
  }

  /** Puts one in; its id and its name are free. */
  receive(given: ScheduleRecord): void {
    const { version, enabled, createdAt, nextSlot, lastFiredAt, fired, skipped } = given
    const texts = [given.id, given.name, given.digest, given.definition].map(toStored)
    const [id = '', name = '', digest = '', definition = ''] = texts
    const state = [enabled ? 1 : 0, createdAt, nextSlot, lastFiredAt, fired, skipped]
    this.#add.run(id, name, version, digest, definition, ...state)
    this.#news.schedulesChanged()
  }
}

// -------------------------------------------------------------------------------------------------------------------

interface StandingRow {
  readonly version: number
  readonly digest: string
  readonly enabled: number
  readonly next_slot: number | null
  readonly fired: number
  readonly skipped: number
  readonly is_live: number
}

/** Whether nothing has happened to a schedule since. */
function isSame(
  row: StandingRow,
  { version, digest, enabled, nextSlot, fired, skipped }: ScheduleRecord,
): boolean {
  return (
    row.version === version &&
    row.digest === toStored(digest) &&
    (row.enabled === 1) === enabled &&
    row.next_slot === nextSlot &&
    row.fired === fired &&
    row.skipped === skipped
  )
}
