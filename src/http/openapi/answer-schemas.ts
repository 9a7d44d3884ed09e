import { crawlAnswerSchemas } from './crawl-answer-schemas.js'
import {
  answer,
  count,
  ms,
  text,
  textOrNull,
  texts,
  time,
  timeOrNull,
  userObject,
  wholeMs,
  yesOrNo,
} from './operation.js'

const job = {
  job_id: text,
  status: { $ref: '#/components/schemas/Status' },
  created_at: time,
  started_at: timeOrNull,
  completed_at: timeOrNull,
  worker_id: textOrNull,
  retry_count: { ...count, description: 'Failed attempts.' },
  last_error: {
    ...textOrNull,
    description: '`CODE: message`, or only the message of an error that is not of this library.',
  },
  processing_time_ms: {
    type: ['integer', 'null'],
    minimum: 0,
    description: 'Of the last run; up to now while it runs.',
  },
  metadata: userObject,
}

const pauses = {
  paused: { ...yesOrNo, description: 'Nothing of the whole queue starts.' },
  paused_types: { ...texts, description: 'Types of which nothing starts.' },
}

const share = answer({
  claims: { ...count, description: 'Jobs of this priority that were started.' },
  share: { type: 'number', minimum: 0, maximum: 1, description: 'Of all that were started.' },
})

const counts = {
  pending: count,
  processing: count,
  completed: count,
  failed: count,
  retry: count,
  delayed: count,
}

/** What few jobs have. */
const terms = {
  depends_on: {
    type: 'array',
    items: answer({ job_id: text, on_failure: { $ref: '#/components/schemas/FailureRule' } }),
  },
  waits_for: { ...texts, description: 'Those of them that have not ended.' },
  concurrency_key: answer({ key: text, max: count }),
  rate_limit: answer({ key: text, max: count, per_ms: count }),
  dedupe_key: text,
  webhook: answer({ url: text, events: texts }),
  template: answer({ name: text, version: count }),
  schedule_id: { ...text, description: 'Of the schedule that made it.' },
}

const submitted = {
  job_id: text,
  status: { type: 'string', const: 'submitted' },
  created: { ...yesOrNo, description: "False when a job stood already: the id is that one's." },
}

const replaced = {
  replaced: { ...yesOrNo, description: 'The job that stood has the content of this submission now.' },
}

