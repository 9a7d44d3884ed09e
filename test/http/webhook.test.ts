import { describe, expect, test } from 'vitest'
import { RiptideError } from '../../src/core/errors.js'
import type { ServiceApi } from '../../src/service-api.js'
import { type Answered, answerTo, answerToSent, someWebhook } from './stub-service.js'

const path = '/workers/webhooks'
const url = 'https://app.example/hooks'
const whole = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

describe('a webhook', () => {
  test('is added, and the answer tells its secret', async () => {
    let seen: unknown
    const addWebhook: ServiceApi['addWebhook'] = (webhook) => {
      seen = webhook
      return Promise.resolve(someWebhook({ secret: whole, types: ['invoice'] }))
    }
    const sent = {
      url,
      events: ['job.dead_letter'],
      job_types: ['invoice'],
      secret: whole,
      enabled: true,
      description: 'invoices',
    }
    const { status, body } = await answerToSent('POST', path, sent, { addWebhook })
    const { job_types: types, ...same } = sent
    expect(seen).toEqual({ ...same, types })
    expect(status).toBe(200)
    expect(body).toEqual({
      id: 'webhook-1',
      url,
      events: ['job.completed', 'job.dead_letter', 'job.cancelled'],
      job_types: ['invoice'],
      enabled: true,
      disabled_reason: null,
      description: null,
      secret: whole,
      created_at: '2026-01-01T00:00:00.000Z',
      updated_at: '2026-01-02T00:00:00.000Z',
    })
  })

  test.each([
    [{}, 'REQUIRED', '/url'],
    [{ url: null }, 'REQUIRED', '/url'],
    [{ url, types: ['a'] }, 'FIELD_UNKNOWN', '/types'],
    [{ url, headers: {} }, 'FIELD_UNKNOWN', '/headers'],
    [{ url, allow_private_network: true }, 'FIELD_UNKNOWN', '/allow_private_network'],
    [{ url, id: 'mine' }, 'FIELD_READONLY', '/id'],
    [{ url, disabled_reason: 'x' }, 'FIELD_READONLY', '/disabled_reason'],
    [{ url, created_at: 'x' }, 'FIELD_READONLY', '/created_at'],
  ])('of %j is %s at %s', async (sent, error, at) => {
    expect((await answerToSent('POST', path, sent, {})).body).toMatchObject({ status: 422, error, path: at })
  })

  test.each([
    ['URL_BLOCKED', '/url', '/url'],
    ['EVENTS_INVALID', '/events/1', '/events/1'],
    ['RANGE', '/types', '/job_types'],
    ['ARGUMENT_INVALID', '/secret', '/secret'],
  ] as const)('%s at %s is told at %s, and the secret is not', async (code, at, wire) => {
    const fault = new RiptideError(code, `${at} is wrong`, { path: at })
    const { body } = await answerToSent(
      'POST',
      path,
      { url, secret: 'whsec_hunter2' },
      { addWebhook: () => Promise.reject(fault) },
    )
    expect(body).toMatchObject({ status: 422, error: code, path: wire, message: `${wire} is wrong` })
    expect(JSON.stringify(body)).not.toContain('hunter2')
  })

  test('is looked at and listed with its secret masked', async () => {
    const methods: Partial<ServiceApi> = {
      getWebhook: () => Promise.resolve(someWebhook()),
      listWebhooks: () => Promise.resolve([someWebhook()]),
    }
    const one = await answerTo(`${path}/webhook-1`, methods)
    const all = await answerTo(path, methods)
    expect([one.status, one.body['secret']]).toEqual([200, 'whsec_****abcd'])
    expect([all.status, all.body]).toEqual([200, [one.body]])
  })

  test('is changed only where something is given', async () => {
    let seen: unknown
    const updateWebhook: ServiceApi['updateWebhook'] = (...given) => {
      seen = given
      return Promise.resolve(someWebhook({ enabled: false, disabledReason: 'it answered 410' }))
    }
    const change = { enabled: false, job_types: ['a'], secret: 'whsec_****abcd' }
    const { status, body } = await answerToSent('PATCH', `${path}/webhook-1`, change, { updateWebhook })
    expect(seen).toEqual(['webhook-1', { enabled: false, types: ['a'], secret: 'whsec_****abcd' }])
    expect([status, body['disabled_reason']]).toEqual([200, 'it answered 410'])
  })

  test.each([
    [{ types: ['a'] }, 'FIELD_UNKNOWN', '/types'],
    [{ updated_at: 'x' }, 'FIELD_READONLY', '/updated_at'],
  ])('changed by %j is %s at %s', async (sent, error, at) => {
    const { body } = await answerToSent('PATCH', `${path}/a`, sent, {})
    expect(body).toMatchObject({ status: 422, error, path: at })
  })

  test('gets a new secret, and the answer tells it', async () => {
    const seen: unknown[] = []
    const rotateWebhookSecret: ServiceApi['rotateWebhookSecret'] = (...given) => {
      seen.push(given)
      return Promise.resolve(someWebhook({ secret: whole }))
    }
    const rotate = (body: unknown): Promise<Answered> =>
      answerToSent('POST', `${path}/a/rotate-secret`, body, { rotateWebhookSecret })
    expect((await rotate(undefined)).body['secret']).toBe(whole)
    await rotate({ keep_old_ms: 0 })
    expect(seen).toEqual([
      ['a', {}],
      ['a', { keepOldMs: 0 }],
    ])
    expect((await rotate({ keepOldMs: 0 })).body).toMatchObject({ error: 'FIELD_UNKNOWN' })
  })

  test('is removed', async () => {
    const removeWebhook = (): Promise<void> => Promise.resolve()
    expect((await answerToSent('DELETE', `${path}/a`, undefined, { removeWebhook })).status).toBe(204)
  })

  test('that is not there is 404 on every route about it', async () => {
    const missing = (): Promise<never> => Promise.reject(new RiptideError('WEBHOOK_NOT_FOUND', 'none'))
    const methods: Partial<ServiceApi> = {
      getWebhook: () => Promise.resolve(null),
      updateWebhook: missing,
      rotateWebhookSecret: missing,
      removeWebhook: missing,
    }
    const answers = [
      await answerTo(`${path}/a`, methods),
      await answerToSent('PATCH', `${path}/a`, { enabled: true }, methods),
      await answerToSent('POST', `${path}/a/rotate-secret`, undefined, methods),
      await answerToSent('DELETE', `${path}/a`, undefined, methods),
    ]
    expect(answers.map(({ body }) => [body['status'], body['error']])).toEqual(
      answers.map(() => [404, 'WEBHOOK_NOT_FOUND']),
    )
  })
})
