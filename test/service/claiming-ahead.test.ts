import { describe, expect, test } from 'vitest'
import { type QueueAdapter, WorkerService, memoryQueue } from '../../src/index.js'
import { FakeClock } from '../../src/testing/fake-clock.js'
import { started, stop } from './fake-stage.js'
import { faultyQueue } from './faulty-queue.js'
import { job, quiet } from './stage.js'

const workers = { count: 1, maxConcurrentJobs: 1, prefetch: 3 }

/** A started service whose jobs take as many ms as their payload says, and what they do. */
async function working(more: Partial<typeof workers> & { leaseMs?: number; heartbeatMs?: number } = {}) {
  const log: string[] = []
  let running = 0
  let most = 0
  const stage = await started(
    [
      job('work', async (ms, { job: { id } }) => {
        log.push(`${id} began`)
        most = Math.max(most, ++running)
        await stage.clock.sleep(ms as number)
        running--
        log.push(`${id} ended`)
      }),
    ],
    { workers: { ...workers, ...more } },
  )
  const { service, clock } = stage
  return {
    ...stage,
    log,
    mostAtOnce: () => most,
    submit: async (ids: readonly string[], ms: number, options = {}): Promise<void> => {
      const submitting = ids.map((id) => service.submitJob({ type: 'work', payload: ms }, { id, ...options }))
      await Promise.all([...submitting, clock.advance(0)])
      await clock.advance(0)
    },
    states: (ids: readonly string[]) =>
      Promise.all(ids.map(async (id) => (await service.getJob(id))?.status)),
  }
}

const five = ['a', 'b', 'c', 'd', 'e']

describe('a worker that claims ahead', () => {
  test('claims as many as it runs and as it was told beyond, and runs them one at a time in their order', async () => {
    const stage = await working()
    await stage.submit(five, 100)
    expect(await stage.states(five)).toEqual([...Array<string>(4).fill('processing'), 'pending'])
    expect(stage.log).toEqual(['a began'])
    await stage.clock.advance(500)
    expect(stage.log).toEqual(five.flatMap((id) => [`${id} began`, `${id} ended`]))
    expect(stage.mostAtOnce()).toBe(1)
    await stop(stage)
  })

  test('claims the next as soon as one has ended', async () => {
    const stage = await working()
    await stage.submit(five, 100)
    await stage.clock.advance(100)
    expect(await stage.states(five)).toEqual(['completed', ...Array<string>(4).fill('processing')])
    await stop(stage)
  })

  test('without prefetch claims only what it can run', async () => {
    const stage = await working({ prefetch: 0 })
    await stage.submit(five, 100)
    expect(await stage.states(five)).toEqual(['processing', ...Array<string>(4).fill('pending')])
    await stop(stage)
  })

  test('and one of two does so by itself: each runs one at a time', async () => {
    const stage = await working({ count: 2 })
    const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']
    await stage.submit(ids, 100)
    expect(await stage.states(ids)).toEqual([...Array<string>(8).fill('processing'), 'pending'])
    expect(stage.log).toEqual(['a began', 'b began'])
    await stage.clock.advance(600)
    expect([new Set(await stage.states(ids)), stage.mostAtOnce()]).toEqual([new Set(['completed']), 2])
    await stop(stage)
  })

  test('runs what it has claimed before a job of a higher class that came later', async () => {
    const stage = await working()
    await stage.submit(five, 100)
    await stage.submit(['urgent'], 100, { priority: 'critical' })
    await stage.clock.advance(1_000)
    expect(stage.log.filter((line) => line.endsWith('began'))).toEqual(
      ['a', 'b', 'c', 'd', 'urgent', 'e'].map((id) => `${id} began`),
    )
    await stop(stage)
  })

  test('runs each with the retries, results and attempts of any other', async () => {
    const queue = memoryQueue()
    let runs = 0
    const stage = await started(
      [
        job('flaky', (n) => {
          if (runs++ < 4) throw new Error('once')
          return n
        }),
      ],
      { queue, workers },
    )
    const { service, clock } = stage
    const answers = await service.submitJobs([1, 2, 3, 4].map((payload) => ({ type: 'flaky', payload })))
    await clock.advance(120_000)
    const results = await Promise.all(answers.map(({ id }) => service.getJobResult(id)))
    expect(results.map((result) => result?.data)).toEqual([1, 2, 3, 4])
    const jobs = await Promise.all(answers.map(({ id }) => service.getJob(id)))
    expect(jobs.map((one) => [one?.attempt, one?.retryCount])).toEqual(Array(4).fill([2, 1]))
    await stop(stage)
  })
})

