import { afterEach, describe, expect, test } from 'vitest'
import { PermanentError, WorkerService, defineJob, memoryQueue } from '../../src/index.js'
import { FakeClock, drain } from '../../src/testing/index.js'

const silent = { debug() {}, info() {}, warn() {}, error() {} }
const flaky = defineJob({
  name: 'flaky',
  retry: { maxAttempts: 3 },
  handler: (payload: { readonly fails: number }, { attempt }) => {
    if (attempt <= payload.fails) throw new Error(`attempt ${attempt} fails`)
    return { attempt }
  },
})
const slow = defineJob({
  name: 'slow',
  handler: async (payload: { readonly ms: number }, { signal }) => {
    await clock.sleep(payload.ms, signal)
    return 'slept'
  },
})
const never = defineJob({
  name: 'never',
  handler: () => {
    throw new PermanentError('no')
  },
})

let clock = new FakeClock()
let service: WorkerService

async function startService(): Promise<void> {
  clock = new FakeClock()
  const jobs = [flaky, slow, never]
  service = new WorkerService({ queue: memoryQueue(), clock, logger: silent, jobs })
  await service.start()
}

afterEach(async () => {
  const stopping = service.stop({ graceMs: 0 })
  await clock.advance(60_000)
  await stopping
})

describe('drain of a service on a fake clock', () => {
  test('runs through every backoff in no time', async () => {
    await startService()
    const { id } = await service.submitJob(flaky({ fails: 2 }))
    await drain(service, { clock })
    expect(await service.getJobResult(id)).toMatchObject({ success: true, data: { attempt: 3 } })
  })

  test('waits for delayed jobs and for handlers that sleep', async () => {
    await startService()
    const { id } = await service.submitJob(slow({ ms: 120_000 }), { delayMs: 600_000 })
    await drain(service, { clock })
    expect((await service.getJob(id))?.status).toBe('completed')
    expect(clock.monotonic()).toBeGreaterThanOrEqual(720_000)
  })

  test('counts a dead letter as done', async () => {
    await startService()
    const { id } = await service.submitJob(never({}))
    await drain(service, { clock })
    expect((await service.getJob(id))?.status).toBe('dead_letter')
  })

  test('is not held by a schedule between two slots', async () => {
    await startService()
    await service.addScheduledJob({ name: 'hourly', everyMs: 3_600_000, job: flaky({ fails: 0 }) })
    await drain(service, { clock })
    expect((await service.listScheduledJobs())[0]?.runCount).toBe(0)
    await clock.advance(3_610_000)
    await drain(service, { clock })
    expect((await service.listScheduledJobs())[0]?.runCount).toBe(1)
  })

  test('gives up on a handler that takes longer than the time given', async () => {
    await startService()
    await service.submitJob(slow({ ms: 300_000 }))
    await expect(drain(service, { clock, timeoutMs: 60_000 })).rejects.toThrow('1 processing')
  })
})

test('drain of a service on real time waits for its jobs', async () => {
  service = new WorkerService({ queue: memoryQueue(), logger: silent, jobs: [flaky] })
  await service.start()
  const ids = await service.submitJobs(Array.from({ length: 50 }, () => flaky({ fails: 0 })))
  await drain(service)
  for (const { id } of ids) expect((await service.getJob(id))?.status).toBe('completed')
})
