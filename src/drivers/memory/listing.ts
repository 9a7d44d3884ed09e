import { RiptideError, describe } from '../../core/errors.js'
import type { ListAnswer, ListQuery } from '../../core/queue-adapter.js'
import { digestOf } from '../../core/random.js'
import { type PagePlace, candidates } from './candidates.js'
import { countOf } from './counting.js'
import { type Entry, statusOf } from './entry.js'
import type { JobTable } from './job-table.js'
import { briefRecordOf, workerOf } from './record.js'

/** One page, newest first. Its cursor is the place in the order of creation, so jobs that come or go move nothing. */
export function listJobs(table: JobTable, query: ListQuery, now: number): ListAnswer {
  const matches = matcherOf(query)
  const after = query.cursor === null ? null : readCursor(query, query.cursor)
  const counted = query.search === null ? countOf(table, query.status, query.type) : null
  let passOver = after === null ? query.offset : 0
  let seen = 0
  const page: Entry[] = []
  let rest = false
  for (const entry of candidates(table, query.status, after)) {
    // Known to be all there are: a rare state is not looked for among all jobs.
    if (after === null && seen === counted) break
    if (!matches(entry)) continue
    seen++
    if (passOver > 0) passOver--
    else if (page.length < query.limit) page.push(entry)
    else {
      rest = true
      break
    }
  }
  const jobs = page.map((entry) => briefRecordOf(entry, now))
  const last = rest ? page.at(-1) : undefined
  const nextCursor = last === undefined ? null : writeCursor(query, last.sequence, last.id)
  return { jobs, total: counted ?? countMatches(table, query, matches), nextCursor }
}

// -------------------------------------------------------------------------------------------------------------------

function countMatches(table: JobTable, { status }: ListQuery, matches: (entry: Entry) => boolean): number {
  let total = 0
  for (const entry of candidates(table, status, null)) if (matches(entry)) total++
  return total
}

function matcherOf({ status, type, search }: ListQuery): (entry: Entry) => boolean {
  const pattern = search === null ? null : new RegExp(search.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), 'iu')
  return (entry) =>
    (status === null || statusOf(entry) === status) &&
    (type === null || entry.kind.name === type) &&
    (pattern === null || textsOf(entry).some((text) => text !== null && pattern.test(text)))
}

function textsOf(entry: Entry): readonly (string | null)[] {
  return [entry.id, entry.kind.name, entry.dedupeKey, workerOf(entry), entry.error]
}

function writeCursor(query: ListQuery, sequence: number, id: string): string {
  const sum = digestOf(JSON.stringify([query.status, query.type, query.search, sequence, id]))
  return Buffer.from(`${sequence}.${sum}.${id}`).toString('base64url')
}

/** Nothing is trusted: what is read must be, sign for sign, what would be written for the same query. */
function readCursor(query: ListQuery, cursor: string): PagePlace {
  const [, digits = '', id = ''] =
    /^(\d{1,16})\.[^.]+\.(.+)$/s.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  const sequence = Number(digits)
  if (digits !== '' && writeCursor(query, sequence, id) === cursor) return { sequence, id }
  throw new RiptideError(
    'PAGE_INVALID',
    `cursor must be the nextCursor of an answer to the same query; got ${describe(cursor)}`,
    {
      path: '/cursor',
    },
  )
}
