import { rankOf } from '../../core/priority.js'
import type { NewJob, SubmitAnswer } from '../../core/queue-adapter.js'
import type { JobStatus } from '../../core/states.js'
import { type CarefulIntake, type Standing, answerForKnown } from './careful-intake.js'
import type { Database, SqlValue } from './database.js'
import type { DedupeKeys } from './dedupe-keys.js'
import { isLarge } from './job-rows.js'
import type { Ledger } from './ledger.js'
import type { Lineups } from './lineups.js'
import type { News } from './news.js'
import { type Place, countedAs, place, statusOf } from './places.js'
import intakeSql from './sql/intake.sql'
import { type Command, type Query, type RowsCommand, SqlFile } from './sql-file.js'
import { fromStored, toStored, toStoredOrNull } from './stored-text.js'
import type { LinePlace } from './termed-intake.js'

interface Parts {
  readonly ledger: Ledger
  readonly news: News
  readonly lineups: Lineups
  readonly dedupe: DedupeKeys
  readonly careful: CarefulIntake
}

/** Lets jobs in: once for each id, and one live job for each dedupe key. */
export class Intake {
  readonly #ledger: Ledger
  readonly #news: News
  readonly #lineups: Lineups
  readonly #dedupe: DedupeKeys
  readonly #careful: CarefulIntake
  readonly #standing: Query<StandingRow>
  readonly #holders: Query<HolderRow>
  readonly #addJobs: RowsCommand
  readonly #addLarge: RowsCommand
  readonly #addKeys: Command
  readonly #list: Command
  readonly #addReady: Command
  readonly #addDue: Command
  readonly #earliestDue: Query<{ readonly due_at: number | null }>

  constructor(database: Database, { ledger, news, lineups, dedupe, careful }: Parts) {
    const sql = new SqlFile(database, intakeSql)
    this.#ledger = ledger
    this.#news = news
    this.#lineups = lineups
    this.#dedupe = dedupe
    this.#careful = careful
    this.#standing = sql.query('standing')
    this.#holders = sql.query('holders')
    this.#addJobs = sql.rows('add job')
    this.#addLarge = sql.rows('add large')
    this.#addKeys = sql.command('add keys')
    this.#list = sql.command('list')
    this.#addReady = sql.command('add ready')
    this.#addDue = sql.command('add due')
    this.#earliestDue = sql.query('earliest due')
  }

  submit(jobs: readonly NewJob[], now: number): readonly SubmitAnswer[] {
    const standing = this.#standingJobs(jobs)
    if (this.#needsCare(jobs)) {
      const place = (some: readonly NewJob[]): void => this.#place(some, now)
      return this.#careful.submit(jobs, { standing, place, now })
    }
    const holders = this.#keyHolders(jobs)
    const fresh: NewJob[] = []
    const answers = jobs.map((job): SubmitAnswer => {
      const known = standing.get(job.id)
      if (known !== undefined) return answerForKnown(known, job)
      const holder = job.dedupeKey === null ? undefined : holders.get(job.dedupeKey)
      if (holder !== undefined) return { kind: 'standing', ...holder }
      const { id, digest, token, dedupeKey } = job
      standing.set(id, { digest, token, status: 'pending', madeAs: 'pending' })
      if (dedupeKey !== null) holders.set(dedupeKey, { id, status: 'pending' })
      fresh.push(job)
      return { kind: 'created', id, status: 'pending' }
    })
    this.#place(fresh, now)
    return answers
  }

  /** Adds the job of a schedule's slot: blocked by another one, or ready now or when its time comes. False where it cannot be. */
  addScheduled(job: NewJob, now: number, line: ScheduledPlace): boolean {
    const { schedule, blocker } = line
    if (job.terms !== undefined) return this.#careful.add(job, now, line)
    if (blocker === null) this.#place([job], now, schedule)
    else this.#lineups.block(this.#add([{ job, state: place.blocked, readyAt: now }], now, schedule), blocker)
    return true
  }

