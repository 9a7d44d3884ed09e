import { describe, expect, test } from 'vitest'
import { noTerms } from '../../src/core/job-terms.js'
import { memoryQueue } from '../../src/index.js'
import { fast, started, stop, submit } from './fake-stage.js'
import { gate, job, newService, until } from './stage.js'

const spec = (type: string) => ({ type, payload: null })

describe('a job that depends on others', () => {
  test('waits for all of them, and says for which', async () => {
    const opened = gate()
    const stage = await started([job('wait', () => opened.opened), job('x', () => 1)])
    const first = await submit(stage, 'wait')
    const second = await submit(stage, 'wait')
    const { service, clock } = stage
    const third = await submit(stage, 'x', { dependsOn: [first, { id: second, onFailure: 'ignore' }] })
    expect(await service.getJob(third)).toMatchObject({
      status: 'blocked',
      dependsOn: [
        { id: first, onFailure: 'fail' },
        { id: second, onFailure: 'ignore' },
      ],
      waitsFor: [first, second],
    })
    expect(await service.explainJob(third)).toMatchObject({
      reason: 'blocked_by_dependencies',
      facts: { dependencies: [{ id: first, status: 'processing' }, { id: second }] },
    })
    opened.open()
    await clock.advance(1_000)
    const ended = await service.getJob(third)
    expect(ended?.status).toBe('completed')
    expect(ended).not.toHaveProperty('waitsFor')
    await stop(stage)
  })

  test('ends as a dead letter when one fails, and its own dependents by their rules', async () => {
    const boom = job('boom', () => Promise.reject(new Error('boom')))
    const stage = await started([boom, job('x', () => 1)])
    const { service, clock } = stage
    const parent = await submit(stage, 'boom', { ...fast, delayMs: 10, retry: { maxAttempts: 1 } })
    const failing = await submit(stage, 'x', { dependsOn: [parent] })
    const cancelled = await submit(stage, 'x', { dependsOn: [{ id: failing, onFailure: 'cancel' }] })
    const careless = await submit(stage, 'x', { dependsOn: [{ id: cancelled, onFailure: 'ignore' }] })
    await clock.advance(5_000)
    expect(await service.getJob(failing)).toMatchObject({
      status: 'dead_letter',
      retryCount: 0,
      lastError: { code: 'DEPENDENCY_FAILED', message: expect.stringContaining(parent) as string },
    })
    expect(await service.getJob(cancelled)).toMatchObject({
      status: 'cancelled',
      lastError: { code: 'CANCELLED', message: expect.stringContaining(failing) as string },
    })
    expect(await service.getJob(careless)).toMatchObject({ status: 'completed' })
    expect(await service.getJobResult(failing)).toMatchObject({ success: false })
    await stop(stage)
  })

  test('that has failed for another runs when it is retried', async () => {
    const boom = job('boom', () => Promise.reject(new Error('boom')))
    const stage = await started([boom, job('x', () => 1)])
    const { service, clock } = stage
    const parent = await submit(stage, 'boom', { retry: { maxAttempts: 1 } })
    const child = await submit(stage, 'x', { dependsOn: [parent] })
    expect(await service.getJob(child)).toMatchObject({ status: 'dead_letter' })
    const retrying = service.retryJob(child)
    await clock.advance(1_000)
    await retrying
    expect(await service.getJob(child)).toMatchObject({ status: 'completed', generation: 2 })
    await stop(stage)
  })

  test('is refused when one of them is not there, and nothing is stored', async () => {
    const service = newService({ jobs: [job('x', () => 1)] })
    const { id } = await service.submitJob(spec('x'))
    await expect(service.submitJob(spec('x'), { dependsOn: [id, 'nobody'] })).rejects.toMatchObject({
      code: 'DEPENDENCY_NOT_FOUND',
      path: '/dependsOn',
      facts: { missing: 'nobody' },
    })
    expect((await service.listJobs()).total).toBe(1)
  })

  test('may depend on an earlier one of the same submission', async () => {
    const ran: string[] = []
    const service = newService({
      jobs: [job('x', (_, ctx) => void ran.push(ctx.job.id))],
      workers: { count: 1, maxConcurrentJobs: 4 },
    })
    await service.start()
    const answers = await service.submitJobs([
      { job: spec('x'), options: { id: 'a', delayMs: 20 } },
      { job: spec('x'), options: { id: 'b', dependsOn: ['a'] } },
      { job: spec('x'), options: { id: 'c', dependsOn: ['later'] } },
      { job: spec('x'), options: { id: 'later' } },
    ])
    expect(answers).toMatchObject([
      { id: 'a', created: true },
      { id: 'b', created: true, status: 'blocked' },
      { id: 'c', created: false, error: { code: 'DEPENDENCY_NOT_FOUND' } },
      { id: 'later', created: true },
    ])
    await service.waitForJob('b')
    expect(ran.indexOf('a')).toBeLessThan(ran.indexOf('b'))
  })

  test('submitted again by its id is the same job, and with other dependencies a conflict', async () => {
    const service = newService({ jobs: [job('x', () => 1)] })
    for (const id of ['a', 'b']) await service.submitJob(spec('x'), { id })
    const again = (dependsOn: string[]) => service.submitJob(spec('x'), { id: 'c', dependsOn })
    expect(await again(['a'])).toMatchObject({ created: true, status: 'blocked' })
    expect(await again(['a'])).toMatchObject({ id: 'c', created: false, status: 'blocked' })
    await expect(again(['b'])).rejects.toMatchObject({ code: 'JOB_ID_CONFLICT' })
  })

  test('keeps the ones it depends on until it has ended', async () => {
    const opened = gate()
    const service = newService({
      jobs: [job('x', () => 'kept'), job('wait', () => opened.opened)],
      retention: { completed: { count: 0 } },
    })
    await service.start()
    const { id: parent } = await service.submitJob(spec('x'), { delayMs: 20 })
    const { id: child } = await service.submitJob(spec('wait'), { dependsOn: [parent] })
    await until(async () => (await service.getJob(child))?.status === 'processing')
    expect(await service.getJobResult(parent)).toMatchObject({ data: 'kept' })
    await expect(service.discardJob(parent)).rejects.toMatchObject({
      code: 'STATE_CONFLICT',
      facts: { held: true },
    })
    opened.open()
    await until(async () => (await service.getJob(parent)) === null)
  })
})

