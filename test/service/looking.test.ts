import { describe, expect, test } from 'vitest'
import { newService } from './stage.js'

const known = { type: 'known', payload: null }

describe('looking at jobs', () => {
  test.each([
    [{ limit: 0 }, 'PAGE_INVALID'],
    [{ limit: 501 }, 'PAGE_INVALID'],
    [{ limit: 1.5 }, 'PAGE_INVALID'],
    [{ offset: -1 }, 'PAGE_INVALID'],
    [{ cursor: 'garbage' }, 'PAGE_INVALID'],
    [{ status: 'done' }, 'TYPE_MISMATCH'],
    [{ search: 'x'.repeat(201) }, 'QUERY_TOO_LONG'],
    [{ limt: 1 }, 'FIELD_UNKNOWN'],
  ])('listJobs(%j) is refused', async (given, code) => {
    await expect(newService().listJobs(given as never)).rejects.toMatchObject({ code })
  })

  test('search takes its text literally', async () => {
    const service = newService()
    await service.submitJobs(['a.b', 'axb', 'a_b'].map((id) => ({ job: known, options: { id } })))
    for (const search of ['a.b', 'a_b', '(a+)+$', '%', '*']) {
      const found = (await service.listJobs({ search })).jobs.map((one) => one.id)
      expect(found).toEqual(['a.b', 'a_b'].filter((id) => id === search))
    }
  })

  test('pages follow each other and know the true total', async () => {
    const service = newService()
    await service.submitJobs(
      Array.from({ length: 25 }, (_, i) => ({ job: known, options: { id: `job-${i}` } })),
    )
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const page = await service.listJobs(cursor === null ? { limit: 10 } : { limit: 10, cursor })
      expect(page.total).toBe(25)
      seen.push(...page.jobs.map((one) => one.id))
      cursor = page.nextCursor
    } while (cursor !== null)
    expect(new Set(seen).size).toBe(25)
    expect(seen[0]).toBe('job-24')
  })

  test('an unknown id is null, and an id that can be none is refused', async () => {
    const service = newService()
    expect(await service.getJob('nobody')).toBeNull()
    expect(await service.getJobResult('nobody')).toBeNull()
    await expect(service.getJob('a:b')).rejects.toMatchObject({ code: 'ID_INVALID' })
    await expect(service.cancelJob('nobody')).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' })
    await expect(service.retryJob('nobody')).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' })
  })
})
