import { describe, expect, test } from 'vitest'
import { createHandler } from '../../src/http/index.js'
import { stubService } from './stub-service.js'

type Fields = Record<string, unknown>

describe('the query of the list', () => {
  const list = async (query: string): Promise<Fields> => {
    let asked: unknown
    const service = stubService({
      listJobs: (options) => {
        asked = options
        return Promise.resolve({ jobs: [], total: 7, nextCursor: 'next' })
      },
    })
    const response = await createHandler(service, { authorize: () => true }).fetch(
      new Request(`http://app.test/workers/jobs${query}`),
    )
    const answer = (await response.json()) as Fields
    return response.ok ? { asked, answer } : answer
  }

  test('is 50 jobs from the first where nothing is said', async () => {
    expect(await list('')).toEqual({
      asked: { limit: 50, offset: 0 },
      answer: { jobs: [], total: 7, limit: 50, offset: 0, next_cursor: 'next' },
    })
  })

  test('takes every filter', async () => {
    const { asked } = await list('?status=Completed&job_type=thumb&search=%25_*%5B&limit=500&offset=10')
    expect(asked).toEqual({ status: 'completed', type: 'thumb', search: '%_*[', limit: 500, offset: 10 })
  })

  test('goes on with a cursor alone', async () => {
    expect((await list('?cursor=abc&limit=5'))['asked']).toEqual({ cursor: 'abc', limit: 5 })
  })

  test.each([
    ['Failed', 'dead_letter'],
    ['DeadLetter', 'dead_letter'],
    ['dead_letter', 'dead_letter'],
    ['DEAD-LETTER', 'dead_letter'],
    ['pending', 'pending'],
    ['Blocked', 'blocked'],
  ])('reads the status %s', async (status, inside) => {
    expect((await list(`?status=${status}`))['asked']).toMatchObject({ status: inside })
  })

  test.each([
    ['limit=-1', 400, 'PAGE_INVALID'],
    ['limit=0', 400, 'PAGE_INVALID'],
    ['limit=501', 400, 'PAGE_INVALID'],
    ['limit=all', 400, 'PAGE_INVALID'],
    ['limit=1e9', 400, 'PAGE_INVALID'],
    ['limit=1.5', 400, 'PAGE_INVALID'],
    ['limit=', 400, 'PAGE_INVALID'],
    ['limit=%201', 400, 'PAGE_INVALID'],
    ['offset=-1', 400, 'PAGE_INVALID'],
    ['offset=1&cursor=a', 400, 'PAGE_INVALID'],
    ['limit=1&limit=2', 400, 'PAGE_INVALID'],
    [`search=${'a'.repeat(5000)}`, 400, 'QUERY_TOO_LONG'],
    ['status=nope', 422, 'TYPE_MISMATCH'],
    ['job_type=custom', 422, 'NOT_SUPPORTED'],
    ['job_type=a%20b', 400, 'ID_INVALID'],
    ['stat=Failed', 422, 'FIELD_UNKNOWN'],
    ['metadata[__proto__][x]=1', 422, 'FIELD_UNKNOWN'],
    ['__proto__=1', 422, 'FIELD_UNKNOWN'],
  ])('%s is %i %s', async (query, status, error) => {
    expect(await list(`?${query}`)).toMatchObject({ status, error })
  })
})
