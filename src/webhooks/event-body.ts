import { formatInstant } from '../core/instant.js'
import { readSettings, resultOf } from '../core/job-view.js'
import type { Notice } from '../core/job-terms.js'
import type { JobRecord } from '../core/queue-record.js'
import { parseStored } from '../core/stored-json.js'
import { eventOf } from '../core/webhook-event.js'
import type { EventResult } from './deps.js'

/** Most bytes of a result that an event carries; a larger one is to be asked for. */
export const mostResultBytes = 65_536

/**
 * The body of a delivery, spelt as all that goes over the wire. `record` is the job that ended, where it is still that life of
 * it: of one that was given a new life since, or that is gone, only what the notice knows can be told.
 */
export function eventBody(notice: Notice, record: JobRecord | null, result: EventResult): string {
  const at = formatInstant(notice.at)
  const data = typeof result === 'string' ? undefined : parseStored(result.text)
  const end = record && resultOf(record, data)
  return JSON.stringify({
    type: eventOf(notice.status),
    timestamp: at,
    data: {
      job_id: notice.job,
      type: notice.type,
      status: spelt(notice.status),
      generation: notice.generation,
      priority: record ? spelt(record.priority) : null,
      metadata: record ? readSettings(record.options).metadata : {},
      created_at: record ? formatInstant(record.createdAt) : null,
      completed_at: at,
      processing_time_ms: end?.processingTimeMs ?? null,
      error: end?.error ?? null,
      result: end?.data ?? null,
      ...(result === 'too large' ? { result_too_large: true } : {}),
    },
  })
}

/** States and priorities on the wire: `DeadLetter`. */
function spelt(word: string): string {
  return word.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
