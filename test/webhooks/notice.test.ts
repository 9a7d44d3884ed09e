import { describe, expect, test } from 'vitest'
import { writeSettings } from '../../src/core/job-view.js'
import { defaultRetry } from '../../src/core/retry.js'
import { ended } from './fake-store.js'
import { stage } from './stage.js'

const url = 'https://app.example/hooks?token=canary'
const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`
const settings = { retry: defaultRetry, timeoutMs: 600_000, metadata: { tenant: 7 } }
const withOwn = (events = ['job.completed']): string =>
  writeSettings({ ...settings, webhook: { url, events, secret } })

const bodyOf = (job: { readonly payload: string } | undefined): unknown =>
  JSON.parse((JSON.parse(job?.payload ?? '') as { body: string }).body)

describe('a notice', () => {
  test('makes a delivery for each webhook that wants the event', async () => {
    const on = stage()
    const { id: all } = await on.part.addWebhook({ url })
    const { id: some } = await on.part.addWebhook({ url, types: ['invoice'], events: ['job.completed'] })
    await on.part.addWebhook({ url, types: ['other'] })
    await on.part.addWebhook({ url, events: ['job.cancelled'] })
    await on.part.addWebhook({ url, enabled: false })
    on.store.records.set('job-1', ended({ options: writeSettings(settings) }))
    expect(await on.notice()).toEqual({ deliveries: 2 })
    const webhooks = on.store.submitted.map(
      ({ payload }) => (JSON.parse(payload) as { webhook: string }).webhook,
    )
    expect(webhooks.sort()).toEqual([all, some].sort())
    expect(on.store.submitted[0]).toMatchObject({
      type: 'riptide.webhook',
      priority: 'normal',
      maxAttempts: 10,
      terms: { dependsOn: [], concurrency: { key: `riptide.webhook:${webhooks[0]}`, max: 4 } },
    })
  })

  test('tells what a person or a program needs to know', async () => {
    const on = stage()
    await on.part.addWebhook({ url })
    on.store.records.set('job-1', ended({ options: writeSettings(settings) }))
    await on.notice()
    expect(bodyOf(on.store.submitted[0])).toEqual({
      type: 'job.completed',
      timestamp: '2023-11-14T22:13:21.000Z',
      data: {
        job_id: 'job-1',
        type: 'invoice',
        status: 'Completed',
        generation: 1,
        priority: 'High',
        metadata: { tenant: 7 },
        created_at: '2023-11-14T22:13:20.000Z',
        completed_at: '2023-11-14T22:13:21.000Z',
        processing_time_ms: 500,
        error: null,
        result: { total: 12 },
      },
    })
  })

  test('tells why a job failed', async () => {
    const on = stage()
    await on.part.addWebhook({ url })
    const error = { code: 'JOB_FAILED', name: 'TypeError', message: 'no' }
    on.store.records.set(
      'job-1',
      ended({ status: 'dead_letter', result: null, error: JSON.stringify(error) }),
    )
    await on.notice({ status: 'dead_letter' })
    expect(bodyOf(on.store.submitted[0])).toMatchObject({
      type: 'job.dead_letter',
      data: { status: 'DeadLetter', error, result: null },
    })
  })

  test('tells why a job was cancelled', async () => {
    const on = stage()
    await on.part.addWebhook({ url })
    on.store.records.set('job-1', ended({ status: 'cancelled', result: null, cancelReason: 'not wanted' }))
    await on.notice({ status: 'cancelled' })
    expect(bodyOf(on.store.submitted[0])).toMatchObject({
      type: 'job.cancelled',
      data: { status: 'Cancelled', error: { code: 'CANCELLED', message: 'not wanted' } },
    })
  })

  test('leaves out a result that is too large, and says so', async () => {
    const on = stage({ resultOf: () => Promise.resolve('too large') })
    await on.part.addWebhook({ url })
    on.store.records.set('job-1', ended())
    await on.notice()
    expect(bodyOf(on.store.submitted[0])).toMatchObject({ data: { result: null, result_too_large: true } })
  })

  test.each([
    ['lives again', ended({ status: 'processing', generation: 2, result: null })],
    ['has failed since', ended({ status: 'dead_letter', generation: 2, error: '{}' })],
    ['is gone', undefined],
  ])('of a job that %s tells what is known of its first life', async (_, record) => {
    const on = stage()
    await on.part.addWebhook({ url })
    if (record) on.store.records.set('job-1', record)
    await on.notice()
    expect(bodyOf(on.store.submitted[0])).toMatchObject({
      type: 'job.completed',
      data: {
        job_id: 'job-1',
        type: 'invoice',
        status: 'Completed',
        generation: 1,
        error: null,
        result: null,
      },
    })
  })

  test('run again makes no second delivery, and another makes its own', async () => {
    const on = stage()
    await on.part.addWebhook({ url })
    on.store.records.set('job-1', ended({ options: withOwn() }))
    await on.notice()
    await on.notice()
    expect(on.store.submitted).toHaveLength(2)
    await on.notice({ generation: 2 }, 'notice~2~2')
    expect(on.store.submitted).toHaveLength(4)
    expect(new Set(on.store.submitted.map(({ id }) => id)).size).toBe(4)
  })

  test('makes ids without a dot', async () => {
    const on = stage()
    for (let i = 0; i < 20; i++) await on.part.addWebhook({ url })
    await on.notice({ job: 'a.b.c' }, 'notice~1.5~1')
    expect(on.store.submitted.filter(({ id }) => id.includes('.'))).toEqual([])
  })

  test('is tried again when the store is full', async () => {
    const on = stage()
    await on.part.addWebhook({ url })
    on.store.full = 'maxJobs'
    await expect(on.notice()).rejects.toMatchObject({ code: 'STORE_FULL', retryable: true })
  })

  test('takes as many steps of the store as its bytes need', async () => {
    const on = stage({ resultOf: () => Promise.resolve({ text: JSON.stringify('x'.repeat(60_000)) }) })
    for (let i = 0; i < 100; i++) await on.part.addWebhook({ url })
    on.store.records.set('job-1', ended())
    await on.notice()
    expect(on.store.submitted).toHaveLength(100)
    expect(on.store.steps.length).toBeGreaterThan(6)
    expect(Math.max(...on.store.steps)).toBeLessThan(17)
  })

  test('that is none is refused for good', async () => {
    const on = stage()
    await expect(on.notice({ status: 'pending' as never })).rejects.toMatchObject({ name: 'PermanentError' })
  })
})

describe('the webhook of a job itself', () => {
  test('is told of its events, by a delivery that needs the job no more', async () => {
    const on = stage()
    on.store.records.set('job-1', ended({ options: withOwn() }))
    expect(await on.notice()).toEqual({ deliveries: 1 })
    expect(on.store.submitted[0]?.terms?.dependsOn).toEqual([])
    expect(on.store.submitted[0]?.terms?.concurrency?.max).toBe(4)
  })

  test('is not told of others', async () => {
    const on = stage()
    on.store.records.set('job-1', ended({ options: withOwn(['job.dead_letter']) }))
    expect(await on.notice()).toEqual({ deliveries: 0 })
  })

  test('stands neither in what of the delivery is shown nor in its limits', async () => {
    const on = stage()
    on.store.records.set('job-1', ended({ options: withOwn() }))
    await on.notice()
    const text = JSON.stringify(on.store.submitted.map(({ options: _, ...shown }) => shown))
    expect(text).not.toContain(secret)
    expect(text).not.toContain('canary')
    expect(text).not.toContain('app.example')
  })

  test('shares its limit with others of the same origin only', async () => {
    const on = stage()
    const settingsFor = (own: string): string =>
      writeSettings({ ...settings, webhook: { url: own, events: ['job.completed'], secret: null } })
    for (const [i, own] of ['https://a.example/1', 'https://a.example/2', 'https://b.example/1'].entries()) {
      on.store.records.set(`job-${i}`, ended({ id: `job-${i}`, options: settingsFor(own) }))
      await on.notice({ job: `job-${i}` }, `notice~${i}~1`)
    }
    const keys = on.store.submitted.map(({ terms }) => terms?.concurrency?.key)
    expect(keys[0]).toBe(keys[1])
    expect(keys[2]).not.toBe(keys[0])
  })
})
