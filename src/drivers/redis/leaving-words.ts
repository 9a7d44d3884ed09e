import { RiptideError, describe } from '../../core/errors.js'
import type {
  ExportAnswer,
  ExportRequest,
  MovingJob,
  MovingPlace,
  WithdrawAnswer,
  WithdrawRequest,
  Withdrawal,
  Withdrawn,
} from '../../core/queue-adapter.js'
import type { ScheduleRecord } from '../../core/schedule.js'
import { idOf, nameOf, textOf, wordOf, wordOrNull } from './names.js'
import { type SideFields, linesOf, parseRecord } from './record.js'

/** What is sent for the next page of an export. */
export function exportWords({ cursor, items, bytes }: ExportRequest): string[] {
  return [...placeWords(cursor), String(items), String(bytes)]
}

/** A page of an export. */
export function exportAnswer(reply: unknown): ExportAnswer {
  const [newest, next, now, ...shown] = reply as ExportReply
  const jobs: MovingJob[] = []
  for (let i = 0; i < shown.length; i += 5) {
    const [name, isInFront, text, side, lines] = shown.slice(i, i + 5) as unknown as ShownJob
    jobs.push(movingJobOf(name, isInFront === '1', text, side, lines, Number(now)))
  }
  return { jobs, cursor: next === '' ? null : next, newest: Number(newest) }
}

/** What is sent of a withdrawal. */
export function withdrawWords({ token, after, text, jobs, schedules }: WithdrawRequest): string[] {
  const refs = jobs.flatMap(({ id, revision }) => [nameOf(id), revision])
  const rows = schedules.flatMap((schedule) => [nameOf(schedule.id), revisionOf(schedule)])
  return [wordOf(token), wordOrNull(after), text, String(jobs.length), ...refs, ...rows]
}

export function withdrawAnswer(reply: unknown): WithdrawAnswer {
  if (reply === 'stale') return { kind: 'stale' }
  const [, said = ''] = reply as readonly string[]
  return { kind: 'done', ...answersIn(said) }
}

export function withdrawalOf(reply: unknown): Withdrawal | null {
  if (reply === null) return null
  const [token = '', text = '', said = ''] = reply as readonly string[]
  return { token: textOf(token), text, ...answersIn(said) }
}

// -------------------------------------------------------------------------------------------------------------------

type ExportReply = readonly [newest: string, next: string, now: string, ...shown: unknown[]]
type ShownJob = readonly [
  name: string,
  isInFront: string,
  text: string,
  side: SideFields,
  lines: readonly string[],
]

const places: Readonly<Partial<Record<string, MovingPlace>>> = {
  P: 'pending',
  D: 'delayed',
  R: 'retrying',
  B: 'blocked',
  C: 'completed',
  L: 'dead_letter',
  X: 'cancelled',
}

/** Which stretch of the way through all jobs, and the mark in it. */
function placeWords(cursor: string | null): readonly string[] {
  if (cursor === null) return ['C', '']
  const [, stretch = '', mark = ''] = /^(C|L|X|[0-3][fr]|due|rest):(\d{1,16})$/.exec(cursor) ?? []
  if (mark !== '') return [stretch, mark]
  throw new RiptideError('PAGE_INVALID', `cursor must be that of an export; got ${describe(cursor)}`, {
    path: '/cursor',
  })
}

function movingJobOf(
  name: string,
  isInFront: boolean,
  text: string,
  side: SideFields,
  lines: readonly string[],
  now: number,
): MovingJob {
  const { state, fixed } = linesOf(text)
  const record = parseRecord(name, text, side, lines, now)
  const [token = '-', digest = '-'] = fixed.slice(9)
  return {
    record,
    place: places[state[0] ?? ''] ?? 'pending',
    isInFront,
    token: token === '-' ? record.id : idOf(token),
    digest: digest === '-' ? '' : textOf(digest),
    sequence: Number(fixed[0]),
    resultUntil: record.result === null ? null : parseInt((state[10] ?? '').slice(1), 10),
    revision: `${fixed[0]} ${side[3] ?? '-'} ${text.slice(0, text.indexOf('\n'))}`,
  }
}

/** What of a schedule changes when something happens to it. */
function revisionOf({ version, digest, enabled, nextSlot, fired, skipped }: ScheduleRecord): string {
  return [version, wordOf(digest), enabled ? 1 : 0, nextSlot ?? '-', fired, skipped].join(' ')
}

/** What became of the jobs, and on a second line of the schedules. */
function answersIn(said: string): Pick<Withdrawal, 'jobs' | 'schedules'> {
  const [jobs = [], schedules = []] = said
    .split('\n')
    .map((line) => line.split(' ').filter((word) => word !== '') as Withdrawn[])
  return { jobs, schedules }
}