describe('a job without terms', () => {
  test('is stored as it was before there were any', async () => {
    const queue = memoryQueue()
    const service = newService({ queue, jobs: [job('x', () => 1)] })
    const { id } = await service.submitJob(spec('x'))
    const record = await queue.get(id)
    expect(record).toMatchObject({ options: '', terms: null, waitsFor: [] })
    const shown = Object.keys((await service.getJob(id)) ?? {})
    for (const key of ['dependsOn', 'waitsFor', 'concurrencyKey', 'rateLimit', 'webhook', 'template'])
      expect(shown).not.toContain(key)
  })

  test('and one with a limit differ in what is stored', async () => {
    const queue = memoryQueue()
    const service = newService({ queue, jobs: [job('x', () => 1)] })
    const { id } = await service.submitJob(spec('x'), {
      concurrencyKey: { key: 'tenant', max: 2 },
      rateLimit: { key: 'api', max: 5, perMs: 1_000 },
    })
    const limits = {
      concurrency: { key: 'tenant', max: 2 },
      rate: { key: 'api', max: 5, perMs: 1_000 },
    }
    expect((await queue.get(id))?.terms).toEqual({ ...noTerms, ...limits })
    expect(await service.getJob(id)).toMatchObject({
      concurrencyKey: limits.concurrency,
      rateLimit: limits.rate,
    })
  })
})
