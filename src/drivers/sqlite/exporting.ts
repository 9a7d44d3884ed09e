import { RiptideError, describe } from '../../core/errors.js'
import type { ExportAnswer, ExportRequest, JobRecord, MovingJob } from '../../core/queue-adapter.js'
import type { Database } from './database.js'
import { isFinal } from '../../core/states.js'
import type { JobFacts, JobFinder } from './job-facts.js'
import type { JobReading } from './job-reading.js'
import type { JobSteps } from './job-steps.js'
import { hasMark, mark } from './marks.js'
import { type FinalStatus, countedAs, place } from './places.js'
import { ownTimeOf } from './retaining.js'
import exportingSql from './sql/exporting.sql'
import { type Query, SqlFile } from './sql-file.js'
import { fromStored } from './stored-text.js'
import type { Ties } from './ties.js'
import { WithParents } from './with-parents.js'

interface Parts {
  readonly finder: JobFinder
  readonly reading: JobReading
  readonly steps: JobSteps
  readonly ties: Ties
}

/** Jobs for another store, some at a time, in an order that keeps theirs. */
export class Exporting {
  readonly #parts: Parts
  readonly #newest: Query<{ readonly seq: number }>
  readonly #ended: Query<{ readonly n: number; readonly ending: number }>
  readonly #readyTypes: Query<{ readonly type: string }>
  readonly #ready: Query<ReadyRow>
  readonly #keyed: Query<ReadyRow>
  readonly #rest: Query<{ readonly n: number }>
  readonly #marks: Query<Marks>
  readonly #withParents: WithParents

  constructor(database: Database, parts: Parts) {
    const sql = new SqlFile(database, exportingSql)
    this.#parts = parts
    this.#newest = sql.query('newest')
    this.#ended = sql.query('ended')
    this.#readyTypes = sql.query('ready types')
    this.#ready = sql.query('ready')
    this.#keyed = sql.query('keyed')
    this.#rest = sql.query('rest')
    this.#marks = sql.query('marks')
    this.#withParents = new WithParents(database, parts)
  }

  export(request: ExportRequest, now: number): ExportAnswer {
    const newest = this.#newest.get()?.seq ?? 0
    const jobs: MovingJob[] = []
    const shown = new Set<number>()
    let bytes = 0
    const from = placeOf(request.cursor)
    let { cursor } = from
    let passed = from.parent
    for (const { n: seen, at } of this.#seenFrom(from, request.items)) {
      const line = this.#withParents.lineOf(seen, shown)
      for (let i = passed === null ? 0 : line.indexOf(passed) + 1; i < line.length; i++) {
        const n = line[i] ?? seen
        const job = jobs.length < request.items ? this.#movingJob(n, now) : null
        bytes += job === null ? 0 : bytesOf(job.record)
        const isFull = jobs.length >= request.items || (jobs.length > 0 && bytes > request.bytes)
        if (isFull) return { jobs, cursor: cursorOf(cursor, line[i - 1]), newest }
        if (job !== null) jobs.push(job)
        shown.add(n)
      }
      passed = null
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
      const plain = types.flatMap(({ type }) => this.#ready.all(rank, type, after, page))
      const rows = [...plain, ...this.#keyed.all(rank, after, page)]
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
    const { finder, reading, steps: kept } = this.#parts
    const [facts, marks, record] = [finder.byNumber(n), this.#marks.get(n), reading.whole(n, now)]
    if (facts === undefined || marks === undefined || record === null) return null
    const where = countedAs(facts.state, false)
    const steps = marks.steps === 0 ? undefined : kept.all(n)
    const isDispossessed = hasMark(facts, mark.dispossessed) && !isFinal(record.status)
    return {
      record: isDispossessed ? { ...record, dedupeKey: null } : record,
      place: where === 'processing' ? 'pending' : where,
      isInFront: facts.state === place.ready && facts.ticket < 0,
      token: fromStored(marks.token),
      digest: fromStored(marks.digest),
      sequence: n,
      resultUntil: record.result === null ? null : ownTimeOf(marks.until),
      revision: revisionOf(facts, marks),
      ...(steps === undefined ? {} : { steps }),
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
  /** Ties that hold it up. */
  readonly waits: number
  readonly steps: number
}

function revisionOf(
  { n, state, rank, failures, ticket, ready_at: readyAt }: JobFacts,
  marks: Marks | undefined,
): string {
  const words = [marks?.generation, marks?.fence, marks?.blocker ?? '-']
  return [n, state, rank, failures, ticket, readyAt, ...words, marks?.waits, marks?.steps].join(' ')
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
  /** The same as text. */
  readonly cursor: string
  /** The last that was shown of those that the next job depends on; null for none. */
  readonly parent: number | null
}

const beginning = 'completed:0:0'

function placeOf(given: string | null): Place {
  if (given === null) return { stretch: 'completed', marks: [0, 0], cursor: beginning, parent: null }
  const [cursor = '', parent = null, ...more] = given.split('/')
  const [word, ...marks] = cursor.split(':')
  const stretch = stretches.find((one) => one === word)
  const areNumbers = [...marks, parent ?? '0'].every((mark) => /^-?\d{1,16}$/.test(mark))
  if (stretch !== undefined && marks.length > 0 && more.length === 0 && areNumbers)
    return { stretch, marks: marks.map(Number), cursor, parent: parent === null ? null : Number(parent) }
  throw new RiptideError('PAGE_INVALID', `cursor must be that of an export; got ${describe(given)}`, {
    path: '/cursor',
  })
}

/** Behind a place, and behind one of those that the next job there depends on. */
function cursorOf(cursor: string, parent: number | undefined): string {
  return parent === undefined ? cursor : `${cursor}/${parent}`
}

function bytesOf({ payload, result }: JobRecord): number {
  const own = Buffer.byteLength(payload)
  return result !== null && 'inline' in result ? own + Buffer.byteLength(result.inline) : own
}
