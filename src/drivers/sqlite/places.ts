import type { StateCounts } from '../../core/queue-adapter.js'
import type { JobStatus } from '../../core/states.js'

/**
 * The states of a job by the numbers that stand in the file. A job that runs is still `ready` there, since no claim touches
 * its row: it is `processing` while it has a lease. A number is never changed.
 */
export const place = {
  ready: 2,
  delayed: 3,
  retrying: 4,
  blocked: 5,
  completed: 6,
  dead_letter: 7,
  cancelled: 8,
} as const

/** Of a job that has just come from another store and stands in no index yet. */
export const nowhere = 0

export type Place = (typeof place)[keyof typeof place]

export type FinalStatus = 'completed' | 'dead_letter' | 'cancelled'

export const finalStatuses = [
  'completed',
  'dead_letter',
  'cancelled',
] as const satisfies readonly FinalStatus[]

/** The state that users see. */
export function statusOf(state: number, isLeased: boolean): JobStatus {
  if (state === place.ready) return isLeased ? 'processing' : 'pending'
  return statuses[state] ?? 'pending'
}

/** Under which name it is counted. */
export function countedAs(state: number, isLeased: boolean): keyof StateCounts {
  return state === place.delayed ? 'delayed' : statusOf(state, isLeased)
}

/** How a job in this state ended; null while it has not. */
export function finalStatusOf(state: number): FinalStatus | null {
  return finalStatuses.find((status) => place[status] === state) ?? null
}

export function hasEnded(state: number): boolean {
  return state >= place.completed
}

// -------------------------------------------------------------------------------------------------------------------

const statuses: Readonly<Record<number, JobStatus>> = {
  [place.delayed]: 'pending',
  [place.retrying]: 'retrying',
  [place.blocked]: 'blocked',
  [place.completed]: 'completed',
  [place.dead_letter]: 'dead_letter',
  [place.cancelled]: 'cancelled',
}
