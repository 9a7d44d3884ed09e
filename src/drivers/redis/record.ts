import { type Priority, priorities, rankOf } from '../../core/priority.js'
import type { Claim, JobRecord, NewJob } from '../../core/queue-adapter.js'
import type { StoredResult } from '../../core/settlement.js'
import type { JobStatus } from '../../core/states.js'
import { idOf, nameOf, textOf, textOrNull, wordOf, wordOrNull } from './names.js'
import { termsOf, termsWords } from './terms-words.js'

/**
 * What stands beside a record, as `HMGET s:<name> e r p b t` gives it: the error, the reason of a cancel as a word, the
 * progress, the name of the job that blocks it, and its terms, which lists leave out.
 */
export type SideFields = readonly [
  error: string | null,
  cancelReason: string | null,
  progress: string | null,
  blocker: string | null,
  terms?: string | null,
]

/** What else is known of a job. */
export interface Ties {
  /** Names of those that it waits for. */
  readonly waitsFor: readonly string[]
  /** Others need its result, even when its time is over. */
  readonly isHeld: boolean
}

export const noTies: Ties = { waitsFor: [], isHeld: false }

/** A record taken apart as far as its lines go; what stands behind them is cut out where it is wanted. */
export interface RecordLines {
  readonly state: readonly string[]
  readonly fixed: readonly string[]
  /** Where the options begin. */
  readonly bodyAt: number
}

const statuses: Readonly<Partial<Record<string, JobStatus>>> = {
  P: 'pending',
  D: 'pending',
  R: 'retrying',
  B: 'blocked',
  W: 'processing',
  C: 'completed',
  L: 'dead_letter',
  X: 'cancelled',
}

const letters: Readonly<Record<JobStatus, string>> = {
  pending: 'P',
  retrying: 'R',
  blocked: 'B',
  processing: 'W',
  completed: 'C',
  dead_letter: 'L',
  cancelled: 'X',
}

/** The state that users see for the letter of a record. */
export function statusOf(letter: string): JobStatus {
  return statuses[letter] ?? 'pending'
}

/** The letter of a state in a record; for `pending` that of a ready job. */
export function letterOf(status: JobStatus): string {
  return letters[status]
}

/** What a submission sends of a job: its words for the record, and the texts that stand behind them. */
export function jobWords(job: NewJob): readonly [head: string, body: string] {
  const token = job.token === job.id ? '-' : nameOf(job.token)
  const head =
    `${wordOf(job.type)} ${rankOf(job.priority)} ${job.maxAttempts} ${job.delayMs ?? '-'} ${job.runAt ?? '-'} ` +
    `${wordOrNull(job.dedupeKey)} ${token} ${job.digest === '' ? '-' : wordOf(job.digest)} ${job.options.length} ${job.payload.length}`
  const terms = job.terms === undefined ? '' : `\n${termsWords(job.terms)}`
  return [head + terms, job.options + job.payload]
}

/** A job just claimed. */
export function parseClaim(name: string, lane: number, text: string): Claim {
  const { state, fixed, bodyAt } = linesOf(text)
  const payloadAt = bodyAt + number(fixed[5])
  return {
    id: idOf(name),
    type: textOf(fixed[1] ?? ''),
    priority: priorityOf(fixed),
    payload: text.slice(payloadAt, payloadAt + number(fixed[6])),
    options: text.slice(bodyAt, payloadAt),
    fence: state[2] ?? '0',
    generation: number(state[3], 1),
    failures: number(state[4]),
    maxAttempts: number(fixed[3]),
    lane,
    createdAt: number(fixed[4]),
    readyAt: readyAtOf(state, fixed),
    startedAt: number(state[7]),
    dedupeKey: textOrNull(fixed[7] ?? '-'),
    scheduleId: idOrNull(fixed[8]),
  }
}

/** A job with all that is known of it. */
export function parseRecord(
  name: string,
  text: string,
  side: SideFields,
  lines: readonly string[],
  now: number,
  ties: Ties = noTies,
): JobRecord {
  const parts = linesOf(text)
  const payloadAt = parts.bodyAt + number(parts.fixed[5])
  const resultAt = payloadAt + number(parts.fixed[6])
  const brief = briefRecord(name, text, parts, side, text.slice(resultAt), now, ties.isHeld)
  const terms = termsOf(side[4] ?? null)
  return {
    ...brief,
    payload: text.slice(payloadAt, resultAt),
    lines,
    terms,
    waitsFor: ties.waitsFor.map((one) => idOf(one)),
  }
}

