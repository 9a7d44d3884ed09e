import type { CycleRequest, LeaseRef, OutcomeReport } from '../../core/queue-adapter.js'
import type { Database, SqlValue } from './database.js'
import type { JobFacts, JobFinder } from './job-facts.js'
import { type Listed, type NumbersByType, numbersByType } from './listed.js'
import type { Ledger } from './ledger.js'
import type { Moves } from './moves.js'
import type { News } from './news.js'
import type { Notices } from './notices.js'
import { place } from './places.js'
import type { Removal } from './removal.js'
import settleSql from './sql/settle-outcomes.sql'
import { type Command, type Query, type RowsCommand, SqlFile } from './sql-file.js'
import { fromStored, toStored } from './stored-text.js'

interface Parts {
  readonly ledger: Ledger
  readonly news: News
  readonly finder: JobFinder
  readonly listed: Listed
  readonly moves: Moves
  readonly removal: Removal
  readonly notices: Notices
}

/** Applies the outcomes of runs that are still this instance's; answers the others. */
export class OutcomeSettling {
  readonly #ledger: Ledger
  readonly #news: News
  readonly #finder: JobFinder
  readonly #listed: Listed
  readonly #moves: Moves
  readonly #removal: Removal
  readonly #notices: Notices
  readonly #runs: Query<RunRow>
  readonly #keepRuns: Command
  readonly #keepResults: RowsCommand
  readonly #endLeases: Command
  readonly #freeKeys: Command

  constructor(database: Database, { ledger, news, finder, listed, moves, removal, notices }: Parts) {
    const sql = new SqlFile(database, settleSql)
    this.#ledger = ledger
    this.#news = news
    this.#finder = finder
    this.#listed = listed
    this.#moves = moves
    this.#removal = removal
    this.#notices = notices
    this.#runs = sql.query('runs')
    this.#keepRuns = sql.command('keep runs')
    this.#keepResults = sql.rows('keep result')
    this.#endLeases = sql.command('end leases')
    this.#freeKeys = sql.command('free keys')
  }

  settle({ outcomes, instance }: CycleRequest, now: number): readonly LeaseRef[] {
    if (outcomes.length === 0) return []
    const { runs, stale } = this.#match(outcomes, instance)
    const kept: Run[] = []
    const consumed: Run[] = []
    const others: Run[] = []
    const told = this.#notices.wantedOf(new Set(runs.map(({ type }) => type)), 'completed')
    for (const run of runs) {
      if (!isPlain(run) || told.has(run.type)) others.push(run)
      else if (run.report.keep) kept.push(run)
      else consumed.push(run)
    }
    if (kept.length > 0) this.#completeAll(kept, now)
    if (consumed.length > 0) this.#consumeAll(consumed)
    for (const run of others) this.#settleOne(run, now)
    return stale
  }

