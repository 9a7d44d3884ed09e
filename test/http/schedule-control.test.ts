import { describe, expect, test } from 'vitest'
import { RiptideError } from '../../src/core/errors.js'
import type { ServiceApi } from '../../src/service-api.js'
import { answerTo, answerToSent, someSchedule } from './stub-service.js'

const slots = [Date.UTC(2026, 0, 2), Date.UTC(2026, 0, 3)]
const times = { next_executions: ['2026-01-02T00:00:00.000Z', '2026-01-03T00:00:00.000Z'] }
const missing = (): Promise<never> => Promise.reject(new RiptideError('SCHEDULE_NOT_FOUND', 'there is none'))

describe('a schedule', () => {
  test('is stopped and goes on', async () => {
    let seen: unknown
    const setScheduledJobEnabled: ServiceApi['setScheduledJobEnabled'] = (id, enabled) => {
      seen = [id, enabled]
      return Promise.resolve(someSchedule({ id, enabled, nextRunAt: null }))
    }
    const { status, body } = await answerToSent(
      'PATCH',
      '/workers/schedule/a',
      { enabled: false },
      { setScheduledJobEnabled },
    )
    expect([status, seen]).toEqual([200, ['a', false]])
    expect(body).toMatchObject({ id: 'a', enabled: false, next_execution_at: null })
  })

  test.each([
    [{}, 'REQUIRED', '/enabled'],
    [{ enabled: null }, 'TYPE_MISMATCH', '/enabled'],
    [{ enabled: 'false' }, 'TYPE_MISMATCH', '/enabled'],
    [{ enabled: true, name: 'x' }, 'FIELD_UNKNOWN', '/name'],
    [{ enabled: true, next_execution_at: null }, 'FIELD_READONLY', '/next_execution_at'],
  ])('changed by %j is %s at %s', async (sent, error, path) => {
    const { body } = await answerToSent('PATCH', '/workers/schedule/a', sent, {})
    expect(body).toMatchObject({ status: 422, error, path })
  })

  test('makes a job now', async () => {
    const { status, body } = await answerToSent('POST', '/workers/schedule/a/run', undefined, {
      runScheduledJob: () => Promise.resolve({ id: 'job-9', created: true, status: 'pending' }),
    })
    expect(status).toBe(200)
    expect(body).toMatchObject({ job_id: 'job-9', status: 'submitted', created: true })
    expect(body).toHaveProperty('submitted_at')
  })

  test('takes no fields to be run now', async () => {
    const { body } = await answerToSent('POST', '/workers/schedule/a/run', { priority: 'high' }, {})
    expect(body).toMatchObject({ status: 422, error: 'FIELD_UNKNOWN', path: '/priority' })
  })

  test('that is not there is 404 on every route about it', async () => {
    const methods = {
      setScheduledJobEnabled: missing,
      runScheduledJob: missing,
      previewSchedule: missing,
      removeScheduledJob: missing,
    }
    const answers = [
      await answerToSent('PATCH', '/workers/schedule/a', { enabled: true }, methods),
      await answerToSent('POST', '/workers/schedule/a/run', undefined, methods),
      await answerTo('/workers/schedule/a/preview', methods),
      await answerToSent('DELETE', '/workers/schedule/a', undefined, methods),
    ]
    expect(answers.map(({ body }) => [body['status'], body['error']])).toEqual(
      answers.map(() => [404, 'SCHEDULE_NOT_FOUND']),
    )
  })
})

describe('a preview', () => {
  const preview = (seen: unknown[]): Partial<ServiceApi> => ({
    previewSchedule: (...given) => {
      seen.push(given)
      return Promise.resolve(slots)
    },
  })

  test('of a schedule tells its next slots', async () => {
    const seen: unknown[] = []
    expect((await answerTo('/workers/schedule/a/preview', preview(seen))).body).toEqual(times)
    expect((await answerTo('/workers/schedule/a/preview?count=2', preview(seen))).body).toEqual(times)
    expect(seen).toEqual([
      ['a', {}],
      ['a', { count: 2 }],
    ])
  })

  test.each([
    ['count=0', 'RANGE'],
    ['count=1001', 'RANGE'],
    ['count=ten', 'RANGE'],
    ['conut=2', 'FIELD_UNKNOWN'],
  ])('of a schedule with %s is %s', async (query, error) => {
    const { body } = await answerTo(`/workers/schedule/a/preview?${query}`, {})
    expect(body).toMatchObject({ status: 422, error })
  })

  test('of an expression tells its slots before there is a schedule', async () => {
    const seen: unknown[] = []
    const sent = { cron_expression: '0 9 * * *', timezone: 'Europe/Paris', count: 2 }
    const { status, body } = await answerToSent('POST', '/workers/schedule/preview', sent, preview(seen))
    expect([status, body]).toEqual([200, times])
    expect(seen).toEqual([[{ cron: '0 9 * * *', timezone: 'Europe/Paris' }, { count: 2 }]])
  })

  test.each([
    [{}, 'REQUIRED', '/cron_expression'],
    [{ cron_expression: 5 }, 'TYPE_MISMATCH', '/cron_expression'],
    [{ cron_expression: '* * * * *', name: 'x' }, 'FIELD_UNKNOWN', '/name'],
    [{ cron: '* * * * *' }, 'FIELD_UNKNOWN', '/cron'],
  ])('of %j is %s at %s', async (sent, error, path) => {
    const { body } = await answerToSent('POST', '/workers/schedule/preview', sent, {})
    expect(body).toMatchObject({ status: 422, error, path })
  })

  test('what is wrong with an expression is told where it stands', async () => {
    const fault = new RiptideError('CRON_SYNTAX', '/cron cannot be read', { path: '/cron' })
    const { status, body } = await answerToSent(
      'POST',
      '/workers/schedule/preview',
      { cron_expression: '* * * * x' },
      { previewSchedule: () => Promise.reject(fault) },
    )
    expect(status).toBe(400)
    expect(body).toMatchObject({ path: '/cron_expression', message: '/cron_expression cannot be read' })
  })
})
