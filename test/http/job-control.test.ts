import { describe, expect, test } from 'vitest'
import { RiptideError } from '../../src/core/errors.js'
import type { Explanation } from '../../src/control-api.js'
import type { ServiceApi } from '../../src/service-api.js'
import { answerTo, answerToSent, someJob } from './stub-service.js'

const conflict = new RiptideError('STATE_CONFLICT', 'no', { facts: { state: 'processing' } })

describe('why a job does not run', () => {
  const explained = async (changes: Partial<Explanation>): Promise<Record<string, unknown>> => {
    const explanation: Explanation = {
      jobId: 'job-1',
      status: 'pending',
      reason: 'next',
      reasons: ['next'],
      message: 'it is next',
      facts: {},
      ...changes,
    }
    const { status, body } = await answerTo('/workers/jobs/job-1/explain', {
      explainJob: () => Promise.resolve(explanation),
    })
    expect(status).toBe(200)
    return body
  }

  test('is told with its facts', async () => {
    const facts = {
      until: Date.UTC(2026, 0, 1),
      startedAt: Date.UTC(2026, 0, 2),
      perMs: 60_000,
      key: 'pending',
      knownTypes: ['echo'],
      dependencies: [{ id: 'a', status: 'dead_letter' }],
    }
    const reasons = ['retry_delayed', 'blocked_by_dependencies'] as const
    expect(await explained({ status: 'retrying', reason: reasons[0], reasons, facts })).toEqual({
      job_id: 'job-1',
      status: 'Retrying',
      reason: 'retry_delayed',
      reasons,
      message: 'it is next',
      facts: {
        until: '2026-01-01T00:00:00.000Z',
        started_at: '2026-01-02T00:00:00.000Z',
        per_ms: 60_000,
        key: 'pending',
        known_types: ['echo'],
        dependencies: [{ job_id: 'a', status: 'DeadLetter' }],
      },
    })
  })

  test('of a job that is not there is 404', async () => {
    const missing = (): Promise<never> => Promise.reject(new RiptideError('JOB_NOT_FOUND', 'there is none'))
    const { status } = await answerTo('/workers/jobs/a/explain', { explainJob: missing })
    expect(status).toBe(404)
  })
})

describe('another priority', () => {
  const change = (
    body: unknown,
    reprioritiseJob?: ServiceApi['reprioritiseJob'],
  ): ReturnType<typeof answerTo> =>
    answerToSent('POST', '/workers/jobs/a/priority', body, reprioritiseJob ? { reprioritiseJob } : {})

  test('is given in any case', async () => {
    let seen: unknown
    const { status, body } = await change({ priority: 'HIGH' }, (id, priority) => {
      seen = [id, priority]
      return Promise.resolve(someJob({ id, priority }))
    })
    expect([status, body['job_id'], seen]).toEqual([200, 'a', ['a', 'high']])
  })

  test.each([
    [{}, 422, 'REQUIRED', '/priority'],
    [{ priority: null }, 422, 'PRIORITY_INVALID', '/priority'],
    [{ priority: 'urgent' }, 422, 'PRIORITY_INVALID', '/priority'],
    [{ priority: 1 }, 422, 'PRIORITY_INVALID', '/priority'],
    [{ priority: 'high', job_id: 'b' }, 422, 'FIELD_READONLY', '/job_id'],
    [{ priority: 'high', reason: 'x' }, 422, 'FIELD_UNKNOWN', '/reason'],
    [undefined, 400, 'BODY_EMPTY', undefined],
  ])('%j is %i %s', async (sent, status, error, path) => {
    const { body } = await change(sent)
    expect([body['status'], body['error'], body['path']]).toEqual([status, error, path])
  })

  test('of a job that runs is 409', async () => {
    const { status, body } = await change({ priority: 'low' }, () => Promise.reject(conflict))
    expect([status, body['state']]).toEqual([409, 'Processing'])
  })
})

describe('DELETE with discard', () => {
  const remove = (query: string, methods: Partial<ServiceApi>): ReturnType<typeof answerTo> =>
    answerToSent('DELETE', `/workers/jobs/a${query}`, undefined, methods)

  test('removes a job that has ended', async () => {
    let seen: unknown
    const discardJob: ServiceApi['discardJob'] = (id) => {
      seen = id
      return Promise.resolve()
    }
    const { status, body } = await remove('?discard=true', { discardJob })
    expect([status, body, seen]).toEqual([204, {}, 'a'])
  })

  test('that is false cancels', async () => {
    const cancelJob = (): Promise<ReturnType<typeof someJob>> =>
      Promise.resolve(someJob({ status: 'cancelled' }))
    const { status, body } = await remove('?discard=false', { cancelJob })
    expect([status, body['status']]).toEqual([200, 'Cancelled'])
  })

  test('of a job that has not ended is 409', async () => {
    const { status } = await remove('?discard=true', { discardJob: () => Promise.reject(conflict) })
    expect(status).toBe(409)
  })

  test.each([
    ['?discard=yes', 422, 'TYPE_MISMATCH'],
    ['?discard=', 422, 'TYPE_MISMATCH'],
    ['?discard=true&discard=true', 400, 'PAGE_INVALID'],
    ['?discrad=true', 422, 'FIELD_UNKNOWN'],
  ])('%s is %i %s, and cancels nothing', async (query, status, error) => {
    expect((await remove(query, {})).body).toMatchObject({ status, error })
  })
})

