import { priorities } from '../../core/priority.js'
import type { JobRecord } from '../../core/queue-adapter.js'
import type { Database } from './database.js'
import { hasMark, mark } from './marks.js'
import { place, statusOf } from './places.js'
import { linesIn } from './renew-leases.js'
import readingSql from './sql/job-reading.sql'
import { type Query, SqlFile } from './sql-file.js'
import { fromStored, fromStoredOrNull, toStored } from './stored-text.js'
import type { TermsBook } from './terms-book.js'
import type { Ties } from './ties.js'

interface Parts {
  readonly terms: TermsBook
  readonly ties: Ties
}

/** Jobs as the contract gives them. */
export class JobReading {
  readonly #parts: Parts
  readonly #number: Query<{ readonly n: number }>
  readonly #whole: Query<RecordRow>
  readonly #brief: Query<RecordRow>

  constructor(database: Database, parts: Parts) {
    const sql = new SqlFile(database, readingSql)
    this.#parts = parts
    this.#number = sql.query('number')
    this.#whole = sql.query('whole')
    this.#brief = sql.query('brief')
  }

  get(id: string, now: number): JobRecord | null {
    const found = this.#number.get(toStored(id))
    return found === undefined ? null : this.whole(found.n, now)
  }

  /** By its number. */
  whole(n: number, now: number): JobRecord | null {
    const row = this.#whole.get(`[${n}]`, now)
    return row === undefined ? null : { ...recordOf(row), ...this.#termsOf(row) }
  }

  /** Without payloads and lines, in the order of the numbers. */
  briefs(numbers: readonly number[], now: number): readonly JobRecord[] {
    if (numbers.length === 0) return []
    return this.#brief.all(JSON.stringify(numbers), now).map(recordOf)
  }

  #termsOf(row: RecordRow): Pick<JobRecord, 'terms' | 'waitsFor'> {
    if (!hasMark(row, mark.terms)) return noTerms()
    const { terms, ties } = this.#parts
    return { terms: terms.of(row.n), waitsFor: row.state === place.blocked ? ties.waitsFor(row.n) : [] }
  }
}

// -------------------------------------------------------------------------------------------------------------------

function noTerms(): Pick<JobRecord, 'terms' | 'waitsFor'> {
  return { terms: null, waitsFor: [] }
}

interface RecordRow {
  readonly n: number
  readonly marks: number
  readonly id: string
  readonly type: string
  readonly state: number
  readonly rank: number
  readonly payload: string
  readonly options: string
  readonly generation: number
  readonly failures: number
  readonly max_attempts: number
  readonly created_at: number
  readonly ready_at: number
  readonly dedupe_key: string | null
  readonly schedule: string | null
  readonly is_running: number
  readonly fence: number
  readonly instance: string | null
  readonly lane: number | null
  readonly started_at: number | null
  readonly completed_at: number | null
  readonly run_ms: number | null
  readonly error: string | null
  readonly cancel_reason: string | null
  readonly progress: string | null
  readonly lines: string
  readonly blocked_by: string | null
  readonly is_key: number | null
  readonly result: string | null
}

function recordOf(row: RecordRow): JobRecord {
  return {
    id: fromStored(row.id),
    type: fromStored(row.type),
    status: statusOf(row.state, row.is_running === 1),
    priority: priorities[row.rank] ?? 'normal',
    payload: fromStored(row.payload),
    options: fromStored(row.options),
    generation: row.generation,
    failures: row.failures,
    maxAttempts: row.max_attempts,
    fence: String(row.fence),
    worker: row.instance === null ? null : `${fromStored(row.instance)}/${row.lane}`,
    createdAt: row.created_at,
    readyAt: row.ready_at,
    startedAt: row.started_at,
    completedAt: row.completed_at,
    runMs: row.run_ms,
    error: fromStoredOrNull(row.error),
    cancelReason: fromStoredOrNull(row.cancel_reason),
    progress: fromStoredOrNull(row.progress),
    lines: linesIn(row.lines),
    dedupeKey: fromStoredOrNull(row.dedupe_key),
    scheduleId: fromStoredOrNull(row.schedule),
    blockedBy: fromStoredOrNull(row.blocked_by),
    ...noTerms(),
    result: resultOf(row),
  }
}

function resultOf({ is_key: isKey, result }: RecordRow): JobRecord['result'] {
  if (result === null) return null
  return isKey === 1 ? { key: fromStored(result) } : { inline: fromStored(result) }
}
