import { RiptideError } from '../core/errors.js'
import type { MovingJob } from '../core/queue-adapter.js'
import type { ScheduleRecord } from '../core/schedule.js'

/**
 * What a withdrawal says of itself, in the store that was left: with this alone whoever comes next can bring the batch to its
 * end. One without jobs and schedules only says how far the move has come.
 */
export interface Journal {
  readonly move: string
  readonly step: number
  /** The kind of store that it goes to. */
  readonly target: string
  /** When it was written, by the clock of who moves. */
  readonly at: number
  readonly jobs: readonly MovingJob[]
  readonly schedules: readonly ScheduleRecord[]
}

const version = 1

/** The text of a journal. */
export function writeJournal(journal: Journal): string {
  try {
    return JSON.stringify({ version, ...journal })
  } catch (cause) {
    const ids = journal.jobs.map(({ record }) => record.id)
    throw new RiptideError('PAYLOAD_TOO_LARGE', `too large to be moved: ${ids.join(', ')}`, {
      cause,
      facts: { ids },
    })
  }
}

/** The journal in a text. */
export function readJournal(text: string): Journal {
  try {
    const found = JSON.parse(text) as Journal & { readonly version: number }
    if (found.version === version) return found
  } catch {
    // Not of migrate, or of one to come.
  }
  const message = 'jobs are on their way out of this queue in a form that this version does not know'
  throw new RiptideError('NOT_SUPPORTED', `${message}; update riptide-workers`)
}
