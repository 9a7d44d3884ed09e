import type { ExportAnswer, ExportRequest, MovingJob } from '../../core/queue-adapter.js'
import { RiptideError, describe } from '../../core/errors.js'
import { type Entry, hasEnded } from './entry.js'
import type { FinalPlace, JobTable } from './job-table.js'
import { recordOf } from './record.js'

/** The next jobs that can be moved, in an order that keeps theirs. */
export function exportJobs(table: JobTable, request: ExportRequest, now: number): ExportAnswer {
  const jobs: MovingJob[] = []
  const shown = new Set<Entry>()
  let bytes = 0
  let cursor = request.cursor
  for (const { entry, at } of seenFrom(table, placeOf(request.cursor))) {
    if (shown.has(entry)) continue
    bytes += entry.bytes
    if (jobs.length >= request.items || (jobs.length > 0 && bytes > request.bytes))
      return { jobs, cursor, newest: table.newest }
    shown.add(entry)
    jobs.push(movingJobOf(entry, now))
    cursor = at
  }
  return { jobs, cursor: null, newest: table.newest }
}

/** Changes with the job, whatever changes of it. */
export function revisionOf(entry: Entry): string {
  const { place, generation, failures, fenceText, ticket, readyAt, sequence, link } = entry
  return [place, sequence, generation, failures, fenceText, ticket, readyAt, link?.blocker?.id ?? ''].join(
    ' ',
  )
}

/** Whether others are still to be told of its end. */
export function isAwaited(entry: Entry): boolean {
  return (entry.link?.openEntries ?? 0) > 0
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
}

function placeOf(cursor: string | null): Place {
  if (cursor === null) return { stretch: 'completed', mark: null }
  const [word = '', mark = ''] = cursor.split(':')
  const stretch = stretches.find((one) => one === word)
  if (stretch !== undefined && /^-?\d+$/.test(mark)) return { stretch, mark: Number(mark) }
  throw new RiptideError('PAGE_INVALID', `cursor must be that of an export; got ${describe(cursor)}`, {
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

function* ended(table: JobTable, place: FinalPlace, toCome: number | null): Iterable<Seen> {
  const list = table.ended[place]
  let left = list.count
  for (const entry of list.values()) {
    left--
    if (toCome === null || left < toCome) yield { entry, at: `${place}:${left}` }
  }
}

function* ready(table: JobTable, rank: number, ticket: number | null): Iterable<Seen> {
  for (const entry of table.ready.behind(table.kinds, rank, ticket ?? -Infinity))
    yield { entry, at: `${rank}:${entry.ticket}` }
}

function* rest(table: JobTable, sequence: number | null): Iterable<Seen> {
  for (let entry = table.created.oldest; entry !== null; entry = entry.newer) {
    if (sequence !== null && entry.sequence <= sequence) continue
    if (entry.place === 'processing' || (hasEnded(entry) && isAwaited(entry))) continue
    yield { entry, at: `rest:${entry.sequence}` }
  }
}

function movingJobOf(entry: Entry, now: number): MovingJob {
  const record = recordOf(entry, now)
  return {
    record,
    place: entry.place === 'processing' || entry.place === 'nowhere' ? 'pending' : entry.place,
    isInFront: entry.place === 'pending' && entry.ticket < 0,
    token: entry.token,
    digest: entry.digest,
    sequence: entry.sequence,
    resultUntil: record.result === null ? null : entry.dueAt,
    revision: revisionOf(entry),
  }
}
