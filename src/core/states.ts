/**
 * The life of a job.
 *
 * `pending` waits to be claimed, now or from a given time on; `blocked` waits for other jobs to end. A claim makes it
 * `processing`. From there it is `completed`, or a failed attempt makes it `retrying` (it waits for its backoff and is then
 * `pending` again) or, with no attempt left, `dead_letter`. A lost lease or a shutdown puts it back to `pending`.
 * `cancelled` is reached from every state that is not final; a blocked job is a dead letter when one that it depends on failed.
 * A dead letter or a cancelled job can be given a new life, which is a new generation.
 */
export const jobStates = [
  'pending',
  'processing',
  'retrying',
  'blocked',
  'completed',
  'dead_letter',
  'cancelled',
] as const

export type JobStatus = (typeof jobStates)[number]

export const finalStates = ['completed', 'dead_letter', 'cancelled'] as const

export type FinalStatus = (typeof finalStates)[number]

/** Every lawful move; whatever is not listed is refused. */
export const moves = {
  pending: ['processing', 'cancelled'],
  blocked: ['pending', 'cancelled', 'dead_letter'],
  processing: ['completed', 'retrying', 'dead_letter', 'cancelled', 'pending'],
  retrying: ['pending', 'cancelled'],
  completed: [],
  dead_letter: ['pending', 'blocked'],
  cancelled: ['pending', 'blocked'],
} as const satisfies Record<JobStatus, readonly JobStatus[]>

/** Whether a job may go from one state to another. */
export function canMove(from: JobStatus, to: JobStatus): boolean {
  return (moves[from] as readonly JobStatus[]).includes(to)
}

/** Whether a job in this state has ended: its result can be read, and it moves again only by a retry that a person asked for. */
export function isFinal(status: JobStatus): boolean {
  return status === 'completed' || status === 'dead_letter' || status === 'cancelled'
}
