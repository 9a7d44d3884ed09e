import type { PruneAnswer, PruneRequest, Retention } from '../../core/queue-adapter.js'
import type { Database } from './database.js'
import type { DedupeKeys } from './dedupe-keys.js'
import type { Groups } from './groups.js'
import type { JobSteps } from './job-steps.js'
import type { Ledger } from './ledger.js'
import { type Listed, numbersByType } from './listed.js'
import { type FinalStatus, finalStatuses, place } from './places.js'
import type { Removal } from './removal.js'
import retentionSql from './sql/retention.sql'
import { type Command, type Query, SqlFile } from './sql-file.js'
import { fromStored } from './stored-text.js'

interface Parts {
  readonly ledger: Ledger
  readonly listed: Listed
  readonly removal: Removal
  readonly dedupe: DedupeKeys
  readonly groups: Groups
  readonly steps: JobSteps
}

/** Removes final jobs beyond what is kept, first ended first, then results whose time is over. */
export class Pruning {
  readonly #parts: Parts
  readonly #held: Query<{ readonly jobs: number; readonly bytes: number }>
  readonly #oldest: Query<EndedRow>
  readonly #over: Query<OverRow>
  readonly #dropResults: Command

  constructor(database: Database, parts: Parts) {
    const sql = new SqlFile(database, retentionSql)
    this.#parts = parts
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
    this.#tidy(request.limit, now)
    return { removedJobs, expiredResults: over.rows.length, orphanedResults, more: more || over.more }
  }

  /** What is kept beside the jobs and has a time of its own. */
  #tidy(limit: number, now: number): void {
    const { dedupe, groups, steps } = this.#parts
    dedupe.tidy(now, limit)
    groups.tidy(now, limit)
    steps.tidy()
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
    const { ledger, listed, removal } = this.#parts
    ledger.countHeld(status, -rows.length, -bytes)
    for (const { type } of rows) ledger.of(type).state(status, -1)
    listed.leave(numbersByType(rows), place[status])
    removal.forget(
      rows.map(({ n }) => n),
      rows,
    )
  }

  #dropOver(limit: number, now: number): Step<OverRow> {
    const found = this.#over.all(now, Math.max(0, limit) + 1)
    const rows = found.slice(0, Math.max(0, limit))
    if (rows.length > 0) {
      this.#dropResults.run(JSON.stringify(rows.map(({ job }) => job)))
      const held = rows.reduce((sum, row) => sum + (row.ending === null ? 0 : row.bytes), 0)
      this.#parts.ledger.countHeld('completed', 0, -held)
    }
    return { rows, more: found.length > rows.length }
  }
}

// -------------------------------------------------------------------------------------------------------------------

interface EndedRow {
  readonly n: number
  readonly marks: number
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
