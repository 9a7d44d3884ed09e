import { RiptideError, describe } from '../../core/errors.js'
import type { ExportAnswer, ExportRequest, JobRecord, MovingJob } from '../../core/queue-adapter.js'
import type { Database } from './database.js'
import type { JobFacts, JobFinder } from './job-facts.js'
import type { JobReading } from './job-reading.js'
import { type FinalStatus, countedAs, place } from './places.js'
import exportingSql from './sql/exporting.sql'
import { type Query, SqlFile } from './sql-file.js'
import { fromStored } from './stored-text.js'

interface Parts {
  readonly finder: JobFinder
  readonly reading: JobReading
}

/** Jobs for another store, some at a time, in an order that keeps theirs. */
export class Exporting {
  readonly #parts: Parts
  readonly #newest: Query<{ readonly seq: number }>
  readonly #ended: Query<{ readonly n: number; readonly ending: number }>
  readonly #readyTypes: Query<{ readonly type: string }>
  readonly #ready: Query<ReadyRow>
  readonly #rest: Query<{ readonly n: number }>
  readonly #marks: Query<Marks>

  constructor(database: Database, parts: Parts) {
    const sql = new SqlFile(database, exportingSql)
    this.#parts = parts
    this.#newest = sql.query('newest')
    this.#ended = sql.query('ended')
    this.#readyTypes = sql.query('ready types')
    this.#ready = sql.query('ready')
    this.#rest = sql.query('rest')
    this.#marks = sql.query('marks')
  }

  export(request: ExportRequest, now: number): ExportAnswer {
    const newest = this.#newest.get()?.seq ?? 0
    const jobs: MovingJob[] = []
    const shown = new Set<number>()
    let bytes = 0
    let { cursor } = request
    for (const { n, at } of this.#seenFrom(placeOf(cursor), request.items)) {
      if (shown.has(n)) continue
      shown.add(n)
      const job = jobs.length < request.items ? this.#movingJob(n, now) : null
      bytes += job === null ? 0 : bytesOf(job.record)
      const isFull = jobs.length >= request.items || (jobs.length > 0 && bytes > request.bytes)
      if (isFull) return { jobs, cursor, newest }
      if (job !== null) jobs.push(job)
      cursor = at
    }
    return { jobs, cursor: null, newest }
  }

  /** Changes with the job, whatever changes of it. */
  revisionOf(job: JobFacts): string {
    return revisionOf(job, this.#marks.get(job.n))
  }

  /** What it waits for; null when it is not blocked. */
  blockerOf(n: number): number | null {
    return this.#marks.get(n)?.blocker ?? null
  }

  /** One stretch after the other; the last one shows whatever is left, so blocked ones come behind their blockers. */
  *#seenFrom({ stretch, marks }: Place, page: number): Iterable<Seen> {
    for (const next of stretches.slice(stretches.indexOf(stretch))) {
      const [first, second] = next === stretch ? marks : []
      if (next === 'rest') yield* this.#restFrom(first ?? 0, page)
      else if (next === 'completed' || next === 'dead_letter' || next === 'cancelled')
        yield* this.#endedFrom(next, [first ?? 0, second ?? 0], page)
      else yield* this.#readyFrom(Number(next), first ?? -Number.MAX_SAFE_INTEGER, page)
    }
  }

  *#endedFrom(status: FinalStatus, [ending, job]: readonly [number, number], page: number): Iterable<Seen> {
    let [lastEnding, lastJob] = [ending, job]
    for (;;) {
      const rows = this.#ended.all(place[status], lastEnding, lastJob, page)
      for (const row of rows) {
        ;[lastEnding, lastJob] = [row.ending, row.n]
        yield { n: row.n, at: `${status}:${lastEnding}:${lastJob}` }
      }
      if (rows.length < page) return
    }
  }

  /** Over all types the lowest ticket first. */
  *#readyFrom(rank: number, ticket: number, page: number): Iterable<Seen> {
    const types = this.#readyTypes.all(rank)
    for (let last = ticket; ;) {
      const after = last
      const rows = types.flatMap(({ type }) => this.#ready.all(rank, type, after, page))
      const next = rows.sort((a, b) => a.ticket - b.ticket).slice(0, page)
      for (const row of next) {
        last = row.ticket
        yield { n: row.n, at: `${rank}:${last}` }
      }
      if (next.length < page) return
    }
  }

  *#restFrom(n: number, page: number): Iterable<Seen> {
    for (let last = n; ;) {
      const rows = this.#rest.all(last, page)
      for (const row of rows) {
        last = row.n
        yield { n: last, at: `rest:${last}` }
      }
      if (rows.length < page) return
    }
  }

  #movingJob(n: number, now: number): MovingJob | null {
    const { finder, reading } = this.#parts
    const [facts, marks, record] = [finder.byNumber(n), this.#marks.get(n), reading.whole(n, now)]
    if (facts === undefined || marks === undefined || record === null) return null
    const where = countedAs(facts.state, false)
    return {
      record,
      place: where === 'processing' ? 'pending' : where,
      isInFront: facts.state === place.ready && facts.ticket < 0,
      token: fromStored(marks.token),
      digest: fromStored(marks.digest),
      sequence: n,
      resultUntil: record.result === null ? null : marks.until,
      revision: revisionOf(facts, marks),
    }
  }
}

// -------------------------------------------------------------------------------------------------------------------

interface ReadyRow {
  readonly n: number
  readonly ticket: number
}

interface Marks {
  readonly token: string
  readonly digest: string
  readonly generation: number
  readonly fence: number
  readonly blocker: number | null
  readonly until: number | null
}

function revisionOf(
  { n, state, failures, ticket, ready_at: readyAt }: JobFacts,
  marks: Marks | undefined,
): string {
  const words = [marks?.generation, marks?.fence, marks?.blocker ?? '-']
  return [n, state, failures, ticket, readyAt, ...words].join(' ')
}

/** A job, and the cursor that goes on behind it. */
interface Seen {
  readonly n: number
  readonly at: string
}

const stretches = ['completed', 'dead_letter', 'cancelled', '0', '1', '2', '3', 'rest'] as const

/** Where it goes on: behind an end and the job that had it, behind a ticket, behind a number. */
interface Place {
  readonly stretch: (typeof stretches)[number]
  readonly marks: readonly number[]
}

function placeOf(cursor: string | null): Place {
  if (cursor === null) return { stretch: 'completed', marks: [] }
  const [word, ...marks] = cursor.split(':')
  const stretch = stretches.find((one) => one === word)
  if (stretch !== undefined && marks.length > 0 && marks.every((mark) => /^-?\d{1,16}$/.test(mark)))
    return { stretch, marks: marks.map(Number) }
  throw new RiptideError('PAGE_INVALID', `cursor must be that of an export; got ${describe(cursor)}`, {
    path: '/cursor',
  })
}

function bytesOf({ payload, result }: JobRecord): number {
  const own = Buffer.byteLength(payload)
  return result !== null && 'inline' in result ? own + Buffer.byteLength(result.inline) : own
}