  /** Whether some have terms, or may find their key held by a job that does not live: each of these may depend on those before it. */
  #needsCare(jobs: readonly NewJob[]): boolean {
    if (jobs.some(({ terms }) => terms !== undefined)) return true
    return this.#dedupe.hasWindows && jobs.some(({ dedupeKey }) => dedupeKey !== null)
  }

  #standingJobs(jobs: readonly NewJob[]): Map<string, Standing> {
    const rows = this.#standing.all(JSON.stringify(jobs.map((job) => toStored(job.id))))
    return new Map(rows.map((row) => [fromStored(row.id), standingOf(row)]))
  }

  #keyHolders(jobs: readonly NewJob[]): Map<string, Holder> {
    const keys = jobs.flatMap(({ dedupeKey }) => (dedupeKey === null ? [] : [toStored(dedupeKey)]))
    const rows = keys.length === 0 ? [] : this.#holders.all(JSON.stringify(keys))
    return new Map(rows.map((row) => [fromStored(row.dedupe_key), holderOf(row)]))
  }

  /** Ready now, or when their time comes. */
  #place(jobs: readonly NewJob[], now: number, schedule: string | null = null): void {
    if (jobs.length === 0) return
    const drafts = jobs.map((job) => draftOf(job, now))
    const delayed = drafts.filter(({ state }) => state === place.delayed)
    let earliest = delayed.length === 0 ? null : (this.#earliestDue.get()?.due_at ?? Infinity)
    const first = this.#add(drafts, now, schedule)
    if (delayed.length < drafts.length) this.#addReady.run(this.#ledger.isLate(now) ? now : null, first)
    if (earliest === null) return
    this.#addDue.run(first)
    // A waiting instance is told of what falls due next, or it would sleep past it.
    for (const { job, readyAt } of delayed) {
      if (readyAt >= earliest) continue
      earliest = readyAt
      this.#ledger.of(toStored(job.type)).gained++
    }
  }

  /** The rows of the jobs; the number of the first. */
  #add(drafts: readonly Draft[], now: number, schedule: string | null): number {
    const first = this.#ledger.reserve(drafts.length)
    const large: SqlValue[] = []
    const rows: SqlValue[] = []
    drafts.forEach((draft, i) => {
      addRow(rows, first + i, draft, { now, schedule })
      if (isLarge(draft.job)) large.push(first + i, toStored(draft.job.options), toStored(draft.job.payload))
    })
    this.#addJobs.run(rows)
    this.#list.run(first)
    if (large.length > 0) this.#addLarge.run(large)
    if (drafts.some(({ job }) => job.dedupeKey !== null)) this.#addKeys.run(first)
    drafts.forEach((draft, i) => this.#count(first + i, draft, schedule))
    return first
  }

  #count(n: number, { job, state }: Draft, schedule: string | null): void {
    const type = toStored(job.type)
    const tally = this.#ledger.of(type)
    tally.total('submitted', 1)
    tally.state(countedAs(state, false), 1)
    if (state === place.ready) tally.gained++
    if (schedule !== null) this.#lineups.join(n, schedule)
    if (!this.#news.wantsMoves) return
    const status = state === place.blocked ? 'blocked' : 'pending'
    this.#news.moved({ id: job.id, type: job.type, status })
  }
}

// -------------------------------------------------------------------------------------------------------------------

interface StandingRow {
  readonly id: string
  readonly digest: string
  readonly token: string
  readonly state: number
  readonly is_running: number
  readonly made_as: number | null
}

type HolderRow = Pick<StandingRow, 'id' | 'state' | 'is_running'> & { readonly dedupe_key: string }

/** The job of a schedule's slot is in that one's line. */
export type ScheduledPlace = LinePlace & { readonly schedule: string }

interface Holder {
  readonly id: string
  readonly status: JobStatus
}

interface Draft {
  readonly job: NewJob
  readonly state: Place
  readonly readyAt: number
}

function standingOf({ digest, token, state, is_running, made_as }: StandingRow): Standing {
  const status = statusOf(state, is_running === 1)
  const madeAs = made_as === null ? 'pending' : statusOf(made_as, false)
  return { digest: fromStored(digest), token: fromStored(token), status, madeAs }
}

function holderOf({ id, state, is_running }: HolderRow): Holder {
  return { id: fromStored(id), status: statusOf(state, is_running === 1) }
}

function draftOf(job: NewJob, now: number): Draft {
  const dueAt = job.runAt ?? now + (job.delayMs ?? 0)
  return dueAt > now
    ? { job, state: place.delayed, readyAt: dueAt }
    : { job, state: place.ready, readyAt: now }
}

/** Adds the values of a row, in the order of the statement. */
function addRow(
  values: SqlValue[],
  n: number,
  { job, state, readyAt }: Draft,
  { now, schedule }: { readonly now: number; readonly schedule: string | null },
): void {
  const large = isLarge(job)
  values.push(
    n,
    toStored(job.id),
    state,
    toStored(job.type),
    rankOf(job.priority),
    n,
    readyAt,
    job.maxAttempts,
    now,
    toStoredOrNull(job.dedupeKey),
    schedule,
    Buffer.byteLength(job.payload),
    large ? 1 : 0,
    toStored(job.token),
    toStored(job.digest),
    large ? '' : toStored(job.options),
    large ? '' : toStored(job.payload),
  )
}
