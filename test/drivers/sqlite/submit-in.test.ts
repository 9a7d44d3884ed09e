import { createRequire } from 'node:module'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { NativeDatabase, NativeStatement } from '../../../src/drivers/sqlite/native-database.js'
import { allowsSeveralConnections } from '../../../src/drivers/sqlite/sqlite-version.js'
import { sqliteQueue } from '../../../src/drivers/sqlite/sqlite-queue.js'
import { WorkerService, defineJob, memoryQueue } from '../../../src/index.js'
import { tempDirectory } from './drivers-here.js'

type Connection = NativeDatabase<NativeStatement>

const invoice = defineJob({ name: 'invoice', handler: ({ order }: { order: string }) => ({ order }) })

const isSafe = process.versions.sqlite !== undefined && allowsSeveralConnections(process.versions.sqlite)
if (!isSafe)
  process.stderr.write(
    'this Node has no SQLite that may be shared: submitIn is tested by test/nodes, and here LEFT OUT\n',
  )
const describeShared = isSafe ? describe : describe.skip

describeShared('a job in a transaction of the app', () => {
  test('exists once that has committed, and runs at once after wake()', async () => {
    const { service, connection } = await shop()
    await service.start()
    connection.exec('BEGIN IMMEDIATE')
    connection.prepare('INSERT INTO orders VALUES (?)').run('17')
    const { id, created } = service.submitIn(connection, invoice({ order: '17' }))
    expect(created).toBe(true)
    expect(await service.getJob(id)).toBeNull()
    connection.exec('COMMIT')
    service.wake()
    expect(await service.waitForJob(id, { timeoutMs: 10_000 })).toMatchObject({ data: { order: '17' } })
  })

  test('waits for whoever writes, as long as the connection says', async () => {
    const { service, connection } = await shop()
    connection.exec('PRAGMA busy_timeout = 10000')
    const others = Promise.all(
      Array.from({ length: 300 }, () => service.submitJob(invoice({ order: 'other' }))),
    )
    for (let i = 0; i < 50; i++) {
      service.submitIn(connection, invoice({ order: String(i) }))
      await new Promise((resolve) => setImmediate(resolve))
    }
    await others
    expect(await service.getQueueStats()).toMatchObject({ pending: 350 })
  })

  test('is found without wake()', async () => {
    const { service, connection } = await shop()
    await service.start()
    const { id } = service.submitIn(connection, invoice({ order: '17' }))
    expect(await service.waitForJob(id, { timeoutMs: 10_000 })).toMatchObject({ success: true })
  })

  test('never was when that is rolled back', async () => {
    const { service, connection } = await shop()
    connection.exec('BEGIN')
    const { id } = service.submitIn(connection, invoice({ order: '17' }))
    connection.exec('ROLLBACK')
    expect(await service.getJob(id)).toBeNull()
    expect(await service.getQueueStats()).toMatchObject({ total: 0 })
    expect(await service.getMetrics()).not.toHaveProperty('types.invoice.submitted', 1)
  })

  test('that is refused leaves the rest of the transaction as it is', async () => {
    const { service, connection } = await shop()
    connection.exec('BEGIN')
    connection.prepare('INSERT INTO orders VALUES (?)').run('17')
    service.submitIn(connection, invoice({ order: '17' }), { id: 'order-17' })
    expect(() => service.submitIn(connection, invoice({ order: '18' }), { id: 'order-17' })).toThrow(
      expect.objectContaining({ code: 'JOB_ID_CONFLICT' }),
    )
    connection.exec('COMMIT')
    expect(connection.prepare('SELECT count(*) AS n FROM orders').get()).toMatchObject({ n: 1 })
    expect(await service.getJob('order-17')).toMatchObject({ payload: { order: '17' } })
  })

  test('takes what submitJob takes: an id, a dedupe key, a delay', async () => {
    const { service, connection } = await shop()
    const first = service.submitIn(connection, invoice({ order: '1' }), { dedupeKey: 'k', delayMs: 60_000 })
    const second = service.submitIn(connection, invoice({ order: '2' }), { dedupeKey: 'k' })
    expect(second).toEqual({ id: first.id, created: false, status: 'pending' })
    const other = await service.submitJob(invoice({ order: '3' }), { dedupeKey: 'k' })
    expect(other).toMatchObject({ id: first.id, created: false })
  })

  test('needs an open queue', () => {
    const { service, connection } = unopened()
    expect(() => service.submitIn(connection, invoice({ order: '17' }))).toThrow(
      expect.objectContaining({ code: 'STATE_INVALID' }),
    )
  })

  test('needs a connection that has the file of the queue as its main database', async () => {
    const { service, path } = await shop()
    const other = connect(join(tempDirectory(), 'other.db'))
    expect(() => service.submitIn(other, invoice({ order: '17' }))).toThrow(
      expect.objectContaining({ code: 'ARGUMENT_INVALID' }),
    )
    const attaching = connect(':memory:')
    attaching.exec(`ATTACH '${path}' AS jobs`)
    expect(() => service.submitIn(attaching, invoice({ order: '17' }))).toThrow(/is not atomic in WAL mode/)
  })

  test('needs a connection by the same copy of SQLite', async () => {
    const { service, path } = await shop()
    const Libsql = createRequire(import.meta.url)('libsql') as new (path: string) => Connection
    const connection = new Libsql(path)
    onTestFinished(() => void connection.close())
    expect(() => service.submitIn(connection, invoice({ order: '17' }))).toThrow(
      /another copy of SQLite than the queue's \(node:sqlite\)/,
    )
  })
})

