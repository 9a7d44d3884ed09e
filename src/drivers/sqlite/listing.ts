import { RiptideError, describe } from '../../core/errors.js'
import type { ListAnswer, ListQuery } from '../../core/queue-adapter.js'
import { digestOf } from '../../core/random.js'
import type { Counting, Kind } from './counting.js'
import type { Database } from './database.js'
import type { JobReading } from './job-reading.js'
import { type Descending, merged } from './merged-numbers.js'
import { place, statusOf } from './places.js'
import { matcherOf, patternOf } from './search.js'
import listingSql from './sql/listing.sql'
import { type Query, SqlFile } from './sql-file.js'
import { fromStored, fromStoredOrNull } from './stored-text.js'

interface NumberRow {
  readonly n: number
}

/** Pages of jobs, newest first. A cursor is a place in the order of creation, so jobs that come or go move nothing. */
export class Listing {
  readonly #counting: Counting
  readonly #reading: JobReading
  readonly #all: Query<NumberRow>
  readonly #running: Query<NumberRow>
  readonly #ready: Query<NumberRow>
  readonly #others: Query<NumberRow>
  readonly #search: Query<FoundRow>

  constructor(database: Database, { counting, reading }: { counting: Counting; reading: JobReading }) {
    const sql = new SqlFile(database, listingSql)
    this.#counting = counting
    this.#reading = reading
    this.#all = sql.query('all')
    this.#running = sql.query('running')
    this.#ready = sql.query('ready')
    this.#others = sql.query('others')
    this.#search = sql.query('search')
  }

  list(query: ListQuery, now: number): ListAnswer {
    const before = query.cursor === null ? null : readCursor(query, query.cursor)
    const { numbers, total } =
      query.search === null ? this.#page(query, before) : this.#searched(query, query.search, before)
    const shown = numbers.slice(0, query.limit)
    const last = numbers.length > query.limit ? shown.at(-1) : undefined
    return {
      jobs: this.#reading.briefs(shown, now),
      total,
      nextCursor: last === undefined ? null : writeCursor(query, last),
    }
  }

  /** The numbers of a page and of the one job behind it, if there is any. */
  #page(query: ListQuery, before: number | null): Found {
    const kinds = this.#counting.kinds(query.status, query.type)
    const total = kinds.reduce((sum, { count }) => sum + count, 0)
    const from = before ?? beyondAll
    const count = query.limit + 1
    let passOver = before === null ? query.offset : 0
    if (query.status === null && query.type === null)
      return { numbers: this.#all.all(from, count, passOver).map(({ n }) => n), total }
    const numbers: number[] = []
    for (const n of merged(
      kinds.map((kind) => this.#sourceOf(kind)),
      from,
      Math.min(count, 100),
    )) {
      if (passOver > 0) passOver--
      else numbers.push(n)
      if (numbers.length === count) break
    }
    return { numbers, total }
  }

  /** There is an index over the types and states; only what runs stands apart. */
  #sourceOf({ state, type }: Kind): Descending {
    if (state === 'processing')
      return (before, limit) => this.#running.all(before, type, limit).map(({ n }) => n)
    if (state === 'pending') return (before, limit) => this.#ready.all(before, type, limit).map(({ n }) => n)
    const number = Object.hasOwn(place, state) ? place[state as keyof typeof place] : 0
    return (before, limit) => this.#others.all(before, type, number, limit).map(({ n }) => n)
  }

  /** Looks at all jobs, for there is no other way to know how many match. */
  #searched(query: ListQuery, search: string, before: number | null): Found {
    const matches = matcherOf(search)
    const numbers: number[] = []
    let total = 0
    let passOver = before === null ? query.offset : 0
    for (const row of this.#candidates(patternOf(search))) {
      if (!isWanted(row, query) || !textsOf(row).some((text) => text !== null && matches(text))) continue
      total++
      if (before !== null && row.n >= before) continue
      if (passOver > 0) passOver--
      else if (numbers.length <= query.limit) numbers.push(row.n)
    }
    return { numbers, total }
  }

  *#candidates(pattern: string): Iterable<FoundRow> {
    let rows = this.#search.all(beyondAll, pattern, searchedAtOnce)
    while (rows.length > 0) {
      yield* rows
      rows = this.#search.all(rows.at(-1)?.n ?? 0, pattern, searchedAtOnce)
    }
  }
}

// -------------------------------------------------------------------------------------------------------------------

const beyondAll = Number.MAX_SAFE_INTEGER
const searchedAtOnce = 1000

interface Found {
  /** At most one more than the page has. */
  readonly numbers: readonly number[]
  readonly total: number
}

interface FoundRow {
  readonly n: number
  readonly id: string
  readonly type: string
  readonly state: number
  readonly is_running: number
  readonly dedupe_key: string | null
  readonly worker: string | null
  readonly error: string | null
}

function isWanted(row: FoundRow, { status, type }: ListQuery): boolean {
  return (
    (status === null || statusOf(row.state, row.is_running === 1) === status) &&
    (type === null || fromStored(row.type) === type)
  )
}

function textsOf(row: FoundRow): readonly (string | null)[] {
  return [row.id, row.type, row.dedupe_key, row.worker, row.error].map(fromStoredOrNull)
}

function writeCursor(query: ListQuery, n: number): string {
  const sum = digestOf(JSON.stringify([query.status, query.type, query.search, n]))
  return Buffer.from(`${n}.${sum}`).toString('base64url')
}

/** Nothing is trusted: what is read must be, sign for sign, what would be written for the same query. */
function readCursor(query: ListQuery, cursor: string): number {
  const [, digits = ''] = /^(\d{1,16})\./.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  const n = Number(digits)
  if (digits !== '' && writeCursor(query, n) === cursor) return n
  const text = `cursor must be the nextCursor of an answer to the same query; got ${describe(cursor)}`
  throw new RiptideError('PAGE_INVALID', text, { path: '/cursor' })
}
