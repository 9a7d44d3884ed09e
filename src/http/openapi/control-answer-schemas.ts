import { webhookEvents } from '../../core/webhook-event.js'
import {
  answer,
  count,
  ms,
  ref,
  text,
  textOrNull,
  texts,
  time,
  timeOrNull,
  userObject,
  yesOrNo,
} from './operation.js'
import { templateFields } from './term-schemas.js'

const part = { type: 'number', minimum: 0, maximum: 1 }

/** JSON Schemas (2020-12) of what the routes answer that steer what runs. */
export const controlAnswerSchemas = {
  Explanation: answer({
    job_id: text,
    status: ref('Status'),
    reason: { ...ref('ExplainReason'), description: 'The first of what holds it up.' },
    reasons: { type: 'array', items: ref('ExplainReason'), description: 'All that holds it up at once.' },
    message: { ...text, description: 'A sentence for people.' },
    facts: { ...userObject, description: 'What a program needs, by reason.' },
  }),
  BulkOutcome: answer({
    matched: { ...count, description: 'That the filter fits.' },
    done: { ...count, description: 'That it was done to; 0 for a dry run.' },
    skipped: { ...count, description: 'That it could not be done to, or that moved on meanwhile.' },
    sample: { ...texts, description: 'Ids of the first 20 that fit.' },
  }),
  CronSlots: answer({ next_executions: { type: 'array', items: time } }),
  Template: answer(
    {
      name: text,
      version: { ...count, description: 'From 1; one more with each change.' },
      created_at: time,
      description: textOrNull,
      parameters: { type: 'object', additionalProperties: ref('TemplateParameter') },
      job_template: ref('JobTemplate'),
    },
    templateFields,
  ),
  Webhook: answer({
    id: text,
    url: text,
    events: { type: 'array', items: { type: 'string', enum: webhookEvents } },
    job_types: { type: ['array', 'null'], items: text, description: 'Null for all.' },
    enabled: yesOrNo,
    disabled_reason: { ...textOrNull, description: 'Why the library switched it off.' },
    description: textOrNull,
    secret: { ...text, description: 'Whole in the answer that made it; masked in all others.' },
    created_at: time,
    updated_at: time,
  }),
  Scale: answer({
    desired_workers: { ...count, description: 'That the fleet should have now.' },
    current_workers: count,
    ready: { ...count, description: 'Jobs that wait for a worker.' },
    running: count,
    oldest_ready_ms: ms,
    p95_wait_ms: ms,
    target_p95_wait_ms: ms,
    reason: text,
  }),
  Autoscale: {
    ...answer({
      workers: count,
      min: count,
      max: count,
      target_p95_wait_ms: ms,
      p95_wait_ms: { type: ['number', 'null'], minimum: 0 },
      oldest_ready_ms: ms,
      event_loop_utilisation: part,
      memory: part,
      changed_at: timeOrNull,
      reason: text,
    }),
    description: 'Of the service that answers; null when it has no autoscaler or does not run.',
  },
}
