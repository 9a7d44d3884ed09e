import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Format, type InstalledPackage, installPackage, link } from './installed-package.js'

const formats: readonly Format[] = ['esm', 'cjs']
const hasOwnSqlite = process.getBuiltinModule('node:sqlite') !== undefined

/** A program that prints what `body` answers; it has all that the package exports, and says whether a driver is loaded. */
function program(format: Format, body: string): string {
  const begin =
    format === 'esm'
      ? `import { createRequire } from 'node:module'
         import * as main from 'riptide-workers'
         import * as sqlite from 'riptide-workers/sqlite'
         const require = createRequire(import.meta.url)`
      : `const main = require('riptide-workers')
         const sqlite = require('riptide-workers/sqlite')`
  return `
    ${begin}
    const hasLibsql = () => Object.keys(require.cache).some((path) => path.includes('/node_modules/libsql/'))
    const logger = { debug() {}, info() {}, warn() {}, error() {} }
    const failure = (promise) => promise.then(() => 'none', ({ code, message }) => code + ': ' + message)
    const jobs = [main.defineJob({ name: 'double', handler: (n) => Promise.resolve(n * 2) })]
    async function run() { ${body} }
    run().then((answer) => console.log(JSON.stringify(answer)))
  `
}

describe.skipIf(hasOwnSqlite).each(formats)('an app without a driver for SQLite (%s)', (format) => {
  let app: InstalledPackage
  beforeAll(async () => {
    app = await installPackage()
  })
  afterAll(() => app.remove())

  test('can load the entry and make a queue, and is told what to install when that is opened', async () => {
    const source = program(
      format,
      `const path = 'jobs.db'
       const made = [sqlite.sqliteQueue({ path }), sqlite.sqliteQueue({ path: 'inline.db', inline: true }), sqlite.sqliteStorage({ path })]
       return Promise.all(made.map((one) => failure(one.open({ logger }))))`,
    )
    const told = expect.stringMatching(/^CONFIG_INVALID: .*npm install better-sqlite3/) as string
    expect(await app.evaluate(format, source)).toEqual([told, told, told])
  })

  test('can make a service from an environment with a path, and is told what to install when it starts', async () => {
    const source = program(
      format,
      `const service = main.WorkerService.fromEnv({ WORKER_SQLITE_PATH: 'jobs.db' }, { logger })
       return failure(service.start())`,
    )
    expect(await app.evaluate(format, source)).toMatch(/^CONFIG_INVALID: .*npm install better-sqlite3/)
  })
})

describe.each(formats)('an app with a driver for SQLite (%s)', (format) => {
  let app: InstalledPackage
  let files = 0
  beforeAll(async () => {
    app = await installPackage()
    link('libsql', app.folder)
  })
  afterAll(() => app.remove())

  const freshPath = (): string => JSON.stringify(join(app.folder, `${++files}.db`))

  test.each([
    [false, [false, false]],
    [true, [false, true]],
  ])('loads it when a queue is opened, in its thread if it has one (inline %s)', async (inline, expected) => {
    const source = program(
      format,
      `const queue = sqlite.sqliteQueue({ path: ${freshPath()}, inline: ${inline}, driver: 'libsql' })
       const before = hasLibsql()
       await queue.open({ logger })
       await queue.counts()
       await queue.close()
       return [before, hasLibsql()]`,
    )
    expect(await app.evaluate(format, source)).toEqual(expected)
  })

  test('runs its jobs in the file that the environment names, and the next process has their results', async () => {
    const env = `{ WORKER_SQLITE_PATH: ${freshPath()} }`
    const first = program(
      format,
      `const service = main.WorkerService.fromEnv(${env}, { jobs, logger })
       const { id } = await service.submitJob(jobs[0](21))
       await service.start()
       await service.waitForJob(id, { timeoutMs: 10_000 })
       const health = await service.healthCheck()
       await service.stop()
       return [id, health.queue.adapter]`,
    )
    const [id, adapter] = (await app.evaluate(format, first)) as [string, string]
    const second = program(
      format,
      `const service = main.WorkerService.fromEnv(${env}, { jobs, logger })
       const result = await service.getJobResult(${JSON.stringify(id)})
       await service.stop()
       return result.data`,
    )
    expect([adapter, await app.evaluate(format, second)]).toEqual(['sqlite', 42])
  })

  test('a process that only submits ends by itself, and its job is there', async () => {
    const queue = `sqlite.sqliteQueue({ path: ${freshPath()} })`
    const first = program(
      format,
      `const service = new main.WorkerService({ queue: ${queue}, jobs, logger })
       return (await service.submitJob(jobs[0](1))).id`,
    )
    const id = await app.evaluate(format, first)
    const second = program(
      format,
      `const service = new main.WorkerService({ queue: ${queue}, jobs, logger })
       return (await service.getJob(${JSON.stringify(id)})).status`,
    )
    expect(await app.evaluate(format, second)).toBe('pending')
  })

  test('a worker ends by itself once it is stopped', async () => {
    const source = program(
      format,
      `const service = new main.WorkerService({ queue: sqlite.sqliteQueue({ path: ${freshPath()} }), jobs, logger })
       await service.start()
       await service.stop()
       await service.start()
       await service.stop()
       return 'stopped'`,
    )
    expect(await app.evaluate(format, source)).toBe('stopped')
  })
})