  /** The runs that the outcomes are of, each once, and the outcomes that are of none. */
  #match(outcomes: readonly OutcomeReport[], instance: string): { runs: readonly Run[]; stale: LeaseRef[] } {
    const ids = JSON.stringify(outcomes.map(({ id }) => toStored(id)))
    const rows = this.#runs.all(ids, toStored(instance))
    const settled = new Set<number>()
    const runs: Run[] = []
    const stale: LeaseRef[] = []
    let next = 0
    outcomes.forEach((report, at) => {
      const row = rows[next]
      if (row?.at === at) next++
      if (row?.at === at && String(row.fence) === report.fence && !settled.has(row.n)) {
        settled.add(row.n)
        runs.push({ n: row.n, type: row.type, row, report })
      } else stale.push({ id: report.id, fence: report.fence })
    })
    return { runs, stale }
  }

  /** Jobs that complete and stay, all with the same statements. */
  #completeAll(runs: readonly Run[], now: number): void {
    const byType = numbersByType(runs)
    const runMs = runs.map(({ n, report }) => `"${n}":${report.runMs}`)
    this.#keepRuns.run(now, this.#ledger.next(), `{${runMs.join()}}`)
    this.#leave(runs, byType)
    this.#listed.enter(byType, place.completed)
    this.#ledger.countHeld('completed', runs.length, this.#keepAll(runs, now))
    for (const [type, { length }] of byType) this.#ledger.of(type).state('completed', length)
  }

  /** Jobs that complete and of which nothing is kept. */
  #consumeAll(runs: readonly Run[]): void {
    this.#leave(runs, numbersByType(runs))
    this.#removal.forget(runs.map(({ n }) => n))
  }

  /** What is the same for all that complete, kept or not. */
  #leave(runs: readonly Run[], byType: NumbersByType): void {
    this.#endLeases.run(`[${runs.map(({ n }) => n).join()}]`)
    this.#listed.leave(byType, place.ready)
    const keys = runs.flatMap(({ row }) => (row.dedupe_key === null ? [] : [row.dedupe_key]))
    if (keys.length > 0) this.#freeKeys.run(JSON.stringify(keys))
    for (const [type, { length }] of byType) {
      this.#ledger.of(type).state('processing', -length)
      this.#ledger.of(type).total('completed', length)
    }
    for (const { type, report } of runs) this.#ledger.of(type).run(report.runMs)
    if (!this.#news.wantsEnds) return
    for (const { type, report } of runs)
      this.#news.ended({ id: report.id, type: fromStored(type), status: 'completed' })
  }

  /** Keeps the results of jobs that have just completed; the bytes of these jobs. */
  #keepAll(runs: readonly Run[], now: number): number {
    const values: SqlValue[] = []
    let bytes = 0
    for (const { row, report } of runs) bytes += row.bytes + addResult(values, row.n, report, now)
    if (values.length > 0) this.#keepResults.run(values)
    return bytes
  }

  /** What happens seldom, or must look at other jobs: one at a time. */
  #settleOne(run: Run, now: number): void {
    const job = this.#finder.byNumber(run.n)
    if (job === undefined) return
    const { settlement, runMs } = run.report
    if (settlement.kind === 'release') {
      this.#moves.keepRun(job, { fence: run.row.fence, runMs: null, error: null })
      const { afterMs = 0 } = settlement
      return afterMs > 0
        ? this.#moves.postpone(job, place.delayed, now + afterMs)
        : this.#moves.giveBack(job, now)
    }
    this.#ledger.of(run.type).run(runMs)
    if (settlement.kind === 'complete') return this.#completeOne(job, run, now)
    const error = toStored(JSON.stringify(settlement.error))
    this.#moves.keepRun(job, { fence: run.row.fence, runMs, error })
    this.#moves.setFailures(job, job.failures + 1)
    this.#ledger.of(run.type).total('failed', 1)
    if (settlement.kind === 'retry') {
      this.#ledger.of(run.type).total('retried', 1)
      return this.#moves.postpone(job, place.retrying, now + settlement.afterMs)
    }
    this.#ledger.of(run.type).total('deadLetter', 1)
    this.#moves.end(job, 'dead_letter', now)
  }

  #completeOne(job: JobFacts, { n, type, row, report }: Run, now: number): void {
    this.#moves.keepRun(job, { fence: row.fence, runMs: report.runMs, error: null })
    this.#ledger.of(type).total('completed', 1)
    const values: SqlValue[] = []
    addResult(values, n, report, now)
    // The result first: what retention counts includes it, and those who depend on a job that is not kept need it too.
    if (values.length > 0) this.#keepResults.run(values)
    this.#moves.end(job, 'completed', now, { keep: report.keep })
  }
}

// -------------------------------------------------------------------------------------------------------------------

interface RunRow {
  /** Its place among the outcomes. */
  readonly at: number
  readonly n: number
  readonly type: string
  readonly bytes: number
  readonly dedupe_key: string | null
  readonly schedule: string | null
  readonly marks: number
  readonly fence: number
}

/** A run that is over, and how. */
interface Run {
  readonly n: number
  readonly type: string
  readonly row: RunRow
  readonly report: OutcomeReport
}

/** Nobody can wait for a job of no schedule and without ties. */
function isPlain({ row, report }: Run): boolean {
  return row.schedule === null && row.marks === 0 && report.settlement.kind === 'complete'
}

/** Adds the values of a result that is to be kept, if there is one; its bytes. */
function addResult(
  values: SqlValue[],
  n: number,
  { settlement, resultTtlMs }: OutcomeReport,
  now: number,
): number {
  const result = settlement.kind === 'complete' ? settlement.result : null
  if (result === null || resultTtlMs <= 0) return 0
  const isKey = 'key' in result
  const text = isKey ? result.key : result.inline
  const bytes = isKey ? 0 : Buffer.byteLength(text)
  values.push(n, now + resultTtlMs, isKey ? 1 : 0, bytes, toStored(text))
  return bytes
}
