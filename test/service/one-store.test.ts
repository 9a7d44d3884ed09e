import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type QueueStats, WorkerService, memoryQueue } from '../../src/index.js'
import { FakeClock } from '../../src/testing/fake-clock.js'
import { job, newService, quiet, until } from './stage.js'

const retry = { maxAttempts: 2, initialDelayMs: 500, jitter: false }

/** What someone does to the store. */
const act = fc.oneof(
  fc.record({ kind: fc.constant('submit' as const), n: fc.nat(9), delayMs: fc.constantFrom(0, 0, 700) }),
  fc.record({ kind: fc.constant('cancel' as const), n: fc.nat(20) }),
  fc.record({ kind: fc.constant('retry' as const), n: fc.nat(20) }),
  fc.record({ kind: fc.constant('advance' as const), ms: fc.constantFrom(0, 10, 400, 3_000) }),
  fc.record({ kind: fc.constant('start' as const), which: fc.nat(1) }),
  fc.record({ kind: fc.constant('stop' as const), which: fc.nat(1) }),
)
type Act = typeof act extends fc.Arbitrary<infer A> ? A : never

type Counts = {
  [
    K in keyof QueueStats as K extends 'oldestReadyMs' ? never : QueueStats[K] extends number ? K : never
  ]: number
}

async function recount(looker: WorkerService): Promise<Counts> {
  const { jobs } = await looker.listJobs({ limit: 500 })
  const now = jobs.map((one) => one.status)
  const count = (status: string): number => now.filter((one) => one === status).length
  const [pending, blocked, cancelled] = [count('pending'), count('blocked'), count('cancelled')]
  return {
    pending,
    processing: count('processing'),
    completed: count('completed'),
    failed: count('dead_letter'),
    retry: count('retrying'),
    delayed: 0,
    total: jobs.length - blocked - cancelled,
    blocked,
    cancelled,
  }
}

/** Two services on one store, whose every step is checked. */
async function play(acts: readonly Act[]): Promise<void> {
  const clock = new FakeClock()
  const queue = memoryQueue()
  const ended = new Map<string, number>()
  const mixed = job('mixed', async (payload) => {
    if ((payload as number) % 3 === 1) throw new Error('boom')
    if ((payload as number) % 3 === 2) await clock.sleep(1_000)
  })
  const make = (): WorkerService =>
    new WorkerService({ queue, clock, logger: quiet, jobs: [mixed], workers: { count: 1 } })
  const services = [make(), make()] as const
  const looker = make()
  for (const service of [...services, looker]) {
    for (const name of ['job:completed', 'job:dead_letter', 'job:cancelled'] as const)
      service.on(name, ({ jobId }) => ended.set(jobId, (ended.get(jobId) ?? 0) + 1))
  }
  const ids: string[] = []
  const pending: Promise<unknown>[] = []
  for (const one of acts) {
    if (one.kind === 'submit')
      ids.push(
        (await looker.submitJob({ type: 'mixed', payload: one.n }, { retry, delayMs: one.delayMs })).id,
      )
    else if (one.kind === 'cancel') await looker.cancelJob(ids[one.n] ?? 'none').catch(() => undefined)
    else if (one.kind === 'retry') await looker.retryJob(ids[one.n] ?? 'none').catch(() => undefined)
    else if (one.kind === 'advance') await clock.advance(one.ms)
    else if (one.kind === 'start')
      pending.push(services[one.which === 0 ? 0 : 1].start().catch(() => undefined))
    else pending.push(services[one.which === 0 ? 0 : 1].stop({ graceMs: 200 }))
    const { oldestReadyMs, unknownTypes, paused, pausedTypes, classes, ...stats } =
      await looker.getQueueStats()
    expect(Object.values(stats).every((n) => n >= 0) && oldestReadyMs >= 0).toBe(true)
    expect({ ...stats, pending: stats.pending + stats.delayed, delayed: 0 }).toEqual(await recount(looker))
  }
  for (const service of services) pending.push(service.start().catch(() => undefined))
  await clock.advance(60_000)
  await Promise.all(pending)
  for (const id of ids) {
    const one = await looker.getJob(id)
    expect(['completed', 'dead_letter', 'cancelled']).toContain(one?.status)
    expect(ended.get(id)).toBe(one?.generation)
    expect(one?.retryCount).toBeLessThanOrEqual(2)
  }
  const stops = [...services, looker].map((service) => service.stop({ graceMs: 0 }))
  await Promise.all([...stops, clock.advance(5_000)])
  expect(clock.pendingTimers).toBe(0)
}

describe('two services on one store', () => {
  test('whatever is done in whatever order: counts are a recount, every job ends, and each end is told once', async () => {
    await fc.assert(fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 40 }), play), {
      numRuns: 60,
    })
  }, 120_000)

  test('share the work, and one that stops leaves the other running', async () => {
    const queue = memoryQueue()
    const ran: string[] = []
    const make = (name: string): WorkerService =>
      newService({ queue, jobs: [job('x', () => void ran.push(name))], workers: { count: 1 } })
    const [first, second] = [make('first'), make('second')]
    await Promise.all([first.start(), second.start()])
    await first.stop()
    const { id } = await second.submitJob({ type: 'x', payload: null })
    expect(await second.waitForJob(id)).toMatchObject({ success: true })
    expect(ran).toEqual(['second'])
  })
})

describe('a job', () => {
  test('that submits five thousand others has them all run', async () => {
    const service = newService({
      jobs: [
        job('parent', async () => {
          const entries = Array.from({ length: 2_500 }, (_, i) => ({ type: 'child', payload: i }))
          const one = service.submitJobs(entries)
          const each = entries.map((entry) => service.submitJob(entry))
          await Promise.all([one, ...each])
        }),
        job('child', (payload) => payload),
      ],
    })
    await service.start()
    await service.submitJob({ type: 'parent', payload: null })
    await until(async () => (await service.getQueueStats()).completed === 5_001)
  })

  test('that waits for its own child is not in its way', async () => {
    const service = newService({
      jobs: [
        job('parent', async () => {
          const { id } = await service.submitJob({ type: 'child', payload: 7 })
          return (await service.waitForJob(id)).data
        }),
        job('child', (payload) => payload),
      ],
    })
    await service.start()
    const { id } = await service.submitJob({ type: 'parent', payload: null })
    expect((await service.waitForJob(id)).data).toBe(7)
  })

  test('that fails once and then completes says that its last run was the second', async () => {
    let runs = 0
    const service = newService({
      jobs: [
        job('x', () => {
          if (runs++ === 0) throw new Error('boom')
        }),
      ],
    })
    await service.start()
    const { id } = await service.submitJob(
      { type: 'x', payload: null },
      { retry: { maxAttempts: 3, initialDelayMs: 0 } },
    )
    await service.waitForJob(id)
    expect(await service.getJob(id)).toMatchObject({ status: 'completed', attempt: 2, retryCount: 1 })
  })
})
