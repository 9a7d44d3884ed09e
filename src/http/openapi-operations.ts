import type { RouteName } from './routes.js'
import { wireStates } from './wire-words.js'

/** What the document says of a route beside what the route table knows. */
export interface Operation {
  readonly tags: readonly string[]
  readonly summary: string
  readonly description?: string
  /** Beside the id in the path. */
  readonly parameters?: readonly object[]
  readonly body?: { readonly schema: object; readonly examples?: object }
  readonly answers: Readonly<Record<number, object>>
  /** Statuses of problems beside those that follow from the shape of the route. */
  readonly errors: readonly (400 | 404 | 409 | 422)[]
}

/** One for each route: the type refuses a table that misses any. */
export const operations: Readonly<Record<RouteName, Operation>> = {
  submitJob: {
    tags: ['jobs'],
    summary: 'Submit a job',
    description: 'Answers once the job is stored. It runs in the background, at least once.',
    parameters: [
      {
        name: 'Idempotency-Key',
        in: 'header',
        description:
          'The same key with the same body is answered with the job it made, as long as that is kept.',
        schema: { type: 'string', minLength: 1, maxLength: 255 },
      },
    ],
    body: {
      schema: ref('JobSubmission'),
      examples: {
        batch: {
          summary: 'Two pages, through the cache, before normal jobs',
          value: {
            job_type: {
              type: 'batch_crawl',
              urls: ['https://example.com', 'https://rust-lang.org'],
              options: { concurrency: 2, cache_mode: 'read_through' },
            },
            priority: 'High',
          },
        },
        custom: {
          summary: 'A job that the app defined',
          value: {
            job_type: {
              type: 'custom',
              job_name: 'thumbnail',
              payload: { url: 'https://example.com/a.png' },
            },
          },
        },
      },
    },
    answers: { 200: json('The job was stored.', ref('Submitted')) },
    errors: [409],
  },
  listJobs: {
    tags: ['jobs'],
    summary: 'List jobs, newest first',
    parameters: [
      query('status', 'Only jobs in this state, in any case; `Failed` means `DeadLetter`.', {
        type: 'string',
        enum: [...wireStates, 'Failed'],
      }),
      query('job_type', 'Only jobs of this type; for a custom job, its job_name.', { type: 'string' }),
      query('search', 'Only jobs whose id or type contains this text.', { type: 'string' }),
      query('limit', 'Most jobs in the answer.', { type: 'integer', minimum: 1, maximum: 500, default: 50 }),
      query('offset', 'Jobs to pass over. Not together with cursor.', {
        type: 'integer',
        minimum: 0,
        default: 0,
      }),
      query('cursor', 'The next_cursor of the page before, with the same filters.', { type: 'string' }),
    ],
    answers: { 200: json('A page of the list.', ref('JobList')) },
    errors: [400, 422],
  },
  getJob: {
    tags: ['jobs'],
    summary: 'Look at a job',
    answers: { 200: json('The job as it stands.', ref('Job')) },
    errors: [],
  },
  cancelJob: {
    tags: ['jobs'],
    summary: 'Cancel a job',
    description:
      'At once and for good. The signal of a running handler aborts, and whatever it still returns is refused.',
    answers: { 200: json('The cancelled job.', ref('Job')) },
    errors: [409],
  },
  getJobResult: {
    tags: ['jobs'],
    summary: 'Read how a job ended',
    description:
      'A dead letter or a cancelled job is answered with 200 and `success: false`; one that has not finished with 404.',
    answers: { 200: json('How it ended.', ref('JobResult')) },
    errors: [],
  },
  retryJob: {
    tags: ['jobs'],
    summary: 'Give a dead letter or a cancelled job a new life',
    answers: { 200: json('The job, waiting again.', ref('Job')) },
    errors: [409],
  },
  getQueueStats: {
    tags: ['operation'],
    summary: 'Count the jobs by state',
    answers: { 200: json('The counts.', ref('QueueStats')) },
    errors: [],
  },
  getWorkerStats: {
    tags: ['operation'],
    summary: "Count the fleet's workers",
    description: '503 when this service is not started and no other worker is alive.',
    answers: { 200: json('The counts.', ref('WorkerStats')) },
    errors: [],
  },
  addSchedule: {
    tags: ['schedules'],
    summary: 'Add a schedule, or change the one of this name',
    body: {
      schema: ref('ScheduleSubmission'),
      examples: {
        daily: {
          value: {
            name: 'daily_crawl',
            cron_expression: '0 0 * * *',
            job_template: { type: 'batch_crawl', urls: ['https://news.ycombinator.com'], options: null },
            priority: 'Normal',
            enabled: true,
          },
        },
      },
    },
    answers: { 200: json('The schedule as it stands.', ref('Schedule')) },
    errors: [],
  },
  listSchedules: {
    tags: ['schedules'],
    summary: 'List the schedules',
    answers: { 200: json('All of them.', { type: 'array', items: ref('Schedule') }) },
    errors: [],
  },
  removeSchedule: {
    tags: ['schedules'],
    summary: 'Remove a schedule',
    description: 'Jobs that it made go on.',
    answers: { 204: { description: 'It is gone.' } },
    errors: [],
  },
  getMetrics: {
    tags: ['operation'],
    summary: "Read the fleet's metrics",
    answers: { 200: json('The metrics.', ref('Metrics')) },
    errors: [],
  },
  getHealth: {
    tags: ['operation'],
    summary: 'Ask whether the queue, the workers and the scheduler are well',
    description: 'The same body with 503 when one of them is not.',
    answers: {
      200: json('All is well.', ref('Health')),
      503: {
        description: 'Something is not well, or not there to be asked.',
        content: {
          'application/json': { schema: ref('Health') },
          'application/problem+json': { schema: ref('Problem') },
        },
      },
    },
    errors: [],
  },
  getOpenApi: {
    tags: ['operation'],
    summary: 'This document',
    answers: { 200: json('An OpenAPI 3.1 document.', { type: 'object' }) },
    errors: [],
  },
}

// -------------------------------------------------------------------------------------------------------------------

function ref(name: string): object {
  return { $ref: `#/components/schemas/${name}` }
}

function json(description: string, schema: object): object {
  return { description, content: { 'application/json': { schema } } }
}

function query(name: string, description: string, schema: object): object {
  return { name, in: 'query', description, schema }
}