/** JSON Schemas (2020-12) of what the routes answer. */
export const answerSchemas = {
  Submitted: answer({ ...submitted, submitted_at: time, message: text }, replaced),
  BatchSubmitted: answer({
    submitted_at: time,
    jobs: {
      type: 'array',
      items: { $ref: '#/components/schemas/BatchAnswer' },
      description: 'In the order of the entries.',
    },
  }),
  BatchAnswer: {
    oneOf: [
      { $ref: '#/components/schemas/BatchEntrySubmitted' },
      { $ref: '#/components/schemas/BatchEntryRefused' },
    ],
    discriminator: {
      propertyName: 'status',
      mapping: {
        submitted: '#/components/schemas/BatchEntrySubmitted',
        refused: '#/components/schemas/BatchEntryRefused',
      },
    },
  },
  BatchEntrySubmitted: answer(submitted, replaced),
  BatchEntryRefused: answer({
    job_id: text,
    status: { type: 'string', const: 'refused' },
    created: { type: 'boolean', const: false },
    problem: { $ref: '#/components/schemas/Problem' },
  }),
  FlowSubmitted: answer({
    flow_id: text,
    submitted_at: time,
    jobs: {
      type: 'object',
      additionalProperties: { $ref: '#/components/schemas/BatchEntrySubmitted' },
      description: 'By the names of the flow.',
    },
  }),
  Job: answer(job, terms),
  JobList: answer({
    jobs: { type: 'array', items: { $ref: '#/components/schemas/JobEntry' } },
    total: { ...count, description: 'Of all pages.' },
    limit: count,
    offset: count,
    next_cursor: textOrNull,
  }),
  JobEntry: answer(
    {
      ...job,
      job_type: { ...text, description: 'A built-in type, or `custom`.' },
      job_name: { ...textOrNull, description: 'Of a custom job.' },
      priority: { $ref: '#/components/schemas/Priority' },
    },
    terms,
  ),
  JobResult: answer({
    job_id: text,
    success: yesOrNo,
    data: {
      description:
        'A CrawledPage, a CrawledBatch, a SpideredSite, an ExtractedPdf, or whatever the handler returned; null without success, and once it is not kept any more.',
    },
    error: textOrNull,
    processing_time_ms: wholeMs,
    worker_id: textOrNull,
    completed_at: time,
  }),
  ...crawlAnswerSchemas,
  QueueStats: answer({
    ...counts,
    total: { ...count, description: 'The sum of the six.' },
    blocked: { ...count, description: 'Wait for another job; not in the total.' },
    cancelled: { ...count, description: 'Not in the total.' },
    oldest_ready_ms: { ...wholeMs, description: 'Age of the job that has been ready longest.' },
    unknown_types: { ...texts, description: 'Types with waiting jobs that no live worker takes.' },
    ...pauses,
    classes: answer({ Critical: share, High: share, Normal: share, Low: share }),
  }),
  Pauses: answer(pauses),
  WorkerStats: answer({
    total_workers: count,
    healthy_workers: count,
    total_jobs_processed: count,
    total_jobs_failed: count,
    is_running: { ...yesOrNo, description: 'The service that answers runs jobs.' },
    autoscale: { oneOf: [{ $ref: '#/components/schemas/Autoscale' }, { type: 'null' }] },
  }),
  Schedule: answer(
    {
      id: text,
      name: text,
      cron_expression: { ...text, description: '`@every <n>ms` of one that the app made with an interval.' },
      enabled: yesOrNo,
      priority: { $ref: '#/components/schemas/Priority' },
      created_at: time,
      last_executed_at: timeOrNull,
      next_execution_at: timeOrNull,
      execution_count: count,
    },
    {
      timezone: { ...text, description: 'Where it is not UTC.' },
      error: {
        ...text,
        description:
          'Why its definition cannot be read: then its `cron_expression` is empty. It can be removed.',
      },
    },
  ),
  Metrics: answer({
    jobs_submitted: count,
    jobs_completed: count,
    jobs_failed: { ...count, description: 'Failed attempts.' },
    jobs_retried: count,
    jobs_dead_letter: count,
    avg_processing_time_ms: ms,
    p50_processing_time_ms: ms,
    p95_processing_time_ms: ms,
    p99_processing_time_ms: ms,
    success_rate: { type: 'number', minimum: 0, maximum: 100, description: 'In percent.' },
    job_type_stats: { type: 'object', additionalProperties: { $ref: '#/components/schemas/JobTypeStats' } },
    queue_sizes: { type: 'object', additionalProperties: count },
    total_workers: count,
    healthy_workers: count,
    uptime_seconds: { type: 'number', minimum: 0 },
    timestamp: time,
  }),
  JobTypeStats: answer({
    submitted: count,
    completed: count,
    failed: count,
    retried: count,
    dead_letter: count,
    total_processing_time_ms: ms,
  }),
  Health: answer({
    healthy: yesOrNo,
    queue: answer({ healthy: yesOrNo, adapter: text, error: textOrNull, latency_ms: ms }),
    workers: answer({ healthy: yesOrNo, running: yesOrNo, total: count, healthy_count: count }),
    scheduler: answer({ healthy: yesOrNo, enabled: yesOrNo, schedules: count, late: count }),
  }),
  Problem: {
    ...answer({
      type: { type: 'string', const: 'about:blank' },
      title: text,
      status: { type: 'integer', minimum: 400, maximum: 599 },
      detail: text,
      error: { ...text, description: 'A stable code, such as JOB_NOT_FOUND.' },
      message: { ...text, description: 'The same as detail.' },
      path: { ...text, description: 'JSON pointer of the field that is wrong.' },
    }),
    required: ['type', 'title', 'status', 'detail', 'error', 'message'],
    description: 'An RFC 9457 problem. Facts of the error, such as `limit` or `allowed`, stand beside these.',
  },
}
