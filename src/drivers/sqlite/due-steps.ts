import type { JobError } from '../../core/job-error.js'
import type { Reclaimed } from '../../core/queue-adapter.js'
import type { Database } from './database.js'
import { type JobFacts, typeOf } from './job-facts.js'
import type { Ledger } from './ledger.js'
import type { Moves } from './moves.js'
import type { News } from './news.js'
import dueSql from './sql/due-steps.sql'
import { type Query, SqlFile } from './sql-file.js'
import { fromStored } from './stored-text.js'

/** What falls due first. */
export interface DueTimes {
  readonly due_at: number | null
  readonly expires_at: number | null
  /** 1: someone is still to be told of an end. */
  readonly has_ends: number
}

const mostPromoted = 256
const mostReclaimed = 256

/** What a cycle does to jobs that nobody reported: those whose time has come, and runs whose lease is over. */
export class DueSteps {
  readonly #ledger: Ledger
  readonly #news: News
  readonly #moves: Moves
  readonly #whatIsDue: Query<DueTimes>
  readonly #dueJobs: Query<JobFacts>
  readonly #expiredRuns: Query<JobFacts & { readonly fence: number; readonly instance: string }>

  constructor(database: Database, { ledger, news, moves }: { ledger: Ledger; news: News; moves: Moves }) {
    const sql = new SqlFile(database, dueSql)
    this.#ledger = ledger
    this.#news = news
    this.#moves = moves
    this.#whatIsDue = sql.query('what is due')
    this.#dueJobs = sql.query('due jobs')
    this.#expiredRuns = sql.query('expired runs')
  }

  times(): DueTimes {
    return this.#whatIsDue.get() ?? { due_at: null, expires_at: null, has_ends: 0 }
  }

  /** Makes ready what has come due, first due first. */
  promoteDue(now: number): void {
    for (const job of this.#dueJobs.all(now, mostPromoted)) this.#moves.makeReady(job, job.ready_at)
  }

  /** Takes back runs whose lease has expired: each is a failed attempt. */
  reclaimExpired(now: number): readonly Reclaimed[] {
    return this.#expiredRuns.all(now, mostReclaimed).map((run) => {
      const lease = { id: fromStored(run.id), fence: String(run.fence) }
      this.#news.interrupted(fromStored(run.instance), { ...lease, reason: 'lost' })
      return this.#reclaim(run, now)
    })
  }

  #reclaim(run: JobFacts & { readonly fence: number }, now: number): Reclaimed {
    const failures = run.failures + 1
    this.#moves.keepRun(run, { fence: this.#ledger.revokeFence(run.fence), runMs: null, error: crashText })
    this.#moves.setFailures(run, failures)
    this.#ledger.of(run.type).total('crashed', 1)
    this.#ledger.of(run.type).total('failed', 1)
    const status = failures >= run.max_attempts ? 'dead_letter' : 'pending'
    if (status === 'pending') {
      this.#ledger.of(run.type).total('retried', 1)
      this.#moves.makeReady(run, now)
    } else {
      this.#ledger.of(run.type).total('deadLetter', 1)
      this.#moves.end(run, 'dead_letter', now)
    }
    return { id: fromStored(run.id), type: typeOf(run), status, failures }
  }
}

/** The earlier of two instants, either of which may not come. */
export function earlier(a: number | null, b: number | null): number | null {
  if (a === null) return b
  return b === null ? a : Math.min(a, b)
}

// -------------------------------------------------------------------------------------------------------------------

const crash: JobError = {
  code: 'CRASHED',
  name: 'RiptideError',
  message: 'the worker that ran this job was lost: its lease expired',
}
const crashText = JSON.stringify(crash)
