import type { ExportAnswer, ExportRequest, MovingJob } from '../../core/queue-adapter.js'
import { RiptideError, describe } from '../../core/errors.js'
import type { FinalStatus } from '../../core/states.js'
import type { Entry } from './entry.js'
import type { JobTable } from './job-table.js'
import { recordOf } from './record.js'
import { stepsOf } from './steps.js'
import { isMovable, lineOf } from './with-parents.js'

/** The next jobs that can be moved, in an order that keeps theirs. */
export function exportJobs(table: JobTable, request: ExportRequest, now: number): ExportAnswer {
  const jobs: MovingJob[] = []
  const shown = new Set<Entry>()
  let bytes = 0
  const from = placeOf(request.cursor)
  let { cursor, parent: passed } = from
  for (const { entry: seen, at } of seenFrom(table, from)) {
    const line = lineOf(seen, shown)
    for (let i = line.findIndex(({ sequence }) => sequence === passed) + 1; i < line.length; i++) {
      const entry = line[i] ?? seen
      bytes += entry.bytes
      if (jobs.length >= request.items || (jobs.length > 0 && bytes > request.bytes))
        return { jobs, cursor: cursorOf(cursor, line[i - 1]), newest: table.created.lastPlace }
      shown.add(entry)
      jobs.push(movingJobOf(table, entry, now))
    }
    passed = null
    cursor = at
  }
  return { jobs, cursor: null, newest: table.created.lastPlace }
}

/** Changes with the job, whatever changes of it. */
export function revisionOf(entry: Entry): string {
  const { place, generation, failures, fenceText, ticket, readyAt, sequence, rank, link, extra } = entry
  const known = [place, sequence, generation, failures, fenceText, ticket, readyAt, rank]
  return [...known, extra?.edition ?? 0, extra?.wait?.open ?? 0, link?.blocker?.id ?? ''].join(' ')
}

// -------------------------------------------------------------------------------------------------------------------

/** A job, and the cursor that goes on behind it. */
interface Seen {
  readonly entry: Entry
  readonly at: string
}

/** One after the other; the last one shows whatever is left, in the order of creation, and so blocked ones behind their blockers. */
const stretches = ['completed', 'dead_letter', 'cancelled', '0', '1', '2', '3', 'rest'] as const
type Stretch = (typeof stretches)[number]

/**
 * Where it goes on. Of ended jobs the number says how many are still to be seen: whether those that were seen go or stay changes
 * nothing of that. Of ready ones it is a ticket, of the rest a place in the order of creation.
 */
interface Place {
  readonly stretch: Stretch
  readonly mark: number | null
  /** The same as text; null for the beginning. */
  readonly cursor: string | null
  /** The place in the order of creation of the last that was shown of those that the next job waits for; null for none. */
  readonly parent: number | null
}

function cursorOf(cursor: string | null, parent: Entry | undefined): string | null {
  return parent === undefined ? cursor : `${cursor ?? ''}~${parent.sequence}`
}

function placeOf(given: string | null): Place {
  const [cursor = '', parent = ''] = (given ?? '').split('~')
  const seen = /^\d+$/.test(parent) ? Number(parent) : null
  const beginning = { stretch: 'completed', mark: null, cursor: null, parent: seen } as const
  if (given === null || (cursor === '' && seen !== null)) return beginning
  const [word = '', mark = ''] = cursor.split(':')
  const stretch = stretches.find((one) => one === word)
  if (stretch !== undefined && /^-?\d+$/.test(mark))
    return { stretch, mark: Number(mark), cursor, parent: seen }
  throw new RiptideError('PAGE_INVALID', `cursor must be that of an export; got ${describe(given)}`, {
    path: '/cursor',
  })
}

function* seenFrom(table: JobTable, from: Place): Iterable<Seen> {
  for (const stretch of stretches.slice(stretches.indexOf(from.stretch))) {
    const mark = stretch === from.stretch ? from.mark : null
    if (stretch === 'rest') yield* rest(table, mark)
    else if (stretch === 'completed' || stretch === 'dead_letter' || stretch === 'cancelled')
      yield* ended(table, stretch, mark)
    else yield* ready(table, Number(stretch), mark)
  }
}

function* ended(table: JobTable, place: FinalStatus, toCome: number | null): Iterable<Seen> {
  const { removable, held } = table.shelf
  let left = removable[place].count + held[place].count
  for (const entry of inOrderOfEnds(removable[place].values(), held[place].values())) {
    left--
    if (toCome === null || left < toCome) yield { entry, at: `${place}:${left}` }
  }
}

function* inOrderOfEnds(some: Iterable<Entry>, others: Iterable<Entry>): Iterable<Entry> {
  const rest = others[Symbol.iterator]()
  let next = rest.next()
  for (const entry of some) {
    for (; next.done !== true && next.value.ticket < entry.ticket; next = rest.next()) yield next.value
    yield entry
  }
  for (; next.done !== true; next = rest.next()) yield next.value
}

function* ready(table: JobTable, rank: number, ticket: number | null): Iterable<Seen> {
  for (const entry of table.ready.behind(table.kinds, rank, ticket ?? -Infinity))
    yield { entry, at: `${rank}:${entry.ticket}` }
}

function* rest(table: JobTable, sequence: number | null): Iterable<Seen> {
  for (let entry = table.created.oldest; entry !== null; entry = entry.newer) {
    if (sequence !== null && entry.sequence <= sequence) continue
    if (isMovable(entry)) yield { entry, at: `rest:${entry.sequence}` }
  }
}

function movingJobOf(table: JobTable, entry: Entry, now: number): MovingJob {
  const record = recordOf(entry, now)
  const steps = stepsOf(entry)
  return {
    record: table.dedupe.isDispossessed(entry) ? { ...record, dedupeKey: null } : record,
    place: entry.place === 'processing' || entry.place === 'nowhere' ? 'pending' : entry.place,
    isInFront: entry.place === 'pending' && entry.ticket < 0,
    token: entry.token,
    digest: entry.digest,
    sequence: entry.sequence,
    resultUntil: record.result === null ? null : entry.dueAt,
    revision: revisionOf(entry),
    ...(steps.length > 0 ? { steps } : {}),
  }
}