describe('a job that was claimed ahead', () => {
  test('is told as started when it begins', async () => {
    const stage = await working()
    const told: [string, number][] = []
    const begun = stage.clock.now()
    stage.service.on('job:started', ({ jobId, at }) => told.push([jobId, at - begun]))
    await stage.submit(['a', 'b', 'c'], 100)
    expect(told).toEqual([['a', 0]])
    await stage.clock.advance(1_000)
    expect(told).toEqual([
      ['a', 0],
      ['b', 100],
      ['c', 200],
    ])
    await stop(stage)
  })

  test('has its place taken by the next at once when it is cancelled, never begins, and is no zombie', async () => {
    const stage = await working()
    const told: string[] = []
    stage.service.on('job:cancelled', ({ jobId }) => told.push(jobId))
    stage.service.on('job:lease_lost', ({ jobId }) => told.push(`${jobId} lost`))
    await stage.submit(five, 20_000)
    await stage.service.cancelJob('b')
    await stage.clock.advance(0)
    expect(await stage.states(five)).toEqual([
      'processing',
      'cancelled',
      ...Array<string>(3).fill('processing'),
    ])
    await stage.clock.advance(100_000)
    expect(stage.log.filter((line) => line.endsWith('began'))).toEqual(
      ['a', 'c', 'd', 'e'].map((id) => `${id} began`),
    )
    expect([told, (await stage.service.getWorkerStats()).zombies]).toEqual([['b'], 0])
    await stop(stage)
  })

  test('keeps its lease while it waits, and spends no attempt', async () => {
    const stage = await working({ leaseMs: 2_000, heartbeatMs: 400 })
    const told: string[] = []
    for (const event of ['job:retrying', 'job:lease_lost'] as const)
      stage.service.on(event, ({ jobId }) => told.push(jobId))
    await stage.submit(['a', 'b', 'c'], 20_000)
    await stage.clock.advance(60_001)
    const jobs = await Promise.all(['a', 'b', 'c'].map((id) => stage.service.getJob(id)))
    expect(jobs.map((one) => [one?.status, one?.attempt, one?.retryCount])).toEqual(
      Array(3).fill(['completed', 1, 0]),
    )
    expect(told).toEqual([])
    await stop(stage)
  })

  test('has its whole time from when it begins', async () => {
    const stage = await working()
    await stage.submit(['a', 'b', 'c'], 500, { timeoutMs: 800, retry: { maxAttempts: 1 } })
    await stage.submit(['slow'], 900, { timeoutMs: 800, retry: { maxAttempts: 1 } })
    await stage.clock.advance(2_299)
    expect(await stage.states(['a', 'b', 'c', 'slow'])).toEqual([
      ...Array<string>(3).fill('completed'),
      'processing',
    ])
    await stage.clock.advance(1)
    expect(await stage.service.getJob('slow')).toMatchObject({
      status: 'dead_letter',
      lastError: { code: 'TIMEOUT' },
    })
    await stop(stage)
  })

  test('is not counted as running, by its instance', async () => {
    const stage = await working()
    await stage.submit(five, 20_000)
    await stage.clock.advance(3_000)
    const { instances } = await stage.service.getWorkerStats()
    expect(instances).toMatchObject([{ slots: 1, busy: 1, zombies: 0 }])
    await stop(stage)
  })

  test('is run by another worker when its own is cut off, which never begins it', async () => {
    const store = memoryQueue()
    const clock = new FakeClock()
    let cut = false
    const begun: string[] = []
    const make = (name: string, queue: QueueAdapter): WorkerService => {
      const untilAborted = job('work', (_, { job: { id }, signal }) => {
        begun.push(`${name} ${id}`)
        return name === 'second' || new Promise((_, no) => signal.addEventListener('abort', no))
      })
      const times = { leaseMs: 2_000, heartbeatMs: 400 }
      return new WorkerService({
        queue,
        clock,
        logger: quiet,
        jobs: [untilAborted],
        workers: { ...workers, ...times },
      })
    }
    const first = make(
      'first',
      faultyQueue(store, () => (cut ? 'silent' : undefined)),
    )
    await first.start()
    for (const id of ['a', 'b', 'c']) await first.submitJob({ type: 'work', payload: null }, { id })
    await clock.advance(100)
    cut = true
    const second = make('second', store)
    await second.start()
    await clock.advance(8_000)
    cut = false
    await clock.advance(8_000)
    expect(begun).toEqual(['first a', 'second a', 'second b', 'second c'])
    await Promise.all([first.stop({ graceMs: 0 }), second.stop({ graceMs: 0 }), clock.advance(5_000)])
    expect(clock.pendingTimers).toBe(0)
  })
})
