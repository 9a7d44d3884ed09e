import { describe, expect, test } from 'vitest'
import { RiptideError } from '../../src/core/errors.js'
import { silentLogger } from '../../src/core/logger.js'
import { createHandler } from '../../src/http/index.js'
import { type RouteName, routes } from '../../src/http/routes.js'
import type { CrawledPage } from '../../src/crawl/spider/spider-result.js'
import type { ServiceApi } from '../../src/service-api.js'
import { expectDescribed, operations } from './openapi-check.js'
import {
  someJob,
  someQueueStats,
  someResult,
  someSchedule,
  someTemplate,
  someWebhook,
  stubService,
} from './stub-service.js'

const somePage: CrawledPage = {
  url: 'https://a.example/',
  index: 0,
  finishedAt: 5e11,
  finalUrl: null,
  status: null,
  fromCache: false,
  attempts: 1,
  processingTimeMs: 5,
  redirects: [],
  contentType: null,
  encoding: null,
  document: null,
  content: null,
  error: { code: 'TIMEOUT', message: 'm' },
}

const submitted = { id: 'job-1', created: true, status: 'pending' } as const
const job = someJob({
  dependsOn: [{ id: 'a', onFailure: 'fail' }],
  waitsFor: ['a'],
  concurrencyKey: { key: 'k', max: 1 },
  rateLimit: { key: 'r', max: 1, perMs: 1 },
  dedupeKey: 'd',
  webhook: { url: 'https://app.example/', events: ['job.completed'] },
  template: { name: 'page', version: 1 },
  scheduleId: 's',
})
const list = { jobs: [job], total: 1, nextCursor: 'next' }
const outcome = { matched: 1, done: 1, skipped: 0, sample: ['a'] }
const refused = new RiptideError('STORE_FULL', 'the queue is full', { facts: { limit: 'jobs' } })
const scale = { desiredWorkers: 2, currentWorkers: 1, ready: 5, running: 1 }
const waits = { oldestReadyMs: 5, p95WaitMs: 0.5, targetP95WaitMs: 1_000, reason: 'jobs wait' }
const autoscale = {
  ...waits,
  workers: 2,
  min: 1,
  max: 4,
  eventLoopUtilisation: 0.5,
  memory: 0.25,
  changedAt: 5e11,
}
const workers = { totalWorkers: 2, healthyWorkers: 2, totalJobsProcessed: 1, totalJobsFailed: 0 }

/** A service in which everything is there. */
const methods: Partial<ServiceApi> = {
  submitJob: () => Promise.resolve({ ...submitted, created: false, replaced: true }),
  submitJobs: () => Promise.resolve([submitted, { id: 'job-2', created: false, error: refused }]),
  submitFlow: () => Promise.resolve({ id: 'flow', jobs: { a: submitted } }),
  getJob: () => Promise.resolve(job),
  getJobResult: () => Promise.resolve(someResult()),
  getJobPages: () => Promise.resolve({ pages: [somePage], nextCursor: 'next' }),
  listJobs: () => Promise.resolve(list),
  cancelJob: () => Promise.resolve(job),
  retryJob: () => Promise.resolve(job),
  reprioritiseJob: () => Promise.resolve(job),
  discardJob: () => Promise.resolve(),
  retryJobs: () => Promise.resolve(outcome),
  discardJobs: () => Promise.resolve(outcome),
  explainJob: (jobId) =>
    Promise.resolve({
      jobId,
      status: 'pending',
      reason: 'next',
      reasons: ['next'],
      message: 'm',
      facts: { a: 1 },
    }),
  pause: () => Promise.resolve(),
  resume: () => Promise.resolve(),
  drain: () => Promise.resolve(),
  getQueueStats: () => Promise.resolve(someQueueStats()),
  getWorkerStats: () =>
    Promise.resolve({ ...workers, isRunning: true, zombies: 0, instances: [], autoscale }),
  addScheduledJob: () => Promise.resolve(someSchedule({ timezone: 'Europe/Paris' })),
  listScheduledJobs: () => Promise.resolve([someSchedule()]),
  removeScheduledJob: () => Promise.resolve(),
  runScheduledJob: () => Promise.resolve(submitted),
  setScheduledJobEnabled: () => Promise.resolve(someSchedule()),
  previewSchedule: () => Promise.resolve([5e11]),
  putTemplate: () => Promise.resolve(someTemplate()),
  getTemplate: () => Promise.resolve(someTemplate({ options: { priority: 'low', timeoutMs: 5_000 } })),
  listTemplates: () => Promise.resolve([someTemplate()]),
  removeTemplate: () => Promise.resolve(),
  addWebhook: () => Promise.resolve(someWebhook()),
  getWebhook: () => Promise.resolve(someWebhook()),
  listWebhooks: () => Promise.resolve([someWebhook({ types: ['a'], description: 'd' })]),
  updateWebhook: () => Promise.resolve(someWebhook({ disabledReason: 'gone' })),
  rotateWebhookSecret: () => Promise.resolve(someWebhook()),
  removeWebhook: () => Promise.resolve(),
  getScale: () => Promise.resolve({ ...scale, ...waits }),
}

