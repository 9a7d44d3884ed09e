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
import { isFinal } from '../../core/states.js'
import { idOf, nameOf, textOf, wordOf, wordOrNull } from './names.js'
import { type SideFields, linesOf, parseRecord } from './record.js'
import { stepsIn } from './step-words.js'

/** What is sent for the next page of an export. */
export function exportWords({ cursor, items, bytes }: ExportRequest): string[] {
  return [...placeWords(cursor), String(items), String(bytes)]
}

/** A page of an export. */
export function exportAnswer(reply: unknown): ExportAnswer {
  const [newest, next, now, ...shown] = reply as ExportReply
  const jobs: MovingJob[] = []
  for (let i = 0; i < shown.length; i += 8)
    jobs.push(movingJobOf(shown.slice(i, i + 8) as unknown as ShownJob, Number(now)))
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
  waitsFor: readonly string[],
  steps: readonly string[],
  isHeld: string,
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

/** Which stretch of the way through all jobs, and the mark in it; see lua/read-moving.lua. */
function placeWords(cursor: string | null): readonly string[] {
  if (cursor === null) return ['C', '']
  const [, stretch = '', mark = ''] =
    /^(C|L|X|H|[0-3][fr]|k|due|rest):(\d{1,16}|(?<=rest:)\d{1,16}\/\d{1,16})$/.exec(cursor) ?? []
  if (mark !== '') return [stretch, mark]
  throw new RiptideError('PAGE_INVALID', `cursor must be that of an export; got ${describe(cursor)}`, {
    path: '/cursor',
  })
}

function movingJobOf(
  [name, isInFront, text, side, lines, waitsFor, steps, isHeld]: ShownJob,
  now: number,
): MovingJob {
  const { state, fixed } = linesOf(text)
  const record = parseRecord(name, text, side, lines, now, { waitsFor, isHeld: isHeld === '1' })
  const [token = '-', digest = '-', flags = ''] = fixed.slice(9)
  const isDispossessed = flags.includes('u') && !isFinal(record.status)
  return {
    record: isDispossessed ? { ...record, dedupeKey: null } : record,
    place: places[state[0] ?? ''] ?? 'pending',
    isInFront: isInFront === '1',
    token: token === '-' ? record.id : idOf(token),
    digest: digest === '-' ? '' : textOf(digest),
    sequence: Number(fixed[0]),
    resultUntil: record.result === null ? null : parseInt((state[10] ?? '').slice(1), 10),
    revision: [side[3] ?? '-', waitsFor.length, ...text.split('\n', 2)].join(' '),
    ...(steps.length === 0 ? {} : { steps: stepsIn(steps) }),
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