describe('submitIn', () => {
  test('is refused by a queue that has no transaction to share', () => {
    const service = new WorkerService({ queue: memoryQueue(), jobs: [invoice] })
    expect(() => service.submitIn({} as never, invoice({ order: '17' }))).toThrow(
      expect.objectContaining({ code: 'NOT_SUPPORTED' }),
    )
  })

  test('refuses what is no connection, and an SQLite that two connections may harm', async () => {
    const path = join(tempDirectory(), 'shop.db')
    const service = serviceAt(path, 'libsql')
    await service.getQueueStats()
    for (const given of [undefined, null, 7, 'shop.db', {}, { prepare: 1 }])
      expect(() => service.submitIn(given as never, invoice({ order: '17' }))).toThrow(
        expect.objectContaining({ code: 'ARGUMENT_INVALID' }),
      )
    const connection = { prepare: () => undefined }
    expect(() => service.submitIn(connection as never, invoice({ order: '17' }))).toThrow(
      expect.objectContaining({ code: 'NOT_SUPPORTED' }),
    )
  })
})

// -------------------------------------------------------------------------------------------------------------------

/** A service that has opened its queue, and a connection of the app's to the same file. */
async function shop(): Promise<ReturnType<typeof unopened>> {
  const made = unopened()
  await made.service.getQueueStats()
  return made
}

function unopened(): { service: WorkerService; connection: Connection; path: string } {
  const path = join(tempDirectory(), 'shop.db')
  const connection = connect(path)
  connection.exec('CREATE TABLE orders (id TEXT)')
  return { service: serviceAt(path), connection, path }
}

function serviceAt(path: string, driver?: 'libsql'): WorkerService {
  const service = new WorkerService({
    queue: sqliteQueue({ path, inline: true, synchronous: 'normal', ...(driver ? { driver } : {}) }),
    jobs: [invoice],
  })
  onTestFinished(() => service.stop({ graceMs: 0 }))
  return service
}

function connect(path: string): Connection {
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite') as {
    DatabaseSync: new (path: string) => Connection
  }
  const connection = new DatabaseSync(path)
  onTestFinished(() => void connection.close())
  return connection
}