describe('many jobs at once', () => {
  const outcome = { matched: 412, done: 0, skipped: 0, sample: ['a', 'b'] }

  test.each([
    ['retry', 'retryJobs'],
    ['discard', 'discardJobs'],
  ] as const)('%s takes every filter', async (verb, method) => {
    let seen: unknown
    const body = {
      status: 'failed',
      job_type: 'invoice',
      error: 'TIMEOUT',
      older_than_ms: 3_600_000,
      newer_than_ms: 86_400_000,
      limit: 5,
      dry_run: true,
    }
    const answer = await answerToSent('POST', `/workers/dead-letters/${verb}`, body, {
      [method]: (filter: unknown, options: unknown) => {
        seen = [filter, options]
        return Promise.resolve(outcome)
      },
    })
    expect(seen).toEqual([
      {
        status: 'dead_letter',
        type: 'invoice',
        error: 'TIMEOUT',
        olderThanMs: 3_600_000,
        newerThanMs: 86_400_000,
        limit: 5,
      },
      { dryRun: true },
    ])
    expect([answer.status, answer.body]).toEqual([200, outcome])
  })

  test.each([undefined, {}])('without a filter is all of them: %j', async (body) => {
    let seen: unknown
    await answerToSent('POST', '/workers/dead-letters/retry', body, {
      retryJobs: (...given) => {
        seen = given
        return Promise.resolve(outcome)
      },
    })
    expect(seen).toEqual([{}, {}])
  })

  test.each([
    [{ job_type: null, dry_run: null }, 'TYPE_MISMATCH', '/job_type'],
    [{ status: 'Pending' }, 'TYPE_MISMATCH', '/status'],
    [{ status: 5 }, 'TYPE_MISMATCH', '/status'],
    [{ job_type: 'custom' }, 'NOT_SUPPORTED', '/job_type'],
    [{ job_type: 5 }, 'TYPE_MISMATCH', '/job_type'],
    [{ dry_run: 'true' }, 'TYPE_MISMATCH', '/dry_run'],
    [{ dryRun: true }, 'FIELD_UNKNOWN', '/dryRun'],
    [{ olderThanMs: 5 }, 'FIELD_UNKNOWN', '/olderThanMs'],
    [{ job_typ: 'x' }, 'FIELD_UNKNOWN', '/job_typ'],
  ])('%j is %s at %s, and touches nothing', async (sent, error, path) => {
    const { body } = await answerToSent('POST', '/workers/dead-letters/discard', sent, {})
    expect(body).toMatchObject({ status: 422, error, path })
  })

  test('what has completed can be discarded, and not be given a new life', async () => {
    const sent = { status: 'Completed' }
    const discardJobs = (): Promise<typeof outcome> => Promise.resolve(outcome)
    const discard = await answerToSent('POST', '/workers/dead-letters/discard', sent, { discardJobs })
    expect(discard.status).toBe(200)
    const retry = await answerToSent('POST', '/workers/dead-letters/retry', sent, {})
    expect(retry.body).toMatchObject({ error: 'TYPE_MISMATCH', allowed: ['DeadLetter', 'Cancelled'] })
  })

  test.each([
    ['/olderThanMs', '/older_than_ms'],
    ['/type', '/job_type'],
    ['/limit', '/limit'],
  ])('what the service finds wrong at %s is told at %s', async (path, wire) => {
    const fault = new RiptideError('RANGE', `${path} must be less`, { path })
    const { body } = await answerToSent(
      'POST',
      '/workers/dead-letters/retry',
      { limit: 0 },
      { retryJobs: () => Promise.reject(fault) },
    )
    expect(body).toMatchObject({ path: wire, message: `${wire} must be less` })
  })
})

describe('the list of dead letters', () => {
  test('is a list of jobs in that state', async () => {
    let seen: unknown
    const { status, body } = await answerTo('/workers/dead-letters?job_type=thumb&limit=2&offset=1', {
      listJobs: (options) => {
        seen = options
        const jobs = [someJob({ status: 'dead_letter' })]
        return Promise.resolve({ jobs, total: 1, nextCursor: null })
      },
    })
    expect(seen).toEqual({ status: 'dead_letter', type: 'thumb', limit: 2, offset: 1 })
    expect(status).toBe(200)
    expect(body).toMatchObject({ total: 1, limit: 2, jobs: [{ job_id: 'job-1', status: 'DeadLetter' }] })
  })

  test.each([
    ['status=Pending', 422, 'FIELD_UNKNOWN'],
    ['limit=0', 400, 'PAGE_INVALID'],
    ['error=X', 422, 'FIELD_UNKNOWN'],
  ])('%s is %i %s', async (query, status, error) => {
    expect((await answerTo(`/workers/dead-letters?${query}`, {})).body).toMatchObject({ status, error })
  })
})
