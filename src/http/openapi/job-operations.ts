import { wireStates } from '../wire-words.js'
import { type Operation, json, query, ref } from './operation.js'

const page = [
  query('job_type', 'Only jobs of this type; for a custom job, its job_name.', { type: 'string' }),
  query('search', 'Only jobs whose id or type contains this text.', { type: 'string' }),
  query('limit', 'Most jobs in the answer.', { type: 'integer', minimum: 1, maximum: 500, default: 50 }),
  query('offset', 'Jobs to pass over. Not together with cursor.', {
    type: 'integer',
    minimum: 0,
    default: 0,
  }),
  query('cursor', 'The next_cursor of the page before, with the same filters.', { type: 'string' }),
]

const bulkExamples = {
  timeouts: {
    summary: 'What one type of job ran into, an hour ago or earlier: only count it',
    value: { job_type: 'invoice', error: 'TIMEOUT', older_than_ms: 3_600_000, dry_run: true },
  },
}

/** The routes about jobs that stand. */
export const jobOperations = {
  listJobs: {
    tags: ['jobs'],
    summary: 'List jobs, newest first',
    parameters: [
      query('status', 'Only jobs in this state, in any case; `Failed` means `DeadLetter`.', {
        type: 'string',
        enum: [...wireStates, 'Failed'],
      }),
      ...page,
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
    summary: 'Cancel a job, or remove one that has ended',
    description:
      'A cancel is at once and for good, with a `reason` if you like: the signal of a running handler aborts, and whatever it still returns is refused. 409 for a job that has ended already; with `discard`, for one that has not, or that others depend on.',
    parameters: [
      query('discard', 'Remove a job that has ended, with its result.', { type: 'boolean', default: false }),
      query('reason', 'Why it is cancelled; kept with the job.', { type: 'string', maxLength: 1000 }),
    ],
    answers: {
      200: json('The cancelled job.', ref('Job')),
      204: { description: 'The job that had ended is gone.' },
    },
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
  getJobPages: {
    tags: ['jobs'],
    summary: 'Read the pages of a crawl as they are finished',
    description:
      'While the job runs and after: for a day at least, and as long as results. Ask again with the `next_cursor` until that is null: then the job has ended, and these were all.',
    parameters: [
      query('limit', 'Most pages in the answer; one of more than about 8 MB ends sooner.', {
        type: 'integer',
        minimum: 1,
        maximum: 500,
        default: 50,
      }),
      query('cursor', 'The next_cursor of the answer before.', { type: 'string' }),
    ],
    answers: { 200: json('Pages, in the order in which they were finished.', ref('JobPages')) },
    errors: [400],
  },
  explainJob: {
    tags: ['jobs'],
    summary: 'Ask why a job does not run',
    answers: {
      200: json('What holds it up, or that it runs or has ended.', ref('Explanation'), {
        job_id: 'report-7',
        status: 'Pending',
        reason: 'concurrency_key_full',
        reasons: ['concurrency_key_full'],
        message: 'waits for a run of the key "tenant-7", of which 3 of 3 run now',
        facts: { key: 'tenant-7', max: 3, running: 3 },
      }),
    },
    errors: [],
  },
  retryJob: {
    tags: ['jobs'],
    summary: 'Give a dead letter or a cancelled job a new life',
    answers: { 200: json('The job, waiting again.', ref('Job')) },
    errors: [409],
  },
  reprioritiseJob: {
    tags: ['jobs'],
    summary: 'Move a job that waits into another class',
    description: 'To the end of that class. 409 for a job that runs or has ended.',
    body: { schema: ref('PriorityChange'), examples: { high: { value: { priority: 'High' } } } },
    answers: { 200: json('The job.', ref('Job')) },
    errors: [409],
  },
  listDeadLetters: {
    tags: ['jobs'],
    summary: 'List the dead letters, newest first',
    parameters: page,
    answers: { 200: json('A page of the list.', ref('JobList')) },
    errors: [400, 422],
  },
  retryDeadLetters: {
    tags: ['jobs'],
    summary: 'Give all dead letters that fit a new life',
    description: 'Without a body, all of them. Answers when it is done.',
    body: { schema: ref('EndedFilter'), examples: bulkExamples },
    answers: { 200: json('How many.', ref('BulkOutcome')) },
    errors: [],
  },
  discardDeadLetters: {
    tags: ['jobs'],
    summary: 'Remove all dead letters that fit',
    description: 'Without a body, all of them. What other jobs depend on is skipped.',
    body: { schema: ref('EndedFilter'), examples: bulkExamples },
    answers: { 200: json('How many.', ref('BulkOutcome')) },
    errors: [],
  },
} satisfies Readonly<Record<string, Operation>>
