import { afterAll, beforeAll, expect, test } from 'vitest'
import { silentLogger } from '../../../src/core/logger.js'
import { priorities } from '../../../src/core/priority.js'
import type { QueueAdapter } from '../../../src/core/queue-adapter.js'
import { redisQueue } from '../../../src/drivers/redis/redis-queue.js'
import { cycleOf, jobOf } from '../../../src/testing/contract/script.js'
import { describeRedis, freshNamespace, startRedis } from './redis-server.js'

describeRedis('a step over much', () => {
  let queue: QueueAdapter
  let made = 0
  let seq = 0

  beforeAll(async () => {
    queue = redisQueue({ url: (await startRedis()).url, namespace: freshNamespace() })
    await queue.open({ logger: silentLogger })
  })
  afterAll(() => queue.close())

  const claim = async (types: readonly string[], count: number) => {
    const reply = await queue.cycle(cycleOf({ seq: ++seq, types, wanted: Array<number>(count).fill(0) }))
    if (reply.kind === 'old') throw new Error('old')
    return reply
  }

  test('claims from 48 long lists though entries of one are stale', async () => {
    const types = Array.from({ length: 12 }, (_, i) => `type-${i}`)
    for (const type of types) {
      for (const priority of priorities) {
        const jobs = Array.from({ length: 330 }, () => jobOf(++made, { type, priority }))
        for (let i = 0; i < jobs.length; i += 66) await queue.submit(jobs.slice(i, i + 66))
      }
    }
    await queue.cancel({ id: 'job-2', token: 't', reason: null })
    const { claims } = await claim(types, 64)
    expect(claims.length).toBe(64)
    expect(new Set(claims.map(({ id }) => id)).size).toBe(64)
    expect((await queue.counts()).processing).toBe(64)
  })

  test('carries about a megabyte of large jobs, and says that there is more', async () => {
    const payload = JSON.stringify('x'.repeat(400_000))
    const jobs = Array.from({ length: 6 }, () => jobOf(++made, { type: 'large', payload }))
    for (const job of jobs) await queue.submit([job])
    const taken: string[] = []
    for (let step = 0; step < 3; step++) {
      const { claims, more } = await claim(['large'], 6 - taken.length)
      expect([claims.length, more]).toEqual([2, step < 2])
      taken.push(...claims.map(({ id }) => id))
    }
    expect(taken).toEqual(jobs.map(({ id }) => id))
  })
})
