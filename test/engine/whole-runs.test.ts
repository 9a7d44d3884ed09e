import { describe, expect, test } from 'vitest'
import {
  type AnyJobDefinition,
  WorkerService,
  type WorkerServiceOptions,
  defineJob,
} from '../../src/index.js'
import { memoryQueue } from '../../src/index.js'
import { silentLogger } from '../../src/core/logger.js'
import { FakeClock } from '../../src/testing/fake-clock.js'

/** A started service over a memory queue; calls of it are answered once time has gone on by nothing. */
async function stage(jobs: readonly AnyJobDefinition[], options: WorkerServiceOptions = {}) {
  const clock = new FakeClock()
  const service = new WorkerService({ clock, queue: memoryQueue(), logger: silentLogger, jobs, ...options })
  const now = async <T>(work: Promise<T>): Promise<T> => {
    await clock.advance(0)
    return work
  }
  await now(service.start())
  const stop = async (): Promise<void> => {
    const stopping = service.stop({ graceMs: 1_000 })
    await clock.advance(2_000)
    await stopping
  }
  return { clock, service, now, stop }
}

const retry = { maxAttempts: 3, initialDelayMs: 1_000, jitter: false }

describe('steps', () => {
  test('are not run again by the next attempt, but by the next life of the job', async () => {
    const runs: string[] = []
    const flaky = defineJob({
      name: 'flaky',
      retry: { ...retry, maxAttempts: 2 },
      handler: async (_: null, { step, attempt }) => {
        const paid = await step('pay', () => (runs.push('pay'), { receipt: 17 }))
        await step('mail', () => {
          runs.push(`mail ${attempt}`)
          throw new Error('no post')
        })
        return paid
      },
    })
    const { clock, service, now, stop } = await stage([flaky])
    const { id } = await now(service.submitJob(flaky(null)))
    await clock.advance(5_000)
    expect(runs).toEqual(['pay', 'mail 1', 'mail 2'])
    await now(service.retryJob(id))
    await clock.advance(0)
    expect(runs.slice(3)).toEqual(['pay', 'mail 1'])
    await stop()
  })
})

describe('dependencies', () => {
  test('are told to the handler by how they ended', async () => {
    const one = defineJob({ name: 'one', handler: (n: number) => n + 1 })
    const bad = defineJob({
      name: 'bad',
      retry: { maxAttempts: 1 },
      handler: () => Promise.reject(new Error('never')),
    })
    const sum = defineJob({ name: 'sum', handler: (_: null, ctx) => ctx.dependencies() })
    const { clock, service, now, stop } = await stage([one, bad, sum])
    await now(service.submitJob(one(1), { id: 'a' }))
    await now(service.submitJob(bad(null), { id: 'b' }))
    const dependsOn = ['a', { id: 'b', onFailure: 'ignore' as const }]
    const { id } = await now(service.submitJob(sum(null), { dependsOn }))
    await clock.advance(100)
    const result = await now(service.getJobResult(id))
    expect(result?.data).toMatchObject({
      a: { success: true, data: 2 },
      b: { success: false, error: { message: 'never' } },
    })
    await stop()
  })
})

describe('batches', () => {
  const sizes = (calls: readonly (readonly unknown[])[]): readonly number[] =>
    calls.map(({ length }) => length)

  test('take what waits, each job with its own end', async () => {
    const calls: (readonly number[])[] = []
    const square = defineJob({
      name: 'square',
      retry,
      batch: { size: 4 },
      handler: (all: readonly number[], contexts) => {
        calls.push(all)
        return all.map((n, i) => (n === 3 && contexts[i]?.attempt === 1 ? new Error('three') : n * n))
      },
    })
    const { clock, service, now, stop } = await stage([square])
    const submitted = await now(service.submitJobs([1, 2, 3, 4, 5, 6].map((n) => square(n))))
    await clock.advance(0)
    expect(sizes(calls)).toEqual([4, 2])
    await clock.advance(2_000)
    expect(calls[2]).toEqual([3])
    const results = await now(Promise.all(submitted.map(({ id }) => service.getJobResult(id))))
    expect(results.map((result) => result?.data)).toEqual([1, 4, 9, 16, 25, 36])
    await stop()
  })

  test('run while all workers are taken, and take none of them', async () => {
    const calls: (readonly number[])[] = []
    const slow = defineJob({ name: 'slow', handler: () => new Promise(() => undefined) })
    const many = defineJob({
      name: 'many',
      batch: { size: 3 },
      handler: (all: readonly number[]) => (calls.push(all), all),
    })
    const workers = { count: 1, maxConcurrentJobs: 1 }
    const { clock, service, now, stop } = await stage([slow, many], { workers })
    await now(service.submitJobs([slow(null), slow(null)]))
    await clock.advance(200)
    await now(service.submitJobs([1, 2, 3].map((n) => many(n))))
    await clock.advance(200)
    expect(sizes(calls)).toEqual([3])
    expect((await now(service.getQueueStats())).processing).toBe(1)
    await stop()
  })

  test('wait for others no longer than they may', async () => {
    const calls: (readonly number[])[] = []
    const many = defineJob({
      name: 'many',
      batch: { size: 10, maxWaitMs: 500 },
      handler: (all: readonly number[]) => (calls.push(all), all),
    })
    const { clock, service, now, stop } = await stage([many])
    await now(service.submitJob(many(1)))
    await clock.advance(400)
    await now(service.submitJob(many(2)))
    expect(calls).toEqual([])
    await clock.advance(100)
    expect(calls).toEqual([[1, 2]])
    await stop()
  })
})
