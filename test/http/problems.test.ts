import { describe, expect, test, vi } from 'vitest'
import { RiptideError } from '../../src/core/errors.js'
import { type Logger, silentLogger } from '../../src/core/logger.js'
import { createHandler } from '../../src/http/index.js'
import type { ServiceApi } from '../../src/service-api.js'
import { answerTo, stubService } from './stub-service.js'

describe('a failure of the service', () => {
  const failing = (thrown: unknown): Partial<ServiceApi> => ({
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what is no Error is the case to be tested
    getJob: () => Promise.reject(thrown),
  })

  test.each(['STORE_UNAVAILABLE', 'STORE_TIMEOUT', 'STORE_FULL', 'STATE_INVALID'] as const)(
    '%s is 503, to be tried again',
    async (code) => {
      const { status, headers, body } = await answerTo(
        '/workers/jobs/a',
        failing(new RiptideError(code, 'away')),
      )
      expect([status, headers.get('retry-after'), body['error']]).toEqual([503, '2', code])
    },
  )

  test.each([
    new Error('redis://user:hunter2@host'),
    'hunter2',
    null,
    new RiptideError('CONFIG_INVALID', 'hunter2'),
  ])('that is not for the client is 500 INTERNAL and in the log: %s', async (thrown) => {
    const error = vi.fn<Logger['error']>()
    const handler = createHandler(stubService(failing(thrown)), {
      authorize: () => true,
      logger: { ...silentLogger, error },
    })
    const response = await handler.fetch(new Request('http://app.test/workers/jobs/a'))
    const text = await response.text()
    expect(response.status).toBe(500)
    expect(JSON.parse(text)).toMatchObject({ error: 'INTERNAL', title: 'Internal Server Error' })
    expect(text).not.toMatch(/hunter2|\bat \//)
    expect(error).toHaveBeenCalledTimes(1)
  })

  test('carries its facts, spelt as the wire spells them, beside the members that every problem has', async () => {
    const facts = {
      state: 'dead_letter',
      allowed: ['pending', 'retrying'],
      retryCount: 2,
      status: 'x',
      type: 'y',
    }
    const { status, body } = await answerTo(
      '/workers/jobs/a',
      failing(new RiptideError('STATE_CONFLICT', 'no', { facts })),
    )
    expect(body).toEqual({
      type: 'about:blank',
      title: 'Conflict',
      status: 409,
      detail: 'no',
      message: 'no',
      error: 'STATE_CONFLICT',
      state: 'DeadLetter',
      allowed: ['Pending', 'Retrying'],
      retry_count: 2,
    })
    expect(status).toBe(409)
  })

  test('with a code that this version does not know is a fault of the server', async () => {
    const foreign = Object.assign(new RiptideError('RANGE', 'x'), { code: '__proto__' })
    expect((await answerTo('/workers/jobs/a', failing(foreign))).status).toBe(500)
  })
})

describe('what a client takes', () => {
  const accept = async (value: string): Promise<number> => {
    const handler = createHandler(stubService({ listScheduledJobs: () => Promise.resolve([]) }), {
      authorize: () => true,
    })
    return (
      await handler.fetch(new Request('http://app.test/workers/schedule', { headers: { accept: value } }))
    ).status
  }

  test.each([
    '*/*',
    'application/json',
    'text/html',
    '',
    'x/y;q=nan',
    'application/*;q=0, application/json',
    `${'a/b,'.repeat(10_000)}*/*`,
  ])('is JSON for %.40j', async (value) => {
    expect(await accept(value)).toBe(200)
  })

  test.each([
    'application/json;q=0',
    '*/*;q=0',
    'text/html, application/*; q=0.0',
    'application/json; Q=0.000, */*',
  ])('is nothing of ours for %j', async (value) => {
    expect(await accept(value)).toBe(406)
  })
})

describe('HEAD', () => {
  test.each([
    ['/workers/schedule', 200],
    ['/workers/jobs/%00', 400],
    ['/workers/jobs/a/retry', 405],
  ])('%s is %i with the length of the body that GET has, and none of it', async (path, status) => {
    const handler = createHandler(stubService({ listScheduledJobs: () => Promise.resolve([]) }), {
      authorize: () => true,
    })
    const ask = (method: string): Promise<Response> =>
      handler.fetch(new Request(`http://app.test${path}`, { method }))
    const [head, get] = [await ask('HEAD'), await ask('GET')]
    expect([head.status, get.status]).toEqual([status, status])
    expect(head.headers.get('content-length')).toBe(String((await get.arrayBuffer()).byteLength))
    expect(await head.text()).toBe('')
  })
})
