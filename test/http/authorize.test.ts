import { describe, expect, test, vi } from 'vitest'
import { type Logger, silentLogger } from '../../src/core/logger.js'
import { type Authorize, type AuthorizeContext, createHandler } from '../../src/http/index.js'
import { FakeClock } from '../../src/testing/fake-clock.js'
import { someJob, stubService } from './stub-service.js'

const service = stubService({
  getJob: () => Promise.resolve(someJob()),
  listScheduledJobs: () => Promise.resolve([]),
})
const ask = (
  authorize: Authorize,
  request = new Request('http://app.test/bg/workers/jobs/job-1?x=1'),
): Promise<Response> => createHandler(service, { authorize, logger: silentLogger }).fetch(request)

describe('authorize', () => {
  test.each<[string, Authorize]>([
    ['true', () => true],
    ['a promise of true', () => Promise.resolve(true)],
  ])('allows with %s', async (_, authorize) => {
    expect((await ask(authorize)).status).toBe(200)
  })

  test.each<[string, Authorize]>([
    ['nothing', () => undefined],
    ['null', () => null],
    ['false', () => false],
    ['"true"', () => 'true'],
    ['1', () => 1],
    ['an object', () => ({ allowed: true })],
    ['an array', () => [true]],
    ['a Boolean object', () => Object(true) as unknown],
    ['a promise of 1', () => Promise.resolve(1)],
    ['a function', () => () => true],
    [
      'a throw',
      () => {
        throw new Error('db password is hunter2')
      },
    ],
    ['a rejection', () => Promise.reject(new Error('db password is hunter2'))],
    [
      'a getter that throws',
      () => ({
        get status(): never {
          throw new Error('no')
        },
      }),
    ],
  ])('denies with %s', async (_, authorize) => {
    const response = await ask(authorize)
    expect(response.status).toBe(403)
    const text = await response.text()
    expect(JSON.parse(text)).toMatchObject({ error: 'FORBIDDEN' })
    expect(text).not.toContain('hunter2')
  })

  test('denies with a Response that is the answer itself', async () => {
    const denial = new Response('log in', { status: 302, headers: { location: '/login' } })
    expect(await ask(() => denial)).toBe(denial)
  })

  test('denies with 403 when its Response was used before', async () => {
    const denial = new Response('log in', { status: 401 })
    await denial.text()
    expect((await ask(() => denial)).status).toBe(403)
  })

  test('that does not decide is 503 in time, and its late answer changes nothing', async () => {
    const clock = new FakeClock()
    const handler = createHandler(service, {
      authorize: () => new Promise(() => undefined),
      authorizeTimeoutMs: 500,
      clock,
    })
    const answer = handler.fetch(new Request('http://app.test/workers/schedule'))
    await clock.advance(500)
    const response = await answer
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '2'])
    expect(await response.json()).toMatchObject({ error: 'AUTHORIZE_TIMEOUT' })
  })

  test('leaves no timer behind when it decides', async () => {
    const clock = new FakeClock()
    await createHandler(service, { authorize: () => true, clock }).fetch(
      new Request('http://app.test/workers/schedule'),
    )
    expect(clock.pendingTimers).toBe(0)
  })

  test('is told what the request is about', async () => {
    const seen: AuthorizeContext[] = []
    const authorize: Authorize = (context) => seen.push(context) > 0
    const request = new Request('http://app.test/bg/workers/jobs/job-1?x=1', {
      headers: { 'X-Api-Key': 'k' },
    })
    await ask(authorize, request)
    expect(seen[0]).toMatchObject({
      action: 'read',
      route: '/workers/jobs/:job_id',
      method: 'GET',
      path: '/bg/workers/jobs/job-1',
      jobId: 'job-1',
      raw: request,
    })
    expect([seen[0]?.headers.get('X-API-Key'), seen[0]?.headers.get('nothing')]).toEqual(['k', null])
    expect(seen[0]).not.toHaveProperty('scheduleId')
  })

  test.each([
    ['/workers/schedule/a', { scheduleId: 'a' }],
    ['/workers/templates/a/jobs', { templateName: 'a' }],
    ['/workers/webhooks/a/rotate-secret', { webhookId: 'a' }],
    ['/workers/jobs/batch', {}],
  ])('of %s is told %j', async (path, about) => {
    const authorize = vi.fn<Authorize>(() => false)
    const method = path.endsWith('schedule/a') ? 'DELETE' : 'POST'
    await ask(authorize, new Request(`http://app.test${path}`, { method }))
    const { jobId, scheduleId, templateName, webhookId } = authorize.mock.calls[0]?.[0] ?? {}
    expect(JSON.parse(JSON.stringify({ jobId, scheduleId, templateName, webhookId }))).toEqual(about)
  })

  test.each([
    ['POST', '/workers/jobs', 'submit'],
    ['DELETE', '/workers/jobs/a', 'manage'],
    ['POST', '/workers/jobs/a/retry', 'manage'],
    ['POST', '/workers/schedule', 'manage'],
    ['DELETE', '/workers/schedule/a', 'manage'],
    ['GET', '/workers/metrics', 'read'],
    ['HEAD', '/workers/openapi.json', 'read'],
    ['GET', '/workers/health', 'read'],
    ['POST', '/workers/jobs/batch', 'submit'],
    ['GET', '/workers/jobs/batch', 'read'],
    ['POST', '/workers/flows', 'submit'],
    ['POST', '/workers/templates/a/jobs', 'submit'],
    ['DELETE', '/workers/jobs/a?discard=true', 'manage'],
    ['POST', '/workers/jobs/a/priority', 'manage'],
    ['POST', '/workers/dead-letters/discard', 'manage'],
    ['POST', '/workers/queue/drain', 'manage'],
    ['PATCH', '/workers/schedule/a', 'manage'],
    ['POST', '/workers/schedule/a/run', 'manage'],
    ['POST', '/workers/schedule/preview', 'read'],
    ['PUT', '/workers/templates/a', 'manage'],
    ['GET', '/workers/webhooks/a', 'read'],
    ['POST', '/workers/webhooks/a/rotate-secret', 'manage'],
  ])('%s %s wants to %s', async (method, path, action) => {
    const authorize = vi.fn<Authorize>(() => false)
    await ask(authorize, new Request(`http://app.test${path}`, { method }))
    expect(authorize.mock.calls[0]?.[0]).toMatchObject({ action, method })
  })

  test('decides before the body is read', async () => {
    const body = new ReadableStream(
      { pull: () => expect.unreachable('the body was read') },
      { highWaterMark: 0 },
    )
    const init = { method: 'POST', body, duplex: 'half', headers: { 'content-type': 'application/json' } }
    expect(
      (await ask(() => false, new Request('http://app.test/workers/jobs', init as RequestInit))).status,
    ).toBe(403)
  })
})

describe('without authorize', () => {
  test('the routes are open, and the log says so once', async () => {
    const warn = vi.fn<Logger['warn']>()
    const handler = createHandler(service, { logger: { ...silentLogger, warn } })
    expect(warn).not.toHaveBeenCalled()
    for (let i = 0; i < 3; i++)
      expect((await handler.fetch(new Request('http://app.test/workers/schedule'))).status).toBe(200)
    await handler.fetch(new Request('http://app.test/elsewhere'))
    expect(warn).toHaveBeenCalledTimes(1)
  })
})
