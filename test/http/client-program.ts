/** A small program on a generated client: every answer is used by its type, without a cast. */
export const clientProgram = `
import createClient from 'openapi-fetch'
import type { paths } from './generated-schema.js'

const client = createClient<paths>({ baseUrl: 'BASE_URL' })

async function ended(job_id: string): Promise<void> {
  for (;;) {
    const { data } = await client.GET('/workers/jobs/{job_id}', { params: { path: { job_id } } })
    if (data?.status === 'Completed' || data?.status === 'DeadLetter') return
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
  /* MISUSE */
  return {
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
  `const n: number = (await client.GET('/workers/jobs/{job_id}', { params: { path: { job_id } } })).data!.status`,
]
