import { describe, expect, test } from 'vitest'
import { WorkerService, defineJob, memoryQueue } from '../../src/index.js'
import { optionsFromEnv } from '../../src/env.js'
import { resolveOptions } from '../../src/options.js'
import { job } from './stage.js'

const key = Buffer.alloc(32, 7).toString('base64')

describe('the options of a service', () => {
  test('left out are the defaults', () => {
    expect(resolveOptions()).toMatchObject({
      workers: {
        count: 4,
        maxConcurrentJobs: 4,
        prefetch: 0,
        jobTimeoutMs: 600_000,
        leaseMs: 15_000,
        heartbeatMs: 3_000,
        abortGraceMs: 5_000,
      },
      crawl: {
        maxBatchSize: 50,
        maxConcurrency: 10,
        allowPrivateNetwork: false,
        respectRobots: true,
        cacheTtlMs: 86_400_000,
      },
      schedulerEnabled: true,
      resultTtlMs: 3_600_000,
      maxPayloadBytes: 10 * 2 ** 20,
      maxResultBytes: 64 * 2 ** 20,
      budgets: { high: 4, normal: 8, low: 16 },
    })
  })

  test.each([
    [null, 'CONFIG_INVALID', '/'],
    [[], 'CONFIG_INVALID', '/'],
    [{ worker: {} }, 'CONFIG_INVALID', '/worker'],
    [JSON.parse('{"__proto__": {"x": 1}}'), 'CONFIG_INVALID', '/__proto__'],
    [{ workers: { count: '4' } }, 'CONFIG_INVALID', '/workers/count'],
    [{ workers: { count: Number.NaN } }, 'CONFIG_INVALID', '/workers/count'],
    [{ workers: { count: -1 } }, 'CONFIG_INVALID', '/workers/count'],
    [{ workers: { maxConcurrentJobs: 0 } }, 'CONFIG_INVALID', '/workers/maxConcurrentJobs'],
    [{ workers: { maxConcurrentJobs: 1e7 } }, 'CONFIG_INVALID', '/workers/maxConcurrentJobs'],
    [{ workers: { prefetch: -1 } }, 'CONFIG_INVALID', '/workers/prefetch'],
    [{ workers: { prefetch: 1_001 } }, 'CONFIG_INVALID', '/workers/prefetch'],
    [{ workers: { prefetch: 0.5 } }, 'CONFIG_INVALID', '/workers/prefetch'],
    [{ workers: { leaseMs: 1_000, heartbeatMs: 600 } }, 'CONFIG_INVALID', '/workers/heartbeatMs'],
    [{ workers: { jobTimeoutMs: 2 ** 31 } }, 'CONFIG_INVALID', '/workers/jobTimeoutMs'],
    [{ workers: { autoscale: { max: 4 } } }, 'CONFIG_INVALID', '/workers/autoscale/min'],
    [{ workers: { autoscale: { min: 4, max: 3 } } }, 'CONFIG_INVALID', '/workers/autoscale/max'],
    [{ workers: { count: 9, autoscale: { min: 1, max: 8 } } }, 'CONFIG_INVALID', '/workers/count'],
    [{ limits: { concurrency: 0 } }, 'CONFIG_INVALID', '/limits/concurrency'],
    [{ limits: { rate: { max: 5 } } }, 'CONFIG_INVALID', '/limits/rate/perMs'],
    [{ limits: { rate: { max: 10_001, perMs: 1 } } }, 'CONFIG_INVALID', '/limits/rate/max'],
    [{ webhooks: { secret: 'short' } }, 'CONFIG_INVALID', '/webhooks/secret'],
    [{ webhooks: { concurrency: 0 } }, 'CONFIG_INVALID', '/webhooks/concurrency'],
    [{ encryption: {} }, 'CONFIG_INVALID', '/encryption/keys'],
    [{ encryption: { keys: [] } }, 'CONFIG_INVALID', '/encryption/keys'],
    [{ encryption: { keys: [{ id: 'a.b', secret: key }] } }, 'CONFIG_INVALID', '/encryption/keys/0/id'],
    [{ encryption: { keys: [{ id: 'a', secret: 'eA==' }] } }, 'CONFIG_INVALID', '/encryption/keys/0/secret'],
    [
      {
        encryption: {
          keys: [
            { id: 'a', secret: key },
            { id: 'a', secret: key },
          ],
        },
      },
      'CONFIG_INVALID',
      '/encryption/keys/1/id',
    ],
    [{ scheduler: { enabled: 'yes' } }, 'CONFIG_INVALID', '/scheduler/enabled'],
    [{ budgets: { high: 1, normal: 1, low: 1 } }, 'CONFIG_INVALID', '/budgets'],
    [{ retention: { completed: { count: -1 } } }, 'CONFIG_INVALID', '/retention/completed/count'],
    [{ resultTtlMs: -1 }, 'CONFIG_INVALID', '/resultTtlMs'],
    [{ logger: {} }, 'CONFIG_INVALID', '/logger'],
    [{ jobs: {} }, 'CONFIG_INVALID', '/jobs'],
    [{ jobs: [() => 1] }, 'CONFIG_INVALID', '/jobs/0'],
    [{ queue: {} }, 'ADAPTER_INVALID', '/queue'],
    [{ queue: { ...memoryQueue(), cycle: undefined } }, 'ADAPTER_INVALID', '/queue'],
    [{ storage: { get() {} } }, 'ADAPTER_INVALID', '/storage'],
    [{ crawl: { maxBatchSize: 0 } }, 'CONFIG_INVALID', '/crawl/maxBatchSize'],
    [{ crawl: { allowPrivate: true } }, 'CONFIG_INVALID', '/crawl/allowPrivate'],
  ])('%j is refused', (given, code, path) => {
    expect(() => new WorkerService(given as never)).toThrow(expect.objectContaining({ code, path }))
  })

  test('limits, webhooks and the autoscaler are as given, with what was left out', () => {
    const options = resolveOptions({
      workers: { autoscale: { min: 6, max: 9 } },
      limits: { concurrency: 5 },
      webhooks: { timeoutMs: 1_000 },
    })
    expect(options).toMatchObject({
      workers: { count: 6, autoscale: { min: 6, max: 9, targetP95WaitMs: 1_000 } },
      limits: { concurrency: 5, rate: null },
      webhooks: { secret: null, concurrency: 10, timeoutMs: 1_000, allowHttp: true },
    })
    expect(resolveOptions({ limits: {} }).limits).toBeUndefined()
  })

  test('keys may be in base64 or bytes, and a wrong one is not shown', () => {
    const bytes = new Uint8Array(32).fill(7)
    const keys = [
      { id: 'new', secret: key },
      { id: 'old', secret: bytes },
    ]
    const [first, second] = resolveOptions({ encryption: { keys } }).encryption ?? []
    expect(first).toEqual({ id: 'new', key: Buffer.from(bytes) })
    expect(second?.key.equals(Buffer.from(bytes))).toBe(true)
    const wrong = { encryption: { keys: [{ id: 'a', secret: `canary${key}` }] } }
    expect(() => resolveOptions(wrong)).toThrow(/^(?!.*canary)/)
  })

  test.each([
    [(secret: string) => ({ encryption: secret }), '/encryption'],
    [(secret: string) => ({ encryption: { keys: secret } }), '/encryption/keys'],
    [(secret: string) => ({ encryption: { keys: [secret] } }), '/encryption/keys/0'],
    [(secret: string) => ({ encryption: { keys: [{ id: secret, secret: 'a' }] } }), '/encryption/keys/0/id'],
    [
      (secret: string) => ({ encryption: { keys: [{ id: 'a', secret: `${secret}==` }] } }),
      '/encryption/keys/0/secret',
    ],
    [(secret: string) => ({ webhooks: secret }), '/webhooks'],
    [(secret: string) => ({ webhooks: { secret: `${secret}!` } }), '/webhooks/secret'],
  ])('no message tells a secret that stands in a wrong place: %s', (given, path) => {
    const secret = `canary/${key}`
    const refused = expect.objectContaining({
      code: 'CONFIG_INVALID',
      path,
      message: expect.not.stringContaining('canary') as string,
    }) as Error
    expect(() => new WorkerService(given(secret) as never)).toThrow(refused)
  })

  test('a misspelt option gets the one that was meant', () => {
    expect(() => new WorkerService({ scheduller: {} } as never)).toThrow('did you mean "scheduler"?')
  })

  test('two jobs of one name, and one with the name of a built-in type, are refused', () => {
    expect(() => new WorkerService({ jobs: [job('a', () => 1), job('a', () => 2)] })).toThrow('"a" is taken')
    expect(() => new WorkerService({ jobs: [job('batch_crawl', () => 1)] })).toThrow('"batch_crawl" is taken')
    for (const name of ['custom', 'template', 'riptide.mine'])
      expect(() => new WorkerService({ jobs: [job(name, () => 1)] })).toThrow(`"${name}" is taken`)
  })

  test.each([
    [undefined],
    [{ name: '', handler: () => 1 }],
    [{ name: 'a b', handler: () => 1 }],
    [{ name: 'x' }],
    [{ name: 'x', handler: 'code' }],
  ])('defineJob(%j) is refused', (given) => {
    expect(() => defineJob(given as never)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  })
})

describe('the environment', () => {
  test('empty gives the defaults', () => {
    expect(resolveOptions(optionsFromEnv({})).workers.count).toBe(4)
  })

  test('its variables are read', () => {
    const env = {
      WORKER_POOL_SIZE: '7',
      WORKER_MAX_BATCH_SIZE: '9',
      WORKER_MAX_CONCURRENCY: ' 3 ',
      WORKER_ENABLE_SCHEDULER: 'FALSE',
    }
    expect(resolveOptions(optionsFromEnv(env))).toMatchObject({
      workers: { count: 7 },
      crawl: { maxBatchSize: 9, maxConcurrency: 3 },
      schedulerEnabled: false,
    })
  })

  test.each([
    ['WORKER_POOL_SIZE', 'four'],
    ['WORKER_POOL_SIZE', '-1'],
    ['WORKER_POOL_SIZE', '1e3'],
    ['WORKER_MAX_BATCH_SIZE', '0'],
    ['WORKER_MAX_CONCURRENCY', '1.5'],
    ['WORKER_ENABLE_SCHEDULER', 'maybe'],
  ])('%s=%s is an error that names the variable', (name, value) => {
    expect(() => WorkerService.fromEnv({ [name]: value })).toThrow(new RegExp(`${name} must be`))
  })

  test.each([
    [{ WORKER_REDIS_URL: 'redis://one' }, 'redis'],
    [{ REDIS_URL: 'rediss://user:secret@two:7000/3' }, 'redis'],
    [{ WORKER_SQLITE_PATH: 'jobs.db' }, 'sqlite'],
    [{ WORKER_SQLITE_PATH: 'jobs.db', REDIS_URL: 'redis://one' }, 'redis'],
    [{ WORKER_REDIS_URL: ' ', REDIS_URL: '', WORKER_SQLITE_PATH: ' ' }, 'memory'],
  ])('with %j the queue is of the kind %s', (env, kind) => {
    expect(resolveOptions(optionsFromEnv(env)).queue.kind).toBe(kind)
  })

  test.each([
    [{ WORKER_REDIS_URL: 'http://user:secret@host' }, 'WORKER_REDIS_URL must be like redis://'],
    [{ REDIS_URL: 'redis://user:secret@host?db=1' }, 'REDIS_URL must have nothing behind a \\?'],
    [{ WORKER_REDIS_URL: 'secret', REDIS_URL: 'redis://good' }, 'WORKER_REDIS_URL must be like redis://'],
  ])('a url that cannot be read is an error that names its variable and shows no secret', (env, text) => {
    const open = (): WorkerService => WorkerService.fromEnv(env)
    expect(open).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
    expect(open).toThrow(new RegExp(`^(?!.*secret)${text}`))
  })

  test.each(['a\u0000b.db', 'file:jobs.db', ':jobs'])(
    'a path that cannot be one is an error that names its variable: %j',
    (path) => {
      const open = (): WorkerService => WorkerService.fromEnv({ WORKER_SQLITE_PATH: path })
      expect(open).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
      expect(open).toThrow(/^WORKER_SQLITE_PATH must /)
    },
  )

  test('no url is read for a service that has a queue', () => {
    const queue = memoryQueue()
    expect(optionsFromEnv({ REDIS_URL: 'http://of-something-else' }, { queue }).queue).toBe(queue)
  })

  test('options win over it', () => {
    const service = WorkerService.fromEnv({ WORKER_POOL_SIZE: '7' }, { workers: { maxConcurrentJobs: 2 } })
    expect(service.isRunning).toBe(false)
  })
})
