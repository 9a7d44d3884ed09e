import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describeRedis, freshNamespace, startRedis } from '../drivers/redis/redis-server.js'
import { type Format, type InstalledPackage, installPackage, link } from './installed-package.js'

const formats: readonly Format[] = ['esm', 'cjs']

/** A program that prints what `body` answers; it has all that the package exports, and says whether ioredis is loaded. */
function program(format: Format, body: string): string {
  const begin =
    format === 'esm'
      ? `import { createRequire } from 'node:module'
         import * as main from 'riptide-workers'
         import * as redis from 'riptide-workers/redis'
         const require = createRequire(import.meta.url)`
      : `const main = require('riptide-workers')
         const redis = require('riptide-workers/redis')`
  return `
    ${begin}
    const hasIoredis = () => Object.keys(require.cache).some((path) => path.includes('/node_modules/ioredis/'))
    const logger = { debug() {}, info() {}, warn() {}, error() {} }
    const failure = (promise) => promise.then(() => 'none', ({ code, message }) => code + ': ' + message)
    async function run() { ${body} }
    run().then((answer) => console.log(JSON.stringify(answer)))
  `
}

describe.each(formats)('an app without ioredis (%s)', (format) => {
  let app: InstalledPackage
  beforeAll(async () => {
    app = await installPackage()
  })
  afterAll(() => app.remove())

  test('can load the entry and make a queue, and is told what to install when that is opened', async () => {
    const source = program(
      format,
      `const url = 'redis://127.0.0.1:1'
       const made = [redis.redisQueue({ url }), redis.redisStorage({ url })]
       return Promise.all(made.map((one) => failure(one.open({ logger }))))`,
    )
    const told = expect.stringMatching(/^CONFIG_INVALID: .*npm install ioredis/) as string
    expect(await app.evaluate(format, source)).toEqual([told, told])
  })

  test('can make a service from an environment with a url, and is told what to install when it starts', async () => {
    const source = program(
      format,
      `const service = main.WorkerService.fromEnv({ WORKER_REDIS_URL: 'redis://127.0.0.1:1' }, { logger })
       return failure(service.start())`,
    )
    expect(await app.evaluate(format, source)).toMatch(/^CONFIG_INVALID: .*npm install ioredis/)
  })
})

describeRedis.each(formats)('an app with ioredis (%s)', (format) => {
  let app: InstalledPackage
  let url = ''
  beforeAll(async () => {
    app = await installPackage()
    link('ioredis', app.folder)
    url = (await startRedis()).url
  })
  afterAll(() => app.remove())

  test('loads it when a queue is opened, and not before', async () => {
    const source = program(
      format,
      `const queue = redis.redisQueue({ url: '${url}', namespace: '${freshNamespace()}' })
       const service = main.WorkerService.fromEnv({ WORKER_REDIS_URL: '${url}' }, { logger })
       const before = hasIoredis()
       await queue.open({ logger })
       await queue.close()
       await service.stop()
       return [before, hasIoredis()]`,
    )
    expect(await app.evaluate(format, source)).toEqual([false, true])
  })

  test('runs its jobs on Redis when the environment has a url, in whatever process they are submitted', async () => {
    const source = program(
      format,
      `const jobs = [main.defineJob({ name: 'double', handler: (n) => Promise.resolve(n * 2) })]
       const [worker, client] = ['WORKER_REDIS_URL', 'REDIS_URL'].map((name) =>
         main.WorkerService.fromEnv({ [name]: '${url}' }, { jobs, logger }))
       await worker.start()
       const { id } = await client.submitJob(jobs[0](21))
       const result = await client.waitForJob(id, { timeoutMs: 10000 })
       const health = await worker.healthCheck()
       await Promise.all([worker.stop(), client.stop()])
       return [result.data, health.queue.adapter]`,
    )
    expect(await app.evaluate(format, source)).toEqual([42, 'redis'])
  })
})
