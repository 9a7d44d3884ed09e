import { dedupeModes, failureRules } from '../../core/job-terms.js'
import { webhookEvents } from '../../core/webhook-event.js'
import { ref, request, text } from './operation.js'

const url = { type: 'string', format: 'uri' }
const key = { type: 'string', minLength: 1, maxLength: 500 }
const nullable = (schema: object): object => ({ oneOf: [schema, { type: 'null' }] })

/** JSON Schemas (2020-12) of what ties a job to others, limits it, and tells of its end. */
export const termSchemas = {
  FailureRule: {
    type: 'string',
    enum: failureRules,
    description:
      'What becomes of the job when the other ends without having completed: it fails, is cancelled, or goes on. Default: fail.',
  },
  Dependencies: {
    type: 'array',
    maxItems: 1_000,
    items: {
      oneOf: [text, request({ job_id: text, on_failure: ref('FailureRule') }, ['job_id'])],
    },
    description: 'Jobs that must end first: until then this one is `Blocked`.',
  },
  ConcurrencyKey: {
    oneOf: [key, request({ key, max: { type: 'integer', minimum: 1 } }, ['key'])],
    description:
      'Of the jobs with this key at most `max` (1 of a plain text) run at once, in the whole fleet.',
  },
  RateLimit: {
    ...request(
      {
        key,
        max: { type: 'integer', minimum: 1, maximum: 10_000 },
        per_ms: { type: 'integer', minimum: 1, maximum: 86_400_000 },
      },
      ['key', 'max', 'per_ms'],
    ),
    description: 'At most `max` jobs with this key start within any `per_ms`, in the whole fleet.',
  },
  DedupeKey: {
    oneOf: [
      key,
      request(
        {
          key,
          mode: { type: 'string', enum: dedupeModes, description: 'Default: keep.' },
          window_ms: {
            type: 'integer',
            minimum: 1,
            maximum: 2_592_000_000,
            description: '`debounce` and `throttle` need one.',
          },
        },
        ['key'],
      ),
    ],
    description: 'What a second submission with the same key does: see the guide on limits.',
  },
  WebhookEvents: {
    type: 'array',
    minItems: 1,
    uniqueItems: true,
    items: { type: 'string', enum: webhookEvents },
    description: 'Default: all three.',
  },
  WebhookSecret: {
    type: 'string',
    pattern: '^whsec_',
    description: '`whsec_` and base64 of 24 to 64 bytes.',
  },
  JobWebhook: {
    oneOf: [url, request({ url, events: ref('WebhookEvents'), secret: ref('WebhookSecret') }, ['url'])],
    description: "Is told of the job's end.",
  },
}

/** What each job of a schedule may have. */
export const scheduleFields = {
  priority: ref('Priority'),
  retry_config: ref('RetryConfig'),
  metadata: ref('Metadata'),
  concurrency_key: nullable(ref('ConcurrencyKey')),
  rate_limit: nullable(ref('RateLimit')),
  webhook: nullable(ref('JobWebhook')),
}

/** What a template may give to its jobs. */
export const templateFields = {
  ...scheduleFields,
  scheduled_at: {
    type: ['string', 'null'],
    format: 'date-time',
    description: 'Not before this time; a past one runs now.',
  },
  delay_ms: {
    type: ['integer', 'null'],
    minimum: 0,
    description: 'Not before so many ms from now. Not together with scheduled_at.',
  },
  timeout_secs: {
    type: ['integer', 'null'],
    minimum: 1,
    maximum: 604_800,
    description: 'Longest run. Default: 600.',
  },
  dedupe_key: nullable(ref('DedupeKey')),
}

/** What a submission may say beside the job and its id. */
export const submissionFields = { ...templateFields, depends_on: nullable(ref('Dependencies')) }
