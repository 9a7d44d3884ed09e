import type {
  ForeseeAnswer,
  ForeseeRequest,
  ImportAnswer,
  ImportRequest,
  Imported,
  MovingJob,
  MovingPlace,
  Reception,
} from '../../core/queue-adapter.js'
import type { ScheduleRecord } from '../../core/schedule.js'
import { nameOf, wordOf, wordOrNull } from './names.js'
import { jobWords } from './record.js'

/** What is sent of those that are to come. */
export function foreseeWords({ jobs, schedules }: ForeseeRequest): string[] {
  const asked = jobs.flatMap(({ id, token, digest, fence, dedupeKey }) => {
    const words = [token === id ? '-' : nameOf(token), digest === '' ? '-' : wordOf(digest)]
    return [nameOf(id), [...words, fence, wordOrNull(dedupeKey)].join(' ')]
  })
  const rows = schedules.flatMap(({ id, name }) => [nameOf(id), wordOf(name)])
  return [String(jobs.length), ...asked, ...rows]
}

/** Redis has no room of its own that is known beforehand: what is too much is refused at the import. */
export function foreseeAnswer(reply: unknown, jobs: number): ForeseeAnswer {
  const words = reply as readonly Reception[]
  return { jobs: words.slice(0, jobs), schedules: words.slice(jobs), full: null }
}

/** What is sent of one step of a move. */
export function importWords({ move, step, room, jobs, schedules }: ImportRequest): string[] {
  const head = [wordOf(move), String(step), String(room), String(jobs.length)]
  const rows = schedules.flatMap((one) => [nameOf(one.id), scheduleText(one), wordOf(one.name)])
  return [...head, ...jobs.flatMap(arrivalWords), ...rows]
}

export function importAnswer(reply: unknown): ImportAnswer {
  if (reply === 'unknown' || reply === 'old') return { kind: reply }
  const [, said = ''] = reply as readonly string[]
  const [jobs = [], schedules = []] = said
    .split('\n')
    .map((line) => line.split(' ').filter((word) => word !== '') as Imported[])
  return { kind: 'done', jobs, schedules }
}

// -------------------------------------------------------------------------------------------------------------------

const letters: Readonly<Record<MovingPlace, string>> = {
  pending: 'P',
  delayed: 'D',
  retrying: 'R',
  blocked: 'B',
  completed: 'C',
  dead_letter: 'L',
  cancelled: 'X',
}

function arrivalWords(job: MovingJob): string[] {
  const { record, token, digest, steps = [] } = job
  const terms = record.terms ?? undefined
  const [head, body] = jobWords({ ...record, terms, token, digest, delayMs: null, runAt: null })
  const { error, cancelReason, progress, lines, result } = record
  const texts = [error, cancelReason === null ? null : wordOf(cancelReason), progress]
  const state = [...stateWords(job), texts.map((text) => (text === null ? '0' : '1')).join('')]
  return [
    nameOf(record.id),
    head,
    state.join(' '),
    body,
    result === null ? '' : 'inline' in result ? result.inline : result.key,
    ...texts.map((text) => text ?? ''),
    record.waitsFor.map((id) => nameOf(id)).join(' '),
    String(steps.length),
    String(lines.length),
    ...lines,
    ...steps.flatMap(({ key, text }) => [wordOf(key), text]),
  ]
}

function stateWords({ record, place, isInFront, sequence, resultUntil }: MovingJob): string[] {
  const { fence, generation, failures, createdAt, readyAt, startedAt, completedAt, runMs, result } = record
  const kind = result === null ? '-' : 'inline' in result ? 'i' : 'k'
  return [
    place === 'pending' && isInFront ? 'F' : letters[place],
    sequence,
    fence,
    generation,
    failures,
    createdAt,
    readyAt,
    workerWord(record.worker),
    startedAt ?? '-',
    completedAt ?? '-',
    runMs ?? '-',
    kind,
    resultUntil ?? '-',
    record.scheduleId === null ? '-' : nameOf(record.scheduleId),
    record.blockedBy === null ? '-' : nameOf(record.blockedBy),
  ].map(String)
}

function workerWord(worker: string | null): string {
  if (worker === null) return '-'
  const slash = worker.lastIndexOf('/')
  return nameOf(worker.slice(0, slash)) + worker.slice(slash)
}

/** As part-schedules.lua has it; of its last slot nobody asks again. */
function scheduleText(schedule: ScheduleRecord): string {
  const { version, enabled, nextSlot, createdAt, lastFiredAt, fired, skipped, name, digest } = schedule
  const times = [nextSlot ?? '-', createdAt, lastFiredAt ?? '-']
  const words = [version, enabled ? 1 : 0, ...times, fired, skipped, wordOf(name), wordOf(digest)]
  return `${words.join(' ')} - - -\n${schedule.definition}`
}
