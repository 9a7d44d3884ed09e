const count = { type: 'integer', minimum: 0 }
const ms = { type: 'number', minimum: 0 }
const wholeMs = { type: 'integer', minimum: 0 }
const text = { type: 'string' }
const textOrNull = { type: ['string', 'null'] }
const time = { type: 'string', format: 'date-time' }
const timeOrNull = { type: ['string', 'null'], format: 'date-time' }
const yesOrNo = { type: 'boolean' }
const userObject = { type: 'object', additionalProperties: true }

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

const warnings = { type: 'array', items: text }

const counts = {
  pending: count,
  processing: count,
  completed: count,
  failed: count,
  retry: count,
  delayed: count,
}

/** JSON Schemas (2020-12) of what the routes answer. */
export const answerSchemas = {
  Submitted: answer({
    job_id: text,
    status: { type: 'string', const: 'submitted' },
    submitted_at: time,
    message: text,
  }),
  Job: answer(job),
  JobList: answer({
    jobs: { type: 'array', items: { $ref: '#/components/schemas/JobEntry' } },
    total: { ...count, description: 'Of all pages.' },
    limit: count,
    offset: count,
    next_cursor: textOrNull,
  }),
  JobEntry: answer({
    ...job,
    job_type: { ...text, description: 'A built-in type, or `custom`.' },
    job_name: { ...textOrNull, description: 'Of a custom job.' },
    priority: { $ref: '#/components/schemas/Priority' },
  }),
  JobResult: answer({
    job_id: text,
    success: yesOrNo,
    data: {
      description:
        'A CrawledPage, a CrawledBatch, or whatever the handler returned; null without success, and once it is not kept any more.',
    },
    error: textOrNull,
    processing_time_ms: wholeMs,
    worker_id: textOrNull,
    completed_at: time,
  }),
  CrawledBatch: answer({
    total_urls: count,
    successful: count,
    failed: count,
    from_cache: count,
    results: {
      type: 'array',
      items: { $ref: '#/components/schemas/CrawledPage' },
      description: 'In the order of the urls.',
    },
    warnings,
  }),
  CrawledPage: answer(
    {
      url: { ...text, description: 'As submitted.' },
      final_url: { ...textOrNull, description: 'Where the redirects led.' },
      status: { type: ['integer', 'null'] },
      from_cache: yesOrNo,
      processing_time_ms: wholeMs,
      redirects: { type: 'array', items: answer({ url: text, status: { type: 'integer' }, location: text }) },
      content_type: textOrNull,
      encoding: textOrNull,
      document: { oneOf: [{ $ref: '#/components/schemas/CrawledDocument' }, { type: 'null' }] },
      content: { ...textOrNull, description: 'What another output_format than `document` asked for.' },
      error: { oneOf: [{ $ref: '#/components/schemas/PageError' }, { type: 'null' }] },
    },
    // Of a single crawl; those of a batch stand beside its pages.
    { warnings },
  ),
  CrawledDocument: answer({
    url: textOrNull,
    title: textOrNull,
    text,
    markdown: text,
    links: {
      type: 'array',
      items: answer({ url: text, text, rel: textOrNull, internal: yesOrNo }),
    },
    metadata: userObject,
  }),
  PageError: answer({ code: text, message: text }),
  QueueStats: answer({
    ...counts,
    total: { ...count, description: 'The sum of the six.' },
    blocked: { ...count, description: 'Wait for another job; not in the total.' },
    cancelled: { ...count, description: 'Not in the total.' },
  }),
  WorkerStats: answer({
    total_workers: count,
    healthy_workers: count,
    total_jobs_processed: count,
    total_jobs_failed: count,
    is_running: { ...yesOrNo, description: 'The service that answers runs jobs.' },
  }),
  Schedule: answer({
    id: text,
    name: text,
    cron_expression: { ...text, description: '`@every <n>ms` of one that the app made with an interval.' },
    enabled: yesOrNo,
    priority: { $ref: '#/components/schemas/Priority' },
    created_at: time,
    last_executed_at: timeOrNull,
    next_execution_at: timeOrNull,
    execution_count: count,
  }),
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

// -------------------------------------------------------------------------------------------------------------------

/** An object of which every member is always there but the optional ones, and to which a later version may add. */
function answer(
  properties: Readonly<Record<string, object>>,
  optional: Readonly<Record<string, object>> = {},
): object {
  const required = Object.keys(properties)
  return { type: 'object', required, properties: { ...properties, ...optional }, additionalProperties: true }
}
