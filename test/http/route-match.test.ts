import { describe, expect, test } from 'vitest'
import { createMatcher, idIn } from '../../src/http/route-match.js'
import { routes } from '../../src/http/routes.js'

const table = Object.values(routes)
const anywhere = createMatcher(table, undefined)
const paths = new Set(table.map((route) => route.path))

describe('a request target under any prefix', () => {
  test.each([
    ['/workers/jobs', '', '/workers/jobs'],
    ['/bg/workers/jobs', '/bg', '/workers/jobs'],
    ['/a/b/c/workers/jobs/x/result?y=1', '/a/b/c', '/workers/jobs/:job_id/result'],
    ['/workers/workers/jobs', '/workers', '/workers/jobs'],
    ['/bg/workers/jobs/workers/result', '/bg', '/workers/jobs/:job_id/result'],
    ['/workers/stats/workers', '', '/workers/stats/workers'],
    ['/workers/openapi.json', '', '/workers/openapi.json'],
  ])('%s is found', (target, prefix, path) => {
    const match = anywhere(target)
    expect([match?.prefix, match?.routes[0]?.path]).toEqual([prefix, path])
  })

  test.each([
    '',
    '*',
    'workers/jobs',
    '/workers',
    '/workers/',
    '/workers/jobs/',
    '/workers//jobs',
    '//workers/jobs',
    '/a//workers/jobs',
    '/./workers/jobs',
    '/a/../workers/jobs',
    '/%2e%2E/workers/jobs',
    '/workers/./jobs',
    '/WORKERS/jobs',
    '/workers/JOBS',
    '/workers/jobs/x/y',
    '/workers/jobs//result',
    '/workers%2fjobs',
    '/work%65rs/jobs',
    '/workers/jobs;v=1',
    '/workers/jobs/x/result/',
    '/workers/jobs/a/workers/jobs',
    '/workersx/jobs',
    'http://app.test/workers/jobs',
    `/workers/${'jobs/'.repeat(12_000)}`,
    '/?/workers/jobs',
  ])('%j is not ours', (target) => {
    expect(anywhere(target)).toBeUndefined()
  })

  test('keeps the query and the encoded id as they came', () => {
    expect(anywhere('/workers/jobs/a%20b?x=1?y=/workers/jobs')).toMatchObject({
      rawId: 'a%20b',
      query: 'x=1?y=/workers/jobs',
    })
  })
})

describe('a request target under a given path', () => {
  const below = createMatcher(table, '/bg')
  const atRoot = createMatcher(table, '')

  test('is found there and nowhere else', () => {
    expect(below('/bg/workers/jobs')?.prefix).toBe('/bg')
    expect(below('/workers/jobs')).toBeUndefined()
    expect(below('/x/bg/workers/jobs')).toBeUndefined()
    expect(below('/bg/x/workers/jobs')).toBeUndefined()
    expect(below('/bgworkers/jobs')).toBeUndefined()
    expect(atRoot('/workers/jobs')?.prefix).toBe('')
    expect(atRoot('/bg/workers/jobs')).toBeUndefined()
  })
})

describe('a word of ours that may be an id too', () => {
  const routesOf = (target: string): string[] =>
    (anywhere(target)?.routes ?? []).map(({ method, path }) => `${method} ${path}`)

  test('is the word for the method that it has, and an id for the others', () => {
    expect(routesOf('/workers/jobs/batch').sort()).toEqual([
      'DELETE /workers/jobs/:job_id',
      'GET /workers/jobs/:job_id',
      'POST /workers/jobs/batch',
    ])
    expect(anywhere('/workers/jobs/batch')?.rawId).toBe('batch')
    expect(anywhere('/workers/jobs/batch/result')?.rawId).toBe('batch')
  })

  test('is no id to the route of the word', () => {
    expect(idIn(routes.submitJobs, 'batch')).toBe('')
    expect(idIn(routes.getJob, 'batch')).toBe('batch')
  })

  test('and every path has each method once', () => {
    for (const path of paths) {
      const methods = (anywhere(path.replace(/:\w+/, 'preview'))?.routes ?? []).map(({ method }) => method)
      expect(new Set(methods).size, path).toBe(methods.length)
    }
  })
})

test('the nine routes of the contract are there', () => {
  const contract = [
    'POST /workers/jobs',
    'GET /workers/jobs/:job_id',
    'GET /workers/jobs/:job_id/result',
    'GET /workers/stats/queue',
    'GET /workers/stats/workers',
    'POST /workers/schedule',
    'GET /workers/schedule',
    'DELETE /workers/schedule/:job_id',
    'GET /workers/metrics',
  ]
  expect(table.map(({ method, path }) => `${method} ${path}`)).toEqual(expect.arrayContaining(contract))
})
