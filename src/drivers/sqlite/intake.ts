import { rankOf } from '../../core/priority.js'
import type { NewJob, SubmitAnswer } from '../../core/queue-adapter.js'
import type { Database, SqlValue } from './database.js'
import type { Ledger } from './ledger.js'
import type { Lineups } from './lineups.js'
import type { News } from './news.js'
import { type Place, countedAs, place, statusOf } from './places.js'
import intakeSql from './sql/intake.sql'
import { type Command, type Query, type RowsCommand, SqlFile } from './sql-file.js'
import { fromStored, toStored, toStoredOrNull } from './stored-text.js'

/** Lets jobs in: once for each id, and one live job for each dedupe key. */
export class Intake {
  readonly #ledger: Ledger
  readonly #news: News
  readonly #lineups: Lineups
  readonly #standing: Query<StandingRow>
  readonly #holders: Query<HolderRow>
  readonly #addJobs: RowsCommand
  readonly #addLarge: RowsCommand
  readonly #addKeys: Command
  readonly #list: Command
  readonly #addReady: Command
  readonly #addDue: Command
  readonly #earliestDue: Query<{ readonly due_at: number | null }>

  constructor(
    database: Database,
    { ledger, news, lineups }: { ledger: Ledger; news: News; lineups: Lineups },
  ) {
    const sql = new SqlFile(database, intakeSql)
    this.#ledger = ledger
    this.#news = news
    this.#lineups = lineups
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
    const holders = this.#keyHolders(jobs)
    const fresh: NewJob[] = []
    const answers = jobs.map((job): SubmitAnswer => {
      const known = standing.get(job.id)
      if (known !== undefined) return answerForKnown(known, job)
      const holder = job.dedupeKey === null ? undefined : holders.get(job.dedupeKey)
      if (holder !== undefined) return { kind: 'standing', ...holder }
      const { id, digest, token, dedupeKey } = job
      standing.set(id, { digest, token, status: 'pending' })
      if (dedupeKey !== null) holders.set(dedupeKey, { id, status: 'pending' })
      fresh.push(job)
      return { kind: 'created', id, status: 'pending' }
    })
    this.#place(fresh, now)
    return answers
  }

  /** Adds the job of a schedule's slot: blocked by another one, or ready now or when its time comes. */
  addScheduled(job: NewJob, now: number, schedule: string, blocker: number | null): void {
    if (blocker === null) return this.#place([job], now, schedule)
    const first = this.#add([{ job, state: place.blocked, readyAt: now }], now, schedule)
    this.#lineups.block(first, blocker)
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

/** Texts of this length stand apart from the row. */
const largeFrom = 4096

type Status = ReturnType<typeof statusOf>

interface StandingRow {
  readonly id: string
  readonly digest: string
  readonly token: string
  readonly state: number
  readonly is_running: number
}

type HolderRow = Pick<StandingRow, 'id' | 'state' | 'is_running'> & { readonly dedupe_key: string }

interface Standing {
  readonly digest: string
  readonly token: string
  readonly status: Status
}

interface Holder {
  readonly id: string
  readonly status: Status
}

interface Draft {
  readonly job: NewJob
  readonly state: Place
  readonly readyAt: number
}

function standingOf({ digest, token, state, is_running }: StandingRow): Standing {
  return { digest: fromStored(digest), token: fromStored(token), status: statusOf(state, is_running === 1) }
}

function holderOf({ id, state, is_running }: HolderRow): Holder {
  return { id: fromStored(id), status: statusOf(state, is_running === 1) }
}

/** Sent again with its own token it is answered as the first time, whatever has become of the job since. */
function answerForKnown(known: Standing, job: NewJob): SubmitAnswer {
  if (known.digest !== job.digest) return { kind: 'conflict', id: job.id }
  if (known.token === job.token) return { kind: 'created', id: job.id, status: 'pending' }
  return { kind: 'standing', id: job.id, status: known.status }
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

/** Whether its texts stand apart from its row. */
export function isLarge(job: Pick<NewJob, 'payload' | 'options'>): boolean {
  return job.payload.length >= largeFrom || job.options.length >= largeFrom
}
