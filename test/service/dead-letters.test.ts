import { describe, expect, test } from 'vitest'
import { RiptideError, type WorkerService, memoryQueue } from '../../src/index.js'
import { type Stage, started, stop, submit } from './fake-stage.js'
import { job, newService } from './stage.js'

let isBroken = true
const flaky = job('flaky', (payload) => {
  const { code } = payload as { code?: string }
  if (isBroken) throw code === undefined ? new Error('boom') : new RiptideError('TIMEOUT', 'late')
})

/** So many dead letters; every third has the code TIMEOUT. */
async function withDead(count: number): Promise<Stage> {
  isBroken = true
  const stage = await started([flaky, job('other', () => Promise.reject(new Error('no')))])
  const retry = { maxAttempts: 1 }
  for (let i = 0; i < count; i++) {
    const payload = i % 3 === 0 ? { code: 'TIMEOUT' } : {}
    const submitting = stage.service.submitJob({ type: 'flaky', payload }, { retry, id: `dead-${i}` })
    await stage.clock.advance(10)
    await submitting
  }
  await submit(stage, 'other', { retry })
  return stage
}

const dead = async (service: WorkerService): Promise<number> => (await service.getQueueStats()).failed

describe('dead letters', () => {
  test('are retried by type and code, however many pages they take', async () => {
    const stage = await withDead(200)
    const { service, clock } = stage
    const filter = { type: 'flaky', error: 'TIMEOUT' }
    const planned = await service.retryJobs(filter, { dryRun: true })
    expect(planned).toMatchObject({ matched: 67, done: 0, skipped: 0 })
    expect(planned.sample).toHaveLength(20)
    expect(planned.sample[0]).toBe('dead-198')
    expect(await dead(service)).toBe(201)
    isBroken = false
    expect(await service.retryJobs(filter)).toEqual({ ...planned, done: 67 })
    await clock.advance(1_000)
    expect(await service.getQueueStats()).toMatchObject({ failed: 134, completed: 67 })
    await stop(stage)
  })

  test('are retried without end when they fail again: each once', async () => {
    const stage = await withDead(70)
    const { service, clock } = stage
    const retrying = service.retryJobs()
    await clock.advance(1_000)
    expect(await retrying).toMatchObject({ matched: 71, done: 71 })
    expect(await dead(service)).toBe(71)
    expect(await service.getJob('dead-0')).toMatchObject({ generation: 2 })
    await stop(stage)
  })

  test('are retried before those that depend on them, which wait for their results', async () => {
    isBroken = true
    const seen: unknown[] = []
    const child = job('child', async (_, ctx) => seen.push(Object.keys(await ctx.dependencies())))
    const stage = await started([flaky, child])
    const options = { retry: { maxAttempts: 1 } }
    await submit(stage, 'flaky', { ...options, id: 'a' })
    for (const [id, parent] of [
      ['b', 'a'],
      ['c', 'b'],
    ] as const)
      await stage.service.submitJob({ type: 'child', payload: null }, { ...options, id, dependsOn: [parent] })
    await stage.clock.advance(1_000)
    expect(await dead(stage.service)).toBe(3)
    isBroken = false
    const retrying = stage.service.retryJobs()
    await stage.clock.advance(1_000)
    expect(await retrying).toMatchObject({ matched: 3, done: 3 })
    await stage.clock.advance(1_000)
    expect(seen).toEqual([['a'], ['b']])
    await stop(stage)
  })

  test('of the library itself are left, unless their type is named', async () => {
    const queue = memoryQueue()
    const stage = await started([flaky], { queue })
    const { service } = stage
    const token = 'internal'
    await queue.submit([
      {
        id: 'own',
        token,
        digest: '',
        type: 'riptide.x',
        priority: 'normal',
        maxAttempts: 1,
        delayMs: null,
        runAt: null,
        dedupeKey: null,
        payload: 'null',
        options: '',
      },
    ])
    await queue.cancel({ id: 'own', token: 'c', reason: null })
    expect(await service.discardJobs({ status: 'cancelled' })).toMatchObject({ matched: 0 })
    expect(await service.discardJobs({ status: 'cancelled', type: 'riptide.x' })).toMatchObject({ done: 1 })
    await stop(stage)
  })

  test('are discarded by age, and as many as wanted', async () => {
    const stage = await withDead(10)
    const { service, clock } = stage
    await clock.advance(60_000)
    expect(await service.discardJobs({ newerThanMs: 60_000 })).toMatchObject({ matched: 0 })
    expect(await service.discardJobs({ olderThanMs: 60_000, limit: 4 })).toMatchObject({
      matched: 4,
      done: 4,
    })
    expect(await dead(service)).toBe(7)
    expect(await service.discardJobs({ status: 'completed' })).toMatchObject({ matched: 0 })
    expect(await service.discardJobs()).toMatchObject({ matched: 7, done: 7 })
    expect((await service.listJobs()).total).toBe(0)
    await stop(stage)
  })

  test.each([
    [{ status: 'pending' }, {}, 'TYPE_MISMATCH', '/status'],
    [{ status: 'completed' }, {}, 'TYPE_MISMATCH', '/status'],
    [{ olderThanMs: -1 }, {}, 'RANGE', '/olderThanMs'],
    [{ limit: 0 }, {}, 'RANGE', '/limit'],
    [{ code: 'TIMEOUT' }, {}, 'FIELD_UNKNOWN', '/code'],
    [{}, { dryRun: 'yes' }, 'TYPE_MISMATCH', '/dryRun'],
    [{}, { signal: {} }, 'ARGUMENT_INVALID', '/signal'],
  ])('by %j and %j are not retried', async (filter, options, code, path) => {
    const retrying = newService().retryJobs(filter as never, options as never)
    await expect(retrying).rejects.toMatchObject({ code, path })
  })

  test('are left when the signal has aborted', async () => {
    const stage = await withDead(1)
    const discarding = stage.service.discardJobs({}, { signal: AbortSignal.abort() })
    await expect(discarding).rejects.toMatchObject({ code: 'ABORTED' })
    expect(await dead(stage.service)).toBe(2)
    await stop(stage)
  })
})

describe('one job', () => {
  test('that has ended is discarded, with its result', async () => {
    const stage = await withDead(1)
    await stage.service.discardJob('dead-0')
    expect(await stage.service.getJob('dead-0')).toBeNull()
    await expect(stage.service.discardJob('dead-0')).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' })
    await stop(stage)
  })

  test('that has not ended is not', async () => {
    const service = newService({ jobs: [flaky] })
    const { id } = await service.submitJob({ type: 'flaky', payload: {} })
    await expect(service.discardJob(id)).rejects.toMatchObject({
      code: 'STATE_CONFLICT',
      facts: { state: 'pending', allowed: ['completed', 'dead_letter', 'cancelled'] },
    })
  })

  test('that waits is put into another class; one that has ended is not', async () => {
    const stage = await withDead(1)
    const { service } = stage
    const waiting = await submit(stage, 'flaky', { delayMs: 60_000 })
    expect(await service.reprioritiseJob(waiting, 'high')).toMatchObject({ priority: 'high' })
    await expect(service.reprioritiseJob(waiting, 'soon' as never)).rejects.toMatchObject({
      code: 'PRIORITY_INVALID',
    })
    await expect(service.reprioritiseJob('dead-0', 'high')).rejects.toMatchObject({
      code: 'STATE_CONFLICT',
      facts: { state: 'dead_letter', allowed: ['pending', 'retrying', 'blocked'] },
    })
    await expect(service.reprioritiseJob('nobody', 'high')).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' })
    await stop(stage)
  })
})
