import { describe, expect, test } from 'vitest'
import { WorkerService, defineJob, migrate } from '../../src/index.js'
import { silentLogger } from '../../src/core/logger.js'
import { stores } from './stores.js'

const ways = [
  ['memory', 'redis'],
  ['redis', 'sqlite'],
  ['sqlite', 'memory'],
] as const

const double = defineJob<{ n: number }, number>({ name: 'double', handler: ({ n }) => 2 * n })
const large = defineJob<null, string>({ name: 'large', handler: () => '€'.repeat(60_000) })

describe.each(ways)('services that go from %s to %s', (from, to) => {
  test('find what they left: results, jobs that waited, schedules', async () => {
    const [here, there] = [await stores[from](), await stores[to]()]
    const rest = { jobs: [double, large], logger: silentLogger, crawl: {} }
    const before = new WorkerService({ queue: here(), ...rest })
    await before.start()
    const [done, big] = await Promise.all([before.submitJob(double({ n: 1 })), before.submitJob(large(null))])
    await Promise.all([before.waitForJob(done.id), before.waitForJob(big.id)])
    const waits = await before.submitJob(double({ n: 2 }), { delayMs: 60_000, dedupeKey: 'key' })
    const dies = await before.submitJob(double({ n: 3 }), { delayMs: 60_000 })
    await before.cancelJob(dies.id, { reason: 'no need' })
    const everySecond = { name: 'tick', everyMs: 1_000, job: double({ n: 4 }) }
    const standing = await before.addScheduledJob(everySecond)
    // What waits goes to the other store before anybody there begins.
    await before.stop()
    const queue = here()
    expect(await migrate(queue, there(), { logger: silentLogger })).toMatchObject({ conflicts: [], left: 0 })
    const after = new WorkerService({ queue: there(), ...rest })
    await after.start()
    try {
      expect(await after.getJobResult(done.id)).toMatchObject({ success: true, data: 2 })
      expect(await after.getJobResult(big.id)).toMatchObject({ success: true, data: '€'.repeat(60_000) })
      expect(await after.getJob(dies.id)).toMatchObject({ status: 'cancelled' })
      expect(await after.submitJob(double({ n: 9 }), { dedupeKey: 'key' })).toMatchObject({
        id: waits.id,
        created: false,
      })
      expect(await after.addScheduledJob(everySecond)).toMatchObject({ id: standing.id, version: 1 })
      const ticked = new Promise((resolve) => void after.once('job:completed', resolve))
      await ticked
      await after.retryJob(dies.id)
      expect(await after.waitForJob(dies.id)).toMatchObject({ success: true, data: 6 })
    } finally {
      await after.stop()
    }
  })
})
