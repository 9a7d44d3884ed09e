import { expect, test } from 'vitest'
import { systemClock } from '../../src/core/clock.js'
import { memoryQueue, WorkerService, type WorkerServiceOptions } from '../../src/index.js'
import { FakeClock } from '../../src/testing/fake-clock.js'
import { job, newService, quiet, until } from '../service/stage.js'
import { startEndpoint } from './endpoint.js'

const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`
const minute = 60_000
const hour = 60 * minute

const work = job('work', (payload) => payload)

interface Stage {
  readonly service: WorkerService
  readonly clock: FakeClock
  /** Lets time go by, and waits by the real clock for what is under way at each of its steps, or after so many ms. */
  pass(ms: number, stepMs?: number): Promise<void>
}

async function started(options: WorkerServiceOptions): Promise<Stage> {
  const clock = new FakeClock()
  const settings = { queue: memoryQueue(), logger: quiet, jobs: [work], crawl: { allowPrivateNetwork: true } }
  const service = new WorkerService({ ...settings, ...options, clock })
  const starting = service.start()
  await clock.advance(0)
  await starting
  // A server takes real time to answer, in which this clock must not go on: else the time for an answer would be over.
  const quieten = async (): Promise<void> => {
    const busy = async (): Promise<boolean> => {
      await clock.advance(0)
      const { pending, processing } = await service.getQueueStats()
      return pending + processing > 0
    }
    await until(async () => {
      if (!(await busy())) return true
      await systemClock.sleep(1)
      return false
    })
  }
  return {
    service,
    clock,
    async pass(ms, stepMs) {
      const end = clock.monotonic() + ms
      const left = (): number => end - clock.monotonic()
      await quieten()
      while (left() > 0) {
        const mostMs = Math.min(left(), stepMs ?? Infinity)
        if (stepMs !== undefined || !(await clock.advanceToNext(mostMs))) await clock.advance(mostMs)
        await quieten()
      }
    },
  }
}

async function stop({ service, clock }: Stage): Promise<void> {
  const stopping = service.stop({ graceMs: 1_000 })
  await clock.advance(2_000)
  await stopping
}

test('a target that is away for two hours is tried by its schedule, and told when it is back', async () => {
  let isAway = true
  const times: number[] = []
  const endpoint = await startEndpoint((response) => {
    times.push(stage.clock.monotonic())
    response.writeHead(isAway ? 503 : 204).end()
  })
  const stage = await started({ workers: { heartbeatMs: minute, leaseMs: 10 * minute } })
  const { service, clock } = stage
  const { id } = await service.addWebhook({ url: endpoint.url, secret })
  const begin = clock.monotonic()
  await service.submitJob({ type: 'work', payload: 1 })
  await stage.pass(hour)
  const others = Array.from({ length: 100 }, (_, n) => ({ type: 'work', payload: n }))
  await service.updateWebhook(id, { types: ['invoice'] })
  const answers = await service.submitJobs(others)
  await clock.advance(0)
  for (const other of answers) expect(await service.getJobResult(other.id)).toMatchObject({ success: true })
  await stage.pass(hour)
  isAway = false
  await stage.pass(hour)
  const waits = times.map((at, i) => at - (times[i - 1] ?? begin))
  // Up to a tenth longer, and half a second in which timers of a fleet are spread.
  const usual = [0, 5_000, 5 * minute, 30 * minute, 2 * hour]
  expect(waits).toHaveLength(usual.length)
  usual.forEach((wait, i) => {
    expect(waits[i]).toBeGreaterThanOrEqual(wait)
    expect(waits[i]).toBeLessThanOrEqual(wait * 1.1 + 1_000)
  })
  expect(endpoint.signedWith(secret)).toHaveLength(5)
  expect(new Set(endpoint.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
  expect(new Set(endpoint.received.map(({ headers }) => headers['webhook-timestamp'])).size).toBe(5)
  expect((await service.listJobs({ type: 'riptide.webhook', status: 'completed' })).total).toBe(1)
  await stop(stage)
})

test('a target that stays away is given up after ten tries and three days and a half', async () => {
  const endpoint = await startEndpoint((response) => response.writeHead(500).end())
  const stage = await started({
    workers: { heartbeatMs: 30 * minute, leaseMs: 2 * hour },
    webhooks: { timeoutMs: 2 * minute },
    crawl: { allowPrivateNetwork: true, connectTimeoutMs: hour },
  })
  const { service } = stage
  await service.submitJob({ type: 'work', payload: 1 }, { webhook: { url: endpoint.url, secret } })
  await stage.pass(70 * hour, minute)
  expect(endpoint.received).toHaveLength(9)
  await stage.pass(24 * hour, minute)
  expect(endpoint.received).toHaveLength(10)
  const { jobs } = await service.listJobs({ status: 'dead_letter' })
  expect(jobs).toMatchObject([
    { type: 'riptide.webhook', retryCount: 10, lastError: { code: 'WEBHOOK_FAILED' } },
  ])
  // A day is how long a job that completed is kept; this one is needed to deliver, and to deliver again.
  await stop(stage)
})

test('a target that asks for more time is given it', async () => {
  const times: number[] = []
  const endpoint = await startEndpoint((response, before) => {
    times.push(stage.clock.monotonic())
    response.writeHead(before === 0 ? 429 : 204, { 'retry-after': '600' }).end()
  })
  const stage = await started({ workers: { heartbeatMs: minute, leaseMs: 10 * minute } })
  await stage.service.submitJob({ type: 'work', payload: 1 }, { webhook: endpoint.url })
  await stage.pass(hour)
  expect(times).toHaveLength(2)
  expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(600_000)
  expect(times[1]! - times[0]!).toBeLessThan(610_000)
  await stop(stage)
})

test('jobs go on at full speed while targets hang, though there is one slot', async () => {
  const hanging = await startEndpoint(() => undefined)
  const well = await startEndpoint()
  const crawl = { allowPrivateNetwork: true }
  const workers = { count: 1, maxConcurrentJobs: 1 }
  const service = newService({ jobs: [work], crawl, workers, webhooks: { timeoutMs: 60_000 } })
  await service.start()
  await service.addWebhook({ url: hanging.url })
  await service.addWebhook({ url: well.url })
  const answers = await service.submitJobs(
    Array.from({ length: 50 }, (_, n) => ({ type: 'work', payload: n })),
  )
  for (const { id } of answers) await service.waitForJob(id, { timeoutMs: 5_000 })
  await until(() => well.received.length === 50)
  await until(() => hanging.received.length === 4)
  const { id } = await service.submitJob({ type: 'work', payload: 1 })
  expect(await service.waitForJob(id, { timeoutMs: 5_000 })).toMatchObject({ success: true })
  await until(() => well.received.length === 51)
  // One place takes four slots, and no more.
  expect(hanging.received).toHaveLength(4)
})