/** A job for a list, without payload and log lines: `text` need not go further than the options. */
export function briefRecord(
  name: string,
  text: string,
  { state, fixed, bodyAt }: RecordLines,
  side: SideFields,
  resultText: string,
  now: number,
  isHeld = false,
): JobRecord {
  const [error, cancelReason, progress, blocker] = side
  return {
    id: idOf(name),
    type: textOf(fixed[1] ?? ''),
    status: statusOf(state[0] ?? ''),
    priority: priorityOf(fixed),
    payload: '',
    options: text.slice(bodyAt, bodyAt + number(fixed[5])),
    generation: number(state[3], 1),
    failures: number(state[4]),
    maxAttempts: number(fixed[3]),
    fence: state[2] ?? '0',
    worker: workerOf(state),
    createdAt: number(fixed[4]),
    readyAt: readyAtOf(state, fixed),
    startedAt: numberOrNull(state[7]),
    completedAt: numberOrNull(state[8]),
    runMs: numberOrNull(state[9]),
    error,
    cancelReason: cancelReason === null ? null : textOf(cancelReason),
    progress,
    lines: [],
    dedupeKey: textOrNull(fixed[7] ?? '-'),
    scheduleId: idOrNull(fixed[8]),
    blockedBy: blocker === null ? null : idOf(blocker),
    terms: null,
    waitsFor: [],
    result: resultOf(state[10], resultText, isHeld ? 0 : now),
  }
}

/** The first two lines of a record, word by word. */
export function linesOf(text: string): RecordLines {
  const stateEnd = text.indexOf('\n')
  const fixedEnd = text.indexOf('\n', stateEnd + 1)
  const fixed = text.slice(stateEnd + 1, fixedEnd).split(' ')
  return { state: fullState(text.slice(0, stateEnd).split(' '), fixed), fixed, bodyAt: fixedEnd + 1 }
}

/** `<instance>/<lane>` of the last claim. */
export function workerOf(state: readonly string[]): string | null {
  const word = state[6] ?? '-'
  if (word === '-') return null
  const slash = word.lastIndexOf('/')
  return idOf(word.slice(0, slash)) + word.slice(slash)
}

// -------------------------------------------------------------------------------------------------------------------

/**
 * The state line with all its words. A job that never failed and was never handed back has but those that say something:
 * `P`, then `W <fence> <worker> <startedAt>`, then `C` with these and `<completedAt> <runMs> <result>`.
 */
function fullState(words: readonly string[], fixed: readonly string[]): readonly string[] {
  if (words.length > 7) return words
  const [
    letter = '',
    fence = '0',
    worker = '-',
    startedAt = '-',
    completedAt = '-',
    runMs = '-',
    result = '-',
  ] = words
  const made = [fixed[0] ?? '0', fence, '1', '0', fixed[4] ?? '0']
  return [letter, ...made, worker, startedAt, completedAt, runMs, result]
}

/** A job just made has no words for what has not happened to it. */
function number(word: string | undefined, otherwise = 0): number {
  return word === undefined ? otherwise : Number(word)
}

function numberOrNull(word: string | undefined): number | null {
  return word === undefined || word === '-' ? null : Number(word)
}

function readyAtOf(state: readonly string[], fixed: readonly string[]): number {
  return Number(state[5] ?? fixed[4])
}

function priorityOf(fixed: readonly string[]): Priority {
  // Higher by 4 where others depend on it.
  return priorities[number(fixed[2]) % 4] ?? 'normal'
}

function idOrNull(word: string | undefined): string | null {
  return word === undefined || word === '-' ? null : idOf(word)
}

/** A result is over on the ms, whether or not anyone has removed it; held ones at no time that is past. */
function resultOf(word: string | undefined, text: string, now: number): StoredResult | null {
  if (word === undefined || word === '-') return null
  if (parseInt(word.slice(1), 10) <= now) return null
  return word.startsWith('k') ? { key: text } : { inline: text }
}
