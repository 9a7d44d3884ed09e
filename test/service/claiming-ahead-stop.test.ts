import { describe, expect, test } from 'vitest'
import { type QueueAdapter, WorkerService, memoryQueue } from '../../src/index.js'
import { FakeClock } from '../../src/testing/fake-clock.js'
import { faultyQueue, seeded } from './faulty-queue.js'
import { job, quiet } from './stage.js'

const workers = { count: 1, maxConcurrentJobs: 1, prefetch: 3 }

/** Services on one store; of each job that begins they note whose it is. */
function services(queue = memoryQueue()) {
  const clock = new FakeClock()
  const begun: string[] = []
  const make = (name: string, ms: number): WorkerService =>
    new WorkerService({
      queue,
      clock,
      logger: quiet,
      workers,
      jobs: [
        job('work', (_, { job: { id }, signal }) => {
          begun.push(`${name} ${id}`)
          return clock.sleep(ms, signal)
        }),
      ],
    })
  const submit = async (service: WorkerService, ids: readonly string[]): Promise<void> => {
    for (const id of ids) await service.submitJob({ type: 'work', payload: null }, { id })
    await clock.advance(0)
  }
  const stop = async (service: WorkerService, graceMs: number): Promise<void> => {
    await Promise.all([service.stop({ graceMs }), clock.advance(graceMs + 1_000)])
  }
  return { clock, begun, make, submit, stop }
}

describe('a stop hands back what was claimed ahead', () => {
  test.each([0, 1_000, 30_000])(
    'with %i ms of grace: no attempt is spent, and another service runs it before what came later',
    async (graceMs) => {
      const { clock, begun, make, submit, stop } = services()
      const first = make('first', 100_000)
      await first.start()
      await submit(first, ['a', 'b', 'c', 'd', 'e'])
      await stop(first, graceMs)
      expect([begun, clock.pendingTimers]).toEqual([['first a'], 0])
      const second = make('second', 100)
      await submit(second, ['f'])
      for (const id of ['a', 'b', 'c', 'd', 'e'])
        expect(await second.getJob(id)).toMatchObject({ status: 'pending', retryCount: 0 })
      await second.start()
      await clock.advance(1_000)
      expect(begun.slice(1)).toEqual(['a', 'b', 'c', 'd', 'e', 'f'].map((id) => `second ${id}`))
      expect(await second.getJob('b')).toMatchObject({ status: 'completed', attempt: 1, retryCount: 0 })
      await stop(second, 0)
    },
  )

  test('and the same service runs it when it starts again', async () => {
    const { clock, begun, make, submit, stop } = services()
    const service = make('one', 3_000)
    await service.start()
    await submit(service, ['a', 'b'])
    await stop(service, 100)
    await service.start()
    await clock.advance(10_000)
    expect(begun).toEqual(['one a', 'one a', 'one b'])
    await stop(service, 0)
  })

  test('at once, so that a worker beside it has it while the last handler ends', async () => {
    const { clock, begun, make, submit } = services()
    const [first, second] = [make('first', 9_000), make('second', 100)]
    await first.start()
    await submit(first, ['a', 'b'])
    await second.start()
    const stopping = first.stop({ graceMs: 60_000 })
    await clock.advance(20_000)
    await stopping
    await Promise.all([second.stop({ graceMs: 0 }), clock.advance(1_000)])
    expect(begun).toEqual(['first a', 'second b'])
  })
})

test('a hundred starts and stops with jobs that wait leave no timers and lose no job', async () => {
  const { clock, begun, make, submit, stop } = services()
  const service = make('one', 10)
  const ids = Array.from({ length: 20 }, (_, i) => `job-${i}`)
  await submit(service, ids)
  for (let i = 0; i < 100; i++) {
    const starting = service.start()
    await clock.advance(i % 25)
    await starting
    await stop(service, i % 3)
    if (i === 50) expect(clock.pendingTimers).toBe(0)
  }
  const looker = make('looker', 0)
  const jobs = await Promise.all(ids.map((id) => looker.getJob(id)))
  expect(jobs.map((one) => [one?.status, one?.retryCount])).toEqual(ids.map(() => ['completed', 0]))
  expect(new Set(begun)).toEqual(new Set(ids.map((id) => `one ${id}`)))
  await stop(looker, 0)
  expect(clock.pendingTimers).toBe(0)
})

test.each([1, 2, 3])(
  'behind a bad line (seed %i) jobs claimed ahead are neither lost nor doubled',
  async (seed) => {
    const store = memoryQueue()
    const random = seeded(seed)
    const kinds = ['before', 'after', 'twice', 'silent'] as const
    const line = (): QueueAdapter =>
      faultyQueue(store, (verb) =>
        verb === 'get' || random() > 0.05 ? undefined : kinds[Math.floor(random() * 4)],
      )
    const { clock, make } = services(line())
    const service = make('one', 5)
    const ended = new Map<string, number>()
    for (const event of ['job:completed', 'job:dead_letter'] as const)
      service.on(event, ({ jobId }) => ended.set(jobId, (ended.get(jobId) ?? 0) + 1))
    const starting = service.start()
    await clock.advance(20_000)
    await starting
    const submitting = service.submitJobs(Array.from({ length: 60 }, () => ({ type: 'work', payload: null })))
    for (let i = 0; i < 200; i++) await clock.advance(1_000)
    const ids = (await submitting).map(({ id }) => id)
    expect(ids.map((id) => ended.get(id))).toEqual(ids.map(() => 1))
    await Promise.all([service.stop({ graceMs: 1_000 }), clock.advance(10_000)])
    expect(clock.pendingTimers).toBe(0)
  },
)
