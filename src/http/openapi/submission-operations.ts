import { type Operation, json, ref } from './operation.js'

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  description:
    'The same key with the same body is answered with what it made; with another body it is 422 IDEMPOTENCY_KEY_REUSED, and nothing is stored. Kept for a day, and as long as the jobs are.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
}

/** The routes that make jobs. */
export const submissionOperations = {
  submitJob: {
    tags: ['jobs'],
    summary: 'Submit a job',
    description: 'Answers once the job is stored. It runs in the background, at least once.',
    parameters: [idempotencyKey],
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
        terms: {
          summary: 'After another job, three at a time of its tenant, ten a minute, and told to a url',
          value: {
            job_type: { type: 'custom', job_name: 'report', payload: { day: '2026-03-08' } },
            depends_on: [{ job_id: 'import-17', on_failure: 'ignore' }],
            concurrency_key: { key: 'tenant-7', max: 3 },
            rate_limit: { key: 'api.example', max: 10, per_ms: 60_000 },
            dedupe_key: { key: 'report-7', mode: 'replace' },
            webhook: { url: 'https://app.example/hooks', events: ['job.completed'] },
          },
        },
        template: {
          summary: 'A job by template',
          value: { job_type: { type: 'template', template: 'page', parameters: { host: 'example.com' } } },
        },
      },
    },
    answers: { 200: json('The job was stored.', ref('Submitted')) },
    errors: [409],
  },
  submitJobs: {
    tags: ['jobs'],
    summary: 'Submit many jobs',
    description:
      'A body that is wrong anywhere stores nothing. What the store refuses of it is told in the place of that entry, and hinders no other.',
    parameters: [idempotencyKey],
    body: {
      schema: ref('BatchSubmission'),
      examples: {
        two: {
          value: {
            jobs: [
              { job_type: { type: 'single_crawl', url: 'https://example.com' }, job_id: 'page-1' },
              {
                job_type: { type: 'custom', job_name: 'index', payload: null },
                priority: 'Low',
                depends_on: ['page-1'],
              },
            ],
          },
        },
      },
    },
    answers: { 200: json('An answer for each entry.', ref('BatchSubmitted')) },
    errors: [],
  },
  submitFlow: {
    tags: ['jobs'],
    summary: 'Submit jobs that depend on each other',
    description:
      'Step by step, parents first; an error in between says in `added` how many jobs were stored. A cycle is 422 DEPENDENCY_CYCLE, and nothing is stored.',
    parameters: [idempotencyKey],
    body: {
      schema: ref('FlowSubmission'),
      examples: {
        import: {
          value: {
            flow_id: 'import-17',
            jobs: {
              fetch: { job_type: { type: 'custom', job_name: 'fetch-feed', payload: { feed: 17 } } },
              parse: {
                job_type: { type: 'custom', job_name: 'parse-feed', payload: { feed: 17 } },
                depends_on: ['fetch'],
              },
              clean: {
                job_type: { type: 'custom', job_name: 'clean-up', payload: { feed: 17 } },
                depends_on: [{ name: 'parse', on_failure: 'ignore' }],
                priority: 'Low',
              },
            },
          },
        },
      },
    },
    answers: { 200: json('The jobs were stored.', ref('FlowSubmitted')) },
    errors: [409],
  },
  submitTemplate: {
    tags: ['templates'],
    summary: 'Submit a job by a template',
    description: 'What is said here goes before what the template says.',
    parameters: [idempotencyKey],
    body: {
      schema: ref('TemplateJobSubmission'),
      examples: { page: { value: { parameters: { host: 'example.com' }, priority: 'High' } } },
    },
    answers: { 200: json('The job was stored.', ref('Submitted')) },
    errors: [409],
  },
} satisfies Readonly<Record<string, Operation>>
