import { describe, expect, test } from 'vitest'
import { PermanentError, RetryAfterError, RiptideError } from '../../src/core/errors.js'
import { jobOf, writeSettings } from '../../src/core/job-view.js'
import { defaultRetry } from '../../src/core/retry.js'
import type { WebhookAnswer } from '../../src/webhooks/deps.js'
import { ended } from './fake-store.js'
import { type Stage, isSigned, stage } from './stage.js'

const url = 'https://app.example/hooks'
const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`

/** One delivery to a webhook whose target answers so. */
async function subscribed(
  answer: () => Promise<WebhookAnswer> = () => answers(200),
): Promise<{ on: Stage; id: string }> {
  const on = stage({ send: answer })
  const { id } = await on.part.addWebhook({ url, secret })
  on.store.records.set('job-1', ended())
  await on.notice()
  return { on, id }
}

const answers = (status: number, retryAfterMs?: number): Promise<WebhookAnswer> =>
  Promise.resolve({ status, retryAfterMs })

describe('a delivery', () => {
  test('has the same id and the same bytes each time, and is signed for its time', async () => {
    const { on } = await subscribed()
    for (let i = 0; i < 3; i++) {
      expect(await on.deliver()).toEqual({ delivered: true, status: 200 })
      await on.clock.advance(60_000)
    }
    expect(new Set(on.sent.map(({ headers }) => headers['webhook-id']))).toEqual(
      new Set([on.store.submitted[0]?.id]),
    )
    expect(new Set(on.sent.map(({ body }) => body)).size).toBe(1)
    const times = on.sent.map(({ headers }) => Number(headers['webhook-timestamp']))
    const now = Math.floor(on.clock.now() / 1000)
    expect(times).toEqual([now - 180, now - 120, now - 60])
    expect(on.sent.every(({ headers, body }) => isSigned(headers, body, secret))).toBe(true)
    expect(on.sent[0]?.headers['content-type']).toBe('application/json')
  })

  test.each([200, 201, 202, 204, 299])('is over with %i', async (status) => {
    const { on } = await subscribed(() => answers(status))
    expect(await on.deliver()).toEqual({ delivered: true, status })
  })

  test.each([199, 300, 301, 302, 304, 307, 308, 400, 401, 404, 409, 418, 429, 500, 502, 503, 504, 599])(
    'is tried again after %i',
    async (status) => {
      const { on } = await subscribed(() => answers(status))
      const error = await on.deliver().catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(RiptideError)
      expect(error).not.toBeInstanceOf(PermanentError)
      expect(error).toMatchObject({ code: 'WEBHOOK_FAILED', facts: { status } })
    },
  )

  test.each([
    ['longer than the usual wait, is waited for', 0, 60_000, 60_000],
    ['longer than a day, is cut', 0, 90 * 86_400_000, 86_400_000],
    ['longer than the fifth wait', 4, 6 * 3_600_000, 6 * 3_600_000],
    ['no longer than the usual wait, makes no difference', 0, 1_000, undefined],
    ['no longer than the third wait', 2, 60_000, undefined],
    ['nothing', 0, undefined, undefined],
  ])('that is asked for time: %s', async (_, retryCount, asked, waited) => {
    const { on } = await subscribed(() => answers(429, asked))
    const error = await on.deliver(0, retryCount).catch((thrown: unknown) => thrown)
    expect(error instanceof RetryAfterError ? error.retryAfterMs : undefined).toBe(waited)
    expect(error).toMatchObject({ code: 'WEBHOOK_FAILED' })
  })

  test('is given up, and its webhook switched off, by 410', async () => {
    const { on, id } = await subscribed(() => answers(410))
    await expect(on.deliver()).rejects.toMatchObject({ name: 'PermanentError', code: 'WEBHOOK_FAILED' })
    expect(await on.part.getWebhook(id)).toMatchObject({
      enabled: false,
      disabledReason: 'it answered with 410 Gone',
    })
    expect([...on.store.kept.values()][0]?.notices).toEqual([])
    expect(await on.deliver()).toEqual({ delivered: false, reason: 'the webhook is switched off' })
    await on.part.updateWebhook(id, { enabled: true })
    expect(await on.part.getWebhook(id)).toMatchObject({ enabled: true, disabledReason: null })
  })

  test('by 410 of an old url leaves a webhook on that has moved', async () => {
    const moved = 'https://app.example/new'
    const { on, id } = await subscribed(async () => {
      await on.part.updateWebhook(id, { url: moved })
      return answers(410)
    })
    await expect(on.deliver()).rejects.toMatchObject({ name: 'PermanentError' })
    expect(await on.part.getWebhook(id)).toMatchObject({ enabled: true, url: moved })
  })

  test('ends quietly when its webhook is gone', async () => {
    const { on, id } = await subscribed()
    await on.part.removeWebhook(id)
    expect(await on.deliver()).toEqual({ delivered: false, reason: 'the webhook was removed' })
    expect(on.sent).toEqual([])
  })

  test('goes where the webhook is now', async () => {
    const { on, id } = await subscribed()
    await on.part.updateWebhook(id, { url: 'https://app.example/new' })
    await on.deliver()
    expect(on.sent[0]?.url).toBe('https://app.example/new')
  })

  test('to a url that may not be used any more is given up at once', async () => {
    const { on } = await subscribed(() => {
      throw new RiptideError('URL_BLOCKED', 'app.example is not a public host')
    })
    await expect(on.deliver()).rejects.toMatchObject({ name: 'PermanentError', code: 'URL_BLOCKED' })
  })

  test.each(['TIMEOUT', 'CONNECT_FAILED', 'DNS_FAILED', 'TLS_FAILED', 'FETCH_FAILED'] as const)(
    'that ends in %s is tried again, and keeps that code',
    async (code) => {
      const { on } = await subscribed(() => {
        throw new RiptideError(code, 'no')
      })
      const error = await on.deliver().catch((thrown: unknown) => thrown)
      expect(error).not.toBeInstanceOf(PermanentError)
      expect(error).toMatchObject({ code })
    },
  )

  test('has slots of its own', () => {
    expect(stage({ concurrency: 3 }).slots).toEqual({ 'riptide.notice': 10, 'riptide.webhook': 3 })
  })
})

describe('a delivery to the webhook of a job', () => {
  const own = (ownSecret: string | null): string =>
    writeSettings({
      retry: defaultRetry,
      timeoutMs: 600_000,
      metadata: {},
      webhook: { url, events: ['job.completed'], secret: ownSecret },
    })

  test.each([
    ['its own secret', secret, `whsec_${Buffer.alloc(32, 9).toString('base64')}`, secret],
    ['that of the service', null, secret, secret],
  ])('is signed with %s', async (_, ownSecret, ofService, expected) => {
    const on = stage({ secret: ofService })
    on.store.records.set('job-1', ended({ options: own(ownSecret) }))
    await on.notice()
    expect(await on.deliver()).toEqual({ delivered: true, status: 200 })
    expect(on.sent.map(({ headers, body }) => isSigned(headers, body, expected))).toEqual([true])
    expect(on.sent[0]?.url).toBe(url)
  })

  test('is not signed without either', async () => {
    const on = stage()
    on.store.records.set('job-1', ended({ options: own(null) }))
    await on.notice()
    await on.deliver()
    expect(on.sent[0]?.headers).not.toHaveProperty('webhook-signature')
    expect(on.sent[0]?.headers).toHaveProperty('webhook-id')
  })

  test('goes out when the job is long gone', async () => {
    const on = stage()
    on.store.records.set('job-1', ended({ options: own(secret) }))
    await on.notice()
    on.store.records.delete('job-1')
    expect(await on.deliver(0, 9)).toEqual({ delivered: true, status: 200 })
    expect(on.sent.map(({ headers, body }) => isSigned(headers, body, secret))).toEqual([true])
  })

  test('shows where to, and no secret', async () => {
    const on = stage()
    on.store.records.set('job-1', ended({ options: own(secret) }))
    await on.notice()
    const record = on.store.records.get(on.store.submitted[0]?.id ?? '')
    const shown = record && jobOf(record, 0)
    expect(shown?.webhook).toEqual({ url, events: ['job.completed'] })
    expect(JSON.stringify(shown)).not.toContain(secret)
  })

  test('is given up by 410', async () => {
    const on = stage({ send: () => answers(410) })
    on.store.records.set('job-1', ended({ options: own(null) }))
    await on.notice()
    await expect(on.deliver()).rejects.toMatchObject({ name: 'PermanentError', code: 'WEBHOOK_FAILED' })
  })
})
