/** A small program on a generated client: every answer is used by its type, without a cast. */
export const clientProgram = `
import createClient from 'openapi-fetch'
import type { paths } from './generated-schema.js'

const client = createClient<paths>({ baseUrl: 'BASE_URL' })

async function ended(job_id: string): Promise<void> {
  for (;;) {
    const { data } = await client.GET('/workers/jobs/{job_id}', { params: { path: { job_id } } })
    if (!data) throw new Error('the job is gone')
    if (data.status === 'Completed' || data.status === 'DeadLetter') return
  }
}

export async function run(): Promise<object> {
  const job = await client.POST('/workers/jobs', {
    body: { job_type: { type: 'custom', job_name: 'echo', payload: { hello: 'world' } }, priority: 'High' },
  })
  if (!job.data) throw new Error(job.error.message)
  const { job_id, status } = job.data
  await ended(job_id)
  const result = await client.GET('/workers/jobs/{job_id}/result', { params: { path: { job_id } } })
  const list = await client.GET('/workers/jobs', { params: { query: { job_type: 'echo', search: job_id, limit: 1 } } })
  const missing = await client.GET('/workers/jobs/{job_id}', { params: { path: { job_id: 'unknown' } } })
  const health = await client.GET('/workers/health')
  const schedule = await client.POST('/workers/schedule', {
    body: { name: 'typed', cron_expression: '0 0 * * *', job_template: { type: 'batch_crawl', urls: ['https://a.example/'], options: null } },
  })
  const removed = await client.DELETE('/workers/schedule/{job_id}', { params: { path: { job_id: schedule.data?.id ?? '' } } })
  const flow = await client.POST('/workers/flows', {
    body: {
      jobs: {
        first: { job_type: { type: 'custom', job_name: 'echo', payload: 1 } },
        then: {
          job_type: { type: 'custom', job_name: 'echo', payload: 2 },
          depends_on: [{ name: 'first', on_failure: 'ignore' }],
          concurrency_key: { key: 'k', max: 2 },
          dedupe_key: 'd',
        },
      },
    },
  })
  const last = flow.data?.jobs['then']?.job_id ?? ''
  await ended(last)
  const dependent = await client.GET('/workers/jobs/{job_id}', { params: { path: { job_id: last } } })
  const batch = await client.POST('/workers/jobs/batch', {
    body: { jobs: [{ job_type: { type: 'custom', job_name: 'echo', payload: 3 }, depends_on: ['unknown'] }] },
  })
  const entry = batch.data?.jobs[0]
  const explained = await client.GET('/workers/jobs/{job_id}/explain', { params: { path: { job_id } } })
  const paused = await client.POST('/workers/queue/pause', { body: { job_type: 'other' } })
  await client.POST('/workers/queue/resume', { body: { job_type: 'other' } })
  const preview = await client.POST('/workers/schedule/preview', { body: { cron_expression: '0 0 * * *', count: 3 } })
  await client.PUT('/workers/templates/{name}', {
    params: { path: { name: 'echo-it' } },
    body: {
      job_template: { type: 'custom', job_name: 'echo', payload: { said: '{{word}}' } },
      parameters: { word: { type: 'string' } },
    },
  })
  const made = await client.POST('/workers/templates/{name}/jobs', {
    params: { path: { name: 'echo-it' } },
    body: { parameters: { word: 'hello' } },
  })
  const webhook = await client.POST('/workers/webhooks', { body: { url: 'https://app.example/', events: ['job.completed'] } })
  const masked = await client.GET('/workers/webhooks/{webhook_id}', { params: { path: { webhook_id: webhook.data?.id ?? '' } } })
  await client.DELETE('/workers/webhooks/{webhook_id}', { params: { path: { webhook_id: webhook.data?.id ?? '' } } })
  const discarded = await client.POST('/workers/dead-letters/discard', { body: { error: 'NO_SUCH_CODE', dry_run: true } })
  const scale = await client.GET('/workers/scale')
  /* MISUSE */
  return {
    dependsOn: dependent.data?.depends_on?.[0]?.on_failure,
    refused: entry?.status === 'refused' ? entry.problem.error : entry?.created,
    reason: explained.data?.reason,
    paused: paused.data?.paused_types,
    slots: preview.data?.next_executions.length,
    made: made.data?.created,
    masked: masked.data?.secret.startsWith('whsec_****') === true && masked.data.secret !== webhook.data?.secret,
    matched: discarded.data?.matched,
    desired: (scale.data?.desired_workers ?? 0) > 0,
    submitted: status,
    data: result.data?.data,
    listed: list.data?.jobs[0]?.status,
    problem: missing.error?.error,
    healthy: health.data?.healthy,
    removed: removed.response.status,
  }
}
`

/** Lines that must not type-check. */
export const misuses = [
  `await client.GET('/workers/nope' as const)`,
  `await client.POST('/workers/jobs', { body: {} })`,
  `await client.POST('/workers/jobs', { body: { job_type: { type: 'single_crawl', url: 5 } } })`,
  `await client.GET('/workers/jobs', { params: { query: { limit: 'all' } } })`,
  `await client.POST('/workers/flows', { body: { jobs: { a: { job_type: { type: 'custom', job_name: 'a', payload: 1 }, job_id: 'b' } } } })`,
  `await client.POST('/workers/jobs/batch', { body: { jobs: [{ job_type: { type: 'custom', job_name: 'a', payload: 1 }, rate_limit: { key: 'a' } }] } })`,
  `await client.POST('/workers/webhooks', { body: { url: 'https://app.example/', events: ['job.started'] } })`,
  `const s: string = (await client.GET('/workers/scale')).data!.desired_workers`,
  `const n: number = (await client.GET('/workers/jobs/{job_id}', { params: { path: { job_id } } })).data!.status`,
]
