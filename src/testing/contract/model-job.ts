import type { Dependency, JobTerms } from '../../core/job-terms.js'
import type { Priority } from '../../core/priority.js'
import type { NewJob } from '../../core/queue-adapter.js'
import { type JobStatus, isFinal } from '../../core/states.js'

/** A job as the model has it. */
export interface ModelJob {
  readonly id: string
  type: string
  priority: Priority
  maxAttempts: number
  readonly dedupeKey: string | null
  terms: JobTerms | null
  status: JobStatus
  generation: number
  failures: number
  fence: bigint
  instance: string
  /** When it is due, or its lease is over; of a blocked one, before which it is not ready. */
  at: number
  /** Its place among those of its class; several may have the same, and then any of them may go first. */
  place: number
  /** Its place among those that ended in the same state; several may have the same. */
  endedAs: number
  /** Those of its dependencies that have not let it go. */
  open: readonly Dependency[]
  /** Those that depend on it and live, or whose ends have not been told. */
  readonly tiedBy: Set<string>
  /** There were ties when it ended, which had to be told: since when it may be removed is not foretold. */
  wasTied: boolean
  /** Nothing of it is kept once nobody is tied to it. */
  isUnkept: boolean
}

/** Of one that is not ready yet, and of one that is not pending. */
export const noPlace = Number.POSITIVE_INFINITY

export function modelJob({ id, type, priority, maxAttempts, dedupeKey, terms }: NewJob): ModelJob {
  return {
    ...{ id, type, priority, maxAttempts, dedupeKey, terms: terms ?? null },
    ...{
      status: 'pending',
      generation: 1,
      failures: 0,
      fence: 0n,
      instance: '',
      at: 0,
      place: noPlace,
      endedAs: 0,
    },
    ...{ open: [], tiedBy: new Set(), wasTied: false, isUnkept: false },
  }
}

export function isLive(job: ModelJob | undefined): boolean {
  return job !== undefined && !isFinal(job.status)
}

/** It can be claimed, as far as its keys allow it. */
export function isReady(job: ModelJob): boolean {
  return job.status === 'pending' && job.place < noPlace
}
