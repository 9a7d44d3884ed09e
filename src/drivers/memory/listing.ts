import { RiptideError, describe } from '../../core/errors.js'
import type { JobRecord, ListAnswer, ListQuery, QueueCounts } from '../../core/queue-adapter.js'
import { digestOf } from '../../core/random.js'
import { type Entry, statusOf } from './entry.js'
import { type JobKind, noCounts } from './job-kind.js'
import type { JobTable } from './job-table.js'
import { briefRecordOf, workerOf } from './record.js'

/** One page, newest first. Its cursor is the place in the order of creation, so jobs that come or go move nothing. */
export function listJobs(table: JobTable, query: ListQuery, now: number): ListAnswer {
  const matches = matcherOf(query)
  const counted = query.search === null ? countOf(table, query) : null
  let passOver = query.cursor === null ? query.offset : 0
  let seen = 0
  const page: Entry[] = []
  let rest = false
  for (let entry = startOf(table, query); entry !== null && !rest; entry = entry.older) {
    // Known to be all there are: a rare state is not looked for among all jobs.
    if (query.cursor === null && seen === counted) break
    if (!matches(entry)) continue
    seen++
    if (passOver > 0) passOver--
    else if (page.length < query.limit) page.push(entry)
    else rest = true
  }
  const jobs: readonly JobRecord[] = page.map((entry) => briefRecordOf(entry, now))
  const last = rest ? page.at(-1) : undefined
  const nextCursor = last === undefined ? null : writeCursor(query, last.sequence, last.id)
  return { jobs, total: counted ?? countMatches(table, matches), nextCursor }
}

/** Jobs by state and type, from counters. */
export function countJobs(table: JobTable): QueueCounts {
  const all = noCounts()
  const byType: [string, ReturnType<typeof noCounts>][] = []
  let oldestReadyAt: number | null = null
  for (const kind of table.kinds) {
    if (addCounts(all, kind) > 0) byType.push([kind.name, { ...kind.counts }])
    for (const ring of kind.ready) {
      const readyAt = ring.oldestReadyAt()
      if (readyAt !== null && (oldestReadyAt === null || readyAt < oldestReadyAt)) oldestReadyAt = readyAt
    }
  }
  const [critical, high, normal, low] = table.ready.skips
  return { ...all, byType: Object.fromEntries(byType), skips: { critical, high, normal, low }, oldestReadyAt }
}

// -------------------------------------------------------------------------------------------------------------------

function addCounts(all: ReturnType<typeof noCounts>, { counts }: JobKind): number {
  let sum = 0
  for (const place of Object.keys(counts) as (keyof typeof counts)[]) {
    all[place] += counts[place]
    sum += counts[place]
  }
  return sum
}

function countOf(table: JobTable, { status, type }: ListQuery): number {
  const kinds = type === null ? table.kinds : table.kindsOf([type])
  let total = 0
  for (const { counts } of kinds) {
    for (const place of Object.keys(counts) as (keyof typeof counts)[]) {
      if (status === null || (place === 'delayed' ? 'pending' : place) === status) total += counts[place]
    }
  }
  return total
}

function countMatches(table: JobTable, matches: (entry: Entry) => boolean): number {
  let total = 0
  for (let entry = table.created.newest; entry !== null; entry = entry.older) if (matches(entry)) total++
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

function startOf(table: JobTable, query: ListQuery): Entry | null {
  if (query.cursor === null) return table.created.newest
  const { sequence, id } = readCursor(query, query.cursor)
  const last = table.get(id)
  if (last?.sequence === sequence) return last.older
  // The last job of that page was removed since: find where it stood.
  let entry = table.created.newest
  while (entry !== null && entry.sequence >= sequence) entry = entry.older
  return entry
}

function writeCursor(query: ListQuery, sequence: number, id: string): string {
  const sum = digestOf(JSON.stringify([query.status, query.type, query.search, sequence, id]))
  return Buffer.from(`${sequence}.${sum}.${id}`).toString('base64url')
}

/** Nothing is trusted: what is read must be, sign for sign, what would be written for the same query. */
function readCursor(query: ListQuery, cursor: string): { readonly sequence: number; readonly id: string } {
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
