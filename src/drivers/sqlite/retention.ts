import type { PruneAnswer, PruneRequest, Retention } from '../../core/queue-adapter.js'
import type { Database } from './database.js'
import type { Ledger } from './ledger.js'
import { type Listed, numbersByType } from './listed.js'
import { type FinalStatus, finalStatuses, place } from './places.js'
import type { Removal } from './removal.js'
import retentionSql from './sql/retention.sql'
import { type Command, type Query, SqlFile } from './sql-file.js'
import { fromStored } from './stored-text.js'

/** Removes final jobs beyond what is kept, first ended first, then results whose time is over. */
export class Pruning {
  readonly #ledger: Ledger
  readonly #listed: Listed
  readonly #removal: Removal
  readonly #held: Query<{ readonly jobs: number; readonly bytes: number }>
  readonly #oldest: Query<EndedRow>
  readonly #over: Query<OverRow>
  readonly #dropResults: Command

  constructor(
    database: Database,
    { ledger, listed, removal }: { ledger: Ledger; listed: Listed; removal: Removal },
  ) {
    const sql = new SqlFile(database, retentionSql)
    this.#ledger = ledger
    this.#listed = listed
    this.#removal = removal
    this.#held = sql.query('held')
    this.#oldest = sql.query('oldest')
    this.#over = sql.query('over')
    this.#dropResults = sql.command('drop results')
  }

  prune(request: PruneRequest, now: number): PruneAnswer {
    const orphanedResults: string[] = []
    let more = false
    let removedJobs = 0
    for (const status of finalStatuses) {
      const step = this.#removeBeyond(status, request[status], { limit: request.limit - removedJobs, now })
      removedJobs += step.rows.length
      more ||= step.more
      noteKeys(step.rows, orphanedResults)
    }
    const over = this.#dropOver(request.limit - removedJobs, now)
    noteKeys(over.rows, orphanedResults)
    return { removedJobs, expiredResults: over.rows.length, orphanedResults, more: more || over.more }
  }

  #removeBeyond(
    status: FinalStatus,
    kept: Retention,
    { limit, now }: { readonly limit: number; readonly now: number },
  ): Step<EndedRow> {
    const held = this.#held.get(`held-count ${status}`, `held-bytes ${status}`)
    let { jobs, bytes } = held ?? { jobs: 0, bytes: 0 }
    const rows: EndedRow[] = []
    for (const row of this.#oldest.all(place[status], limit + 1)) {
      const isOld = row.completed_at !== null && now - row.completed_at >= kept.ageMs
      if (jobs <= kept.count && bytes <= kept.bytes && !isOld) break
      rows.push(row)
      jobs--
      bytes -= row.bytes + row.result_bytes
    }
    const removed = rows.slice(0, Math.max(0, limit))
    this.#remove(status, removed)
    return { rows: removed, more: rows.length > removed.length }
  }

  #remove(status: FinalStatus, rows: readonly EndedRow[]): void {
    if (rows.length === 0) return
    const bytes = rows.reduce((sum, row) => sum + row.bytes + row.result_bytes, 0)
    this.#ledger.countHeld(status, -rows.length, -bytes)
    for (const { type } of rows) this.#ledger.of(type).state(status, -1)
    this.#listed.leave(numbersByType(rows), place[status])
    this.#removal.forget(rows.map(({ n }) => n))
  }

  #dropOver(limit: number, now: number): Step<OverRow> {
    const found = this.#over.all(now, Math.max(0, limit) + 1)
    const rows = found.slice(0, Math.max(0, limit))
    if (rows.length > 0) {
      this.#dropResults.run(JSON.stringify(rows.map(({ job }) => job)))
      const held = rows.reduce((sum, row) => sum + (row.ending === null ? 0 : row.bytes), 0)
      this.#ledger.countHeld('completed', 0, -held)
    }
    return { rows, more: found.length > rows.length }
  }
}

// -------------------------------------------------------------------------------------------------------------------

interface EndedRow {
  readonly n: number
  readonly completed_at: number | null
  readonly type: string
  readonly bytes: number
  readonly result_bytes: number
  readonly result_key: string | null
}

interface OverRow {
  readonly job: number
  readonly bytes: number
  readonly result_key: string | null
  /** Null while retention may not remove the job. */
  readonly ending: number | null
}

interface Step<R> {
  readonly rows: readonly R[]
  /** The limit left some. */
  readonly more: boolean
}

function noteKeys(rows: readonly { readonly result_key: string | null }[], keys: string[]): void {
  for (const { result_key: key } of rows) if (key !== null) keys.push(fromStored(key))
}
