import { describe, expect, test } from 'vitest'
import { createHandler } from '../../src/http/index.js'
import type { ScheduleInput } from '../../src/service-api.js'
import { someSchedule, stubService } from './stub-service.js'

type Fields = Record<string, unknown>

const crawl = { type: 'single_crawl', url: 'https://a.example/' }

async function scheduled(body: Fields): Promise<ScheduleInput | Fields> {
  let seen: ScheduleInput | undefined
  const service = stubService({
    addScheduledJob: (schedule) => {
      seen = schedule
      return Promise.resolve(someSchedule())
    },
  })
  const response = await post(createHandler(service, { authorize: () => true }), '/workers/schedule', body)
  return seen ?? ((await response.json()) as Fields)
}

function post(handler: ReturnType<typeof createHandler>, path: string, body: Fields): Promise<Response> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  return handler.fetch(new Request(`http://app.test${path}`, init))
}

describe('a schedule', () => {
  const daily = { name: 'daily', cron_expression: '0 0 * * *', job_template: { ...crawl, options: null } }

  test('takes every field of the contract', async () => {
    const body = {
      ...daily,
      priority: 'low',
      enabled: false,
      retry_config: { max_attempts: 1 },
      metadata: { a: 1 },
      timezone: 'Europe/Paris',
      concurrency_key: { key: 'k', max: 2 },
      rate_limit: { key: 'r', max: 1, per_ms: 1_000 },
      webhook: { url: 'https://app.example/', events: ['job.dead_letter'] },
    }
    expect(await scheduled(body)).toEqual({
      name: 'daily',
      cron: '0 0 * * *',
      job: { type: 'single_crawl', url: 'https://a.example/' },
      priority: 'low',
      enabled: false,
      retry: { maxAttempts: 1 },
      metadata: { a: 1 },
      timezone: 'Europe/Paris',
      concurrencyKey: { key: 'k', max: 2 },
      rateLimit: { key: 'r', max: 1, perMs: 1_000 },
      webhook: { url: 'https://app.example/', events: ['job.dead_letter'] },
    })
  })

  test.each([
    [{ ...daily, name: undefined }, 'REQUIRED', '/name'],
    [{ ...daily, cron_expression: '' }, 'REQUIRED', '/cron_expression'],
    [{ ...daily, cron_expression: 5 }, 'TYPE_MISMATCH', '/cron_expression'],
    [{ ...daily, job_template: undefined }, 'REQUIRED', '/job_template'],
    [{ ...daily, job_template: { type: 'nope' } }, 'JOB_TYPE_UNKNOWN', '/job_template/type'],
    [{ ...daily, enabled: 'yes' }, 'TYPE_MISMATCH', '/enabled'],
    [{ ...daily, timeout_secs: 5 }, 'FIELD_UNKNOWN', '/timeout_secs'],
    [{ ...daily, depends_on: ['a'] }, 'FIELD_UNKNOWN', '/depends_on'],
    [{ ...daily, dedupe_key: 'a' }, 'FIELD_UNKNOWN', '/dedupe_key'],
    [{ ...daily, rate_limit: { perMs: 1 } }, 'FIELD_UNKNOWN', '/rate_limit/perMs'],
    [{ ...daily, execution_count: 5 }, 'FIELD_READONLY', '/execution_count'],
  ])('%j is %s at %s', async (body, error, path) => {
    expect(await scheduled(body)).toMatchObject({ status: 422, error, path })
  })
})
