import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { silentLogger } from '../../src/core/logger.js'
import { createHandler } from '../../src/http/index.js'
import { WorkerService, defineJob } from '../../src/index.js'

describe('the header Idempotency-Key', () => {
  const service = new WorkerService({
    jobs: [defineJob({ name: 'echo', handler: (p: unknown) => p })],
    logger: silentLogger,
  })
  const handler = createHandler(service, { authorize: () => true, logger: silentLogger })
  const submit = async (
    key: string,
    payload: unknown,
  ): Promise<{ status: number; body: Record<string, unknown> }> => {
    const body = JSON.stringify({ job_type: { type: 'custom', job_name: 'echo', payload } })
    const headers = { 'content-type': 'application/json', 'idempotency-key': key }
    const response = await handler.fetch(
      new Request('http://app.test/workers/jobs', { method: 'POST', headers, body }),
    )
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }
  beforeAll(() => service.start())
  afterAll(() => service.stop())

  test('makes one job of the same body, sent again, quoted or at once', async () => {
    const answers = await Promise.all(['k-1', '"k-1"', 'k-1', 'k-1'].map((key) => submit(key, 1)))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    expect(new Set(answers.map(({ body }) => body['job_id'])).size).toBe(1)
    expect((await service.listJobs({ search: String(answers[0]?.body['job_id']) })).total).toBe(1)
  })

  test('refuses another body with the same key', async () => {
    await submit('k-2', 1)
    expect(await submit('k-2', 2)).toMatchObject({ status: 422, body: { error: 'IDEMPOTENCY_KEY_REUSED' } })
  })

  test('makes two jobs of two keys', async () => {
    const [one, other] = [await submit('k-3', 1), await submit('k-4', 1)]
    expect(one.body['job_id']).not.toBe(other.body['job_id'])
  })

  test.each(['', '""', 'a b', 'x'.repeat(300), 'é'])('%.10j is no key', async (key) => {
    expect(await submit(key, 1)).toMatchObject({ status: 400, body: { error: 'IDEMPOTENCY_KEY_INVALID' } })
  })
})
