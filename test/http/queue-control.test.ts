import { describe, expect, test } from 'vitest'
import { RiptideError } from '../../src/core/errors.js'
import type { ServiceApi } from '../../src/service-api.js'
import { answerTo, answerToSent, someQueueStats } from './stub-service.js'

const stats = {
  getQueueStats: () => Promise.resolve(someQueueStats({ paused: true, pausedTypes: ['invoice'] })),
}

describe('pause and resume', () => {
  test.each(['pause', 'resume'] as const)('%s takes a type, or the whole queue', async (verb) => {
    const seen: unknown[] = []
    const methods: Partial<ServiceApi> = {
      ...stats,
      [verb]: (options: unknown) => {
        seen.push(options)
        return Promise.resolve()
      },
    }
    const path = `/workers/queue/${verb}`
    const answers = [
      await answerToSent('POST', path, undefined, methods),
      await answerToSent('POST', path, {}, methods),
      await answerToSent('POST', path, { job_type: 'invoice' }, methods),
    ]
    expect(seen).toEqual([{}, {}, { type: 'invoice' }])
    for (const { status, body } of answers) {
      expect([status, body]).toEqual([200, { paused: true, paused_types: ['invoice'] }])
    }
  })

  test.each([
    [{ type: 'invoice' }, 'FIELD_UNKNOWN', '/type'],
    [{ job_type: null }, 'TYPE_MISMATCH', '/job_type'],
    [{ job_type: 5 }, 'TYPE_MISMATCH', '/job_type'],
    [{ job_type: '' }, 'REQUIRED', '/job_type'],
    [{ job_type: 'custom' }, 'NOT_SUPPORTED', '/job_type'],
    [{ timeout_ms: 5 }, 'FIELD_UNKNOWN', '/timeout_ms'],
  ])('%j is %s at %s', async (sent, error, path) => {
    for (const verb of ['pause', 'resume']) {
      const { body } = await answerToSent('POST', `/workers/queue/${verb}`, sent, {})
      expect(body).toMatchObject({ status: 422, error, path })
    }
  })

  test.each(['null', '[]', '"x"'])('a body of %s is no object', async (sent) => {
    const { body } = await answerToSent('POST', '/workers/queue/pause', sent, {})
    expect(body).toMatchObject({ status: 400, error: 'BODY_NOT_OBJECT' })
  })

  test('a type that can be none is told by its name on the wire', async () => {
    const fault = new RiptideError('ID_INVALID', '/type must match', { path: '/type' })
    const { body } = await answerToSent(
      'POST',
      '/workers/queue/pause',
      { job_type: 'a-b' },
      { pause: () => Promise.reject(fault) },
    )
    expect(body).toMatchObject({ path: '/job_type', message: '/job_type must match' })
  })
})

describe('drain', () => {
  test('answers when nothing runs', async () => {
    let seen: unknown
    const drain: ServiceApi['drain'] = (options) => {
      seen = options
      return Promise.resolve()
    }
    const { status, body } = await answerToSent(
      'POST',
      '/workers/queue/drain',
      { timeout_ms: 60_000 },
      { ...stats, drain },
    )
    expect([status, seen, body['paused']]).toEqual([200, { timeoutMs: 60_000 }, true])
  })

  test('that takes too long is 503, to be asked again', async () => {
    const late = new RiptideError('TIMEOUT', 'two jobs still run', { retryable: true })
    const { status, headers, body } = await answerToSent('POST', '/workers/queue/drain', undefined, {
      drain: () => Promise.reject(late),
    })
    expect([status, headers.get('retry-after'), body['error']]).toEqual([503, '2', 'TIMEOUT'])
  })

  test.each([
    [{ timeoutMs: 5 }, 'FIELD_UNKNOWN', '/timeoutMs'],
    [{ timeout_ms: '5' }, 'RANGE', '/timeout_ms'],
    [{ timeout_ms: -1 }, 'RANGE', '/timeout_ms'],
    [{ timeout_ms: 600_001 }, 'RANGE', '/timeout_ms'],
    [{ job_type: 'invoice' }, 'FIELD_UNKNOWN', '/job_type'],
  ])('%j is %s at %s', async (sent, error, path) => {
    const { body } = await answerToSent('POST', '/workers/queue/drain', sent, {})
    expect(body).toMatchObject({ status: 422, error, path })
  })
})

test('the stats of the queue tell its pauses and the share of each class', async () => {
  const none = { claims: 0, share: 0 }
  const classes = {
    critical: none,
    high: { claims: 3, share: 0.75 },
    normal: { claims: 1, share: 0.25 },
    low: none,
  }
  const { body } = await answerTo('/workers/stats/queue', {
    getQueueStats: () =>
      Promise.resolve(
        someQueueStats({
          paused: true,
          pausedTypes: ['a'],
          classes,
          oldestReadyMs: 12.5,
          unknownTypes: ['b'],
        }),
      ),
  })
  expect(body).toEqual({
    ...{ pending: 0, processing: 0, completed: 0, failed: 0, retry: 0, delayed: 0, total: 0 },
    ...{
      blocked: 0,
      cancelled: 0,
      oldest_ready_ms: 13,
      unknown_types: ['b'],
      paused: true,
      paused_types: ['a'],
    },
    classes: { Critical: none, High: classes.high, Normal: classes.normal, Low: none },
  })
})

describe('the advice on scale', () => {
  const advice = {
    desiredWorkers: 6,
    currentWorkers: 4,
    ready: 120,
    running: 4,
    oldestReadyMs: 3_000,
    p95WaitMs: 2_500,
    targetP95WaitMs: 1_000,
    reason: 'jobs wait longer than they should',
  }

  test.each([
    ['', {}],
    ['?target_p95_wait_ms=1000', { targetP95WaitMs: 1_000 }],
  ])('of %j is given in the words of the wire', async (query, asked) => {
    let seen: unknown
    const { status, body } = await answerTo(`/workers/scale${query}`, {
      getScale: (options) => {
        seen = options
        return Promise.resolve(advice)
      },
    })
    expect([status, seen]).toEqual([200, asked])
    expect(body).toEqual({
      desired_workers: 6,
      current_workers: 4,
      ready: 120,
      running: 4,
      oldest_ready_ms: 3_000,
      p95_wait_ms: 2_500,
      target_p95_wait_ms: 1_000,
      reason: advice.reason,
    })
  })

  test.each([
    ['target_p95_wait_ms=0', 'RANGE'],
    ['target_p95_wait_ms=1e3', 'RANGE'],
    ['target_p95_wait_ms=', 'RANGE'],
    ['target=5', 'FIELD_UNKNOWN'],
  ])('%s is %s', async (query, error) => {
    expect((await answerTo(`/workers/scale?${query}`, {})).body).toMatchObject({ status: 422, error })
  })
})
