import type { Priority } from '../../core/priority.js'
import { rankOf } from '../../core/priority.js'
import type { ControlAnswer, NewJob, StateCounts } from '../../core/queue-adapter.js'
import type { StoredResult } from '../../core/settlement.js'
import type { JobStatus } from '../../core/states.js'
import type { Extra } from './extra.js'
import type { JobKind } from './job-kind.js'
import type { LineLink } from './lineups.js'

/** Which index holds a job; exactly one does, and only the job table moves it. `nowhere` is a job just made. */
export type Place = keyof StateCounts | 'nowhere'

/** The answer to a cancel or a retry, kept for the same request sent again. */
export interface GivenAnswer {
  readonly token: string
  readonly answer: ControlAnswer
}

/**
 * One job. Every field is there from the start, so that all jobs have one hidden class and the hot path stays monomorphic;
 * the links of the lists and the places in the heaps stand in the job itself, so that moving it allocates nothing.
 */
export class Entry {
  readonly id: string
  readonly token: string
  readonly digest: string
  readonly dedupeKey: string | null
  readonly scheduleId: string | null
  readonly createdAt: number
  /** Its place in the order of creation. */
  readonly sequence: number

  kind: JobKind
  priority: Priority
  /** 0 for critical to 3 for low. */
  rank: number
  maxAttempts: number
  payload: string
  options: string
  place: Place = 'nowhere'
  generation = 1
  failures = 0
  fence = 0
  fenceText = '0'
  /** Who claimed it last. It holds the job only while `place` is `processing`. */
  instance: string | null = null
  lane = 0
  readyAt: number
  startedAt: number | null = null
  completedAt: number | null = null
  runMs: number | null = null
  error: string | null = null
  cancelReason: string | null = null
  progress: string | null = null
  lines: readonly string[] = noLines
  /** Lines that the run under way has sent. */
  linesOfRun = 0
  result: StoredResult | null = null
  /** False for a job of which nothing is kept once it has completed. */
  isKept = true
  /** Of the payload and of the result that stands in the record. */
  bytes: number
  answers: readonly GivenAnswer[] = noAnswers

  /**
   * Its place in the ready order; kept during a run, so that a job handed back finds its place again. Of a job that has ended,
   * its place in the order of ends.
   */
  ticket = 0
  /** When it is due, its lease expires or its result is over, in whichever heap it stands. */
  dueAt = 0
  /** -1 when it stands in no heap. */
  heapIndex = -1
  older: Entry | null = null
  newer: Entry | null = null
  endedBefore: Entry | null = null
  endedAfter: Entry | null = null
  /** Its place in the line of its schedule; null for a job that no schedule made. */
  link: LineLink | null = null
  extra: Extra | null = null

  constructor(job: NewJob, kind: JobKind, now: number, sequence: number, scheduleId: string | null) {
    this.id = job.id
    this.token = job.token
    this.digest = job.digest
    this.dedupeKey = job.dedupeKey
    this.kind = kind
    this.priority = job.priority
    this.rank = rankOf(job.priority)
    this.maxAttempts = job.maxAttempts
    this.payload = job.payload
    this.options = kind.shareOptions(job.options)
    this.scheduleId = scheduleId
    this.createdAt = now
    this.readyAt = now
    this.sequence = sequence
    this.bytes = Buffer.byteLength(job.payload)
  }

  /** Gives it the content of another submission. One attempt more is left than have failed, at the least. */
  refill(job: NewJob, kind: JobKind): void {
    this.kind = kind
    this.priority = job.priority
    this.rank = rankOf(job.priority)
    this.maxAttempts = Math.max(job.maxAttempts, this.failures + 1)
    this.payload = job.payload
    this.options = kind.shareOptions(job.options)
  }
}

const noLines: readonly string[] = []
const noAnswers: readonly GivenAnswer[] = []

/** The state that users see. */
export function statusOf(entry: Entry): JobStatus {
  return entry.place === 'delayed' || entry.place === 'nowhere' ? 'pending' : entry.place
}

/** Whether it has ended. */
export function hasEnded(entry: Entry): boolean {
  return entry.place === 'completed' || entry.place === 'dead_letter' || entry.place === 'cancelled'
}