function ask(name: RouteName, body: unknown, query = ''): Promise<Response> {
  const handler = createHandler(stubService(methods), { authorize: () => true, logger: silentLogger })
  const { method, path } = routes[name]
  const sent =
    body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  return handler.fetch(
    new Request(`http://app.test${path.replace(/:\w+/, 'a')}${query}`, { method, ...sent }),
  )
}

/** What is asked with a service that really runs, elsewhere. */
const elsewhere = ['getMetrics', 'getHealth', 'getOpenApi']
const asked = operations.filter(({ operation }) => !elsewhere.includes(operation.operationId))

describe('each route', () => {
  test.each(asked.map(({ operation }) => operation))(
    '$operationId answers its examples as the document says',
    async ({ operationId, requestBody }) => {
      const name = operationId as RouteName
      const examples = Object.values(requestBody?.content['application/json']?.examples ?? {})
      const bodies = requestBody?.required === true ? [] : [undefined]
      for (const body of [...bodies, ...examples.map(({ value }) => value)]) {
        const response = await ask(name, body)
        expect(response.status, name).toBeLessThan(300)
        await expectDescribed(name, response)
      }
    },
  )

  test('and a removal', async () => {
    const response = await ask('cancelJob', undefined, '?discard=true')
    expect(response.status).toBe(204)
    await expectDescribed('cancelJob', response)
  })

  test.each(asked.filter(({ method }) => method !== 'get').map(({ operation }) => operation.operationId))(
    '%s refuses a field that it does not know, as the document says',
    async (operationId) => {
      const name = operationId as RouteName
      const response = await ask(name, { no_such_field: 1 })
      expect(response.status).toBe(422)
      expect(await expectDescribed(name, response)).toMatchObject({ error: 'FIELD_UNKNOWN' })
    },
  )

  test.each(asked.filter(({ method }) => method !== 'get').map(({ operation }) => operation.operationId))(
    '%s refuses a page of another site, and a body that is no JSON',
    async (operationId) => {
      const { method, path } = routes[operationId as RouteName]
      const handler = createHandler(stubService({}), { authorize: () => true, logger: silentLogger })
      const sent = (headers: Record<string, string>): Promise<Response> =>
        handler.fetch(
          new Request(`http://app.test${path.replace(/:\w+/, 'a')}`, { method, headers, body: 'a=1' }),
        )
      expect((await sent({ 'sec-fetch-site': 'cross-site' })).status).toBe(403)
      expect((await sent({ 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(415)
    },
  )

  test.each(operations.map(({ operation }) => operation.operationId))(
    '%s asks authorize, and nothing else when that denies',
    async (operationId) => {
      const { method, path } = routes[operationId as RouteName]
      const handler = createHandler(stubService({}), { authorize: () => false, logger: silentLogger })
      const url = `http://app.test${path.replace(/:\w+/, 'a')}`
      expect((await handler.fetch(new Request(url, { method }))).status).toBe(403)
    },
  )
})
