import { describe, expect, test } from 'vitest'
import { type QueueAdapter, type RiptideError, WorkerService, memoryQueue } from '../../src/index.js'
import { FakeClock } from '../../src/testing/fake-clock.js'
import { type Fault, type Verb, faultyQueue, seeded } from './faulty-queue.js'
import { gate, job, newService, quiet, until } from './stage.js'

const retry = { maxAttempts: 3, initialDelayMs: 100, jitter: false }

/** Runs `n` jobs, some of which fail once, on two services behind a bad line, until all have ended. */
async function runJobs(
  n: number,
  faultOf: (verb: Verb) => Fault,
): Promise<{ starts: Map<string, number>; jobs: Awaited<ReturnType<WorkerService['getJob']>>[] }> {
  const store = memoryQueue()
  const clock = new FakeClock()
  const starts = new Map<string, number>()
  const work = job('work', (payload, ctx) => {
    const run = (starts.get(ctx.job.id) ?? 0) + 1
    starts.set(ctx.job.id, run)
    if ((payload as number) % 5 === 0 && ctx.attempt === 1) throw new Error('once')
    return payload
  })
  const make = (queue: QueueAdapter): WorkerService =>
    new WorkerService({
      queue,
      clock,
      logger: quiet,
      jobs: [work],
      workers: { leaseMs: 2_000, heartbeatMs: 400 },
    })
  const services = [make(faultyQueue(store, faultOf)), make(faultyQueue(store, faultOf))] as const
  const starting = Promise.all(services.map((service) => service.start()))
  await clock.advance(60_000)
  await starting
  const submitting = Promise.all(
    Array.from({ length: n }, (_, i) =>
      services[i % 2 === 0 ? 0 : 1].submitJob(
        { type: 'work', payload: i },
        { retry, ...(i % 3 ? {} : { id: `own-${i}` }) },
      ),
    ),
  )
  for (let i = 0; i < 100; i++) await clock.advance(2_000)
  const ids = (await submitting).map((answer) => answer.id)
  const looker = make(store)
  const jobs = await Promise.all(ids.map((id) => looker.getJob(id)))
  const stopping = Promise.all([...services, looker].map((service) => service.stop({ graceMs: 1_000 })))
  await clock.advance(10_000)
  await stopping
  return { starts, jobs }
}

describe('behind a bad line', () => {
  test.each(['before', 'after', 'twice'] as const)(
    'every tenth call befalling "%s" loses and doubles nothing',
    async (fault) => {
      let calls = 0
      const { starts, jobs } = await runJobs(200, () => (++calls % 10 === 0 ? fault : undefined))
      expect(jobs.filter((one) => one?.status !== 'completed')).toEqual([])
      expect(jobs.filter((one, i) => one?.retryCount !== (i % 5 === 0 ? 1 : 0))).toEqual([])
      expect([...starts.values()].reduce((a, b) => a + b, 0)).toBe(240)
    },
  )

  test.each([1, 2, 3, 4, 5, 6])(
    'faults of all kinds at random (seed %i) lose nothing, and attempts stay in their bound',
    async (seed) => {
      const random = seeded(seed)
      const kinds: Fault[] = ['before', 'after', 'twice', 'silent']
      const { starts, jobs } = await runJobs(100, (verb) => {
        if (verb === 'get' || random() > 0.08) return undefined
        return kinds[Math.floor(random() * 4)]
      })
      expect(
        jobs.map((one) => one?.status).filter((status) => status !== 'completed' && status !== 'dead_letter'),
      ).toEqual([])
      expect(Math.max(...starts.values())).toBeLessThanOrEqual(3)
    },
  )
})

describe('a worker that is cut off', () => {
  test('loses its job to another one; its signal aborts with LEASE_LOST and its late result is refused', async () => {
    const store = memoryQueue()
    const clock = new FakeClock()
    let cut = false
    const reasons: unknown[] = []
    const late = gate<string>()
    const slow = job('slow', (_, ctx) => {
      ctx.signal.addEventListener('abort', () => reasons.push((ctx.signal.reason as RiptideError).code))
      return late.opened
    })
    const quick = job('slow', () => 'from the other')
    const workers = { leaseMs: 2_000, heartbeatMs: 400 }
    const first = new WorkerService({
      queue: faultyQueue(store, () => (cut ? 'silent' : undefined)),
      clock,
      logger: quiet,
      jobs: [slow],
      workers,
    })
    await first.start()
    const { id } = await first.submitJob({ type: 'slow', payload: null })
    await clock.advance(100)
    cut = true
    const second = new WorkerService({ queue: store, clock, logger: quiet, jobs: [quick], workers })
    const told: string[] = []
    second.on('job:retrying', ({ error }) => told.push(error.code))
    await second.start()
    await clock.advance(8_000)
    expect(await second.getJob(id)).toMatchObject({ status: 'completed', retryCount: 1 })
    expect(told).toEqual(['CRASHED'])
    expect(reasons).toEqual(['LEASE_LOST'])
    late.open('from the first')
    cut = false
    await clock.advance(8_000)
    expect((await second.getJobResult(id))?.data).toBe('from the other')
    await Promise.all([first.stop({ graceMs: 0 }), second.stop({ graceMs: 0 }), clock.advance(5_000)])
  })

  test('whose event loop was blocked for longer than its leases says so, and goes on', async () => {
    const errors: string[] = []
    const service = newService({
      workers: { leaseMs: 200, heartbeatMs: 40 },
      jobs: [
        job('hog', () => {
          const end = performance.now() + 700
          while (performance.now() < end);
          return 'done'
        }),
      ],
    })
    service.on('service:error', ({ error }) => errors.push(error.code))
    await service.start()
    const { id } = await service.submitJob({ type: 'hog', payload: null })
    expect((await service.waitForJob(id)).success).toBe(true)
    await until(() => errors.includes('EVENT_LOOP_BLOCKED'))
  })

  test('poison that always kills its worker ends in the dead letters with CRASHED after its attempts', async () => {
    const store = memoryQueue()
    const clock = new FakeClock()
    let runs = 0
    const workers = { leaseMs: 1_000, heartbeatMs: 200 }
    const ids: string[] = []
    for (let life = 0; life < 5; life++) {
      let dead = false
      const poison = job('poison', () => {
        runs++
        dead = true
        return new Promise(() => undefined)
      })
      const queue = faultyQueue(store, () => (dead ? 'silent' : undefined))
      const service = new WorkerService({ queue, clock, logger: quiet, jobs: [poison], workers })
      await service.start()
      if (life === 0) ids.push((await service.submitJob({ type: 'poison', payload: null }, { retry })).id)
      await clock.advance(10_000)
      await Promise.all([service.stop({ graceMs: 0 }), clock.advance(2_000)])
    }
    const looker = new WorkerService({ queue: store, clock, logger: quiet })
    expect(runs).toBe(3)
    expect(await looker.getJob(ids[0] ?? '')).toMatchObject({
      status: 'dead_letter',
      retryCount: 3,
      lastError: { code: 'CRASHED' },
    })
    await looker.stop()
  })
})
