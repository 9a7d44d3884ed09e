import { describe, expect, test } from 'vitest'
import { type StandardSchema, defineJob } from '../../src/index.js'
import { fast, started, stop } from './fake-stage.js'
import { newFakeService } from './stage.js'

type Validate = StandardSchema['~standard']['validate']

function schemaOf(validate: Validate): StandardSchema {
  return { '~standard': { version: 1, vendor: 'test', validate } }
}

function checked(validate: Validate, handler: (payload: unknown) => unknown = (got) => got) {
  return defineJob({ name: 'checked', input: schemaOf(validate), handler })
}

const spec = { type: 'checked', payload: { n: 1 } }

describe('a schema', () => {
  test.each<[string, Validate]>([
    [
      'throws',
      () => {
        throw new Error('boom')
      },
    ],
    [
      'throws nothing',
      () => {
        throw undefined // eslint-disable-line @typescript-eslint/only-throw-error -- what a schema may do
      },
    ],
    ['rejects', () => Promise.reject(new Error('boom'))],
    ['answers nothing', () => undefined as never],
    ['answers something else', () => 'fine' as never],
    ['answers an empty object', () => ({}) as never],
    ['answers issues', () => ({ issues: [{ message: 'wrong', path: ['n'] }] })],
    ['answers issues late', () => Promise.resolve({ issues: [{ message: 'wrong' }] })],
    [
      'answers a thenable',
      () =>
        ({
          then: (yes: (answer: unknown) => void) => {
            yes({ issues: [{ message: 'wrong' }] })
          },
        }) as never,
    ],
    ['answers no issues in a list', () => ({ issues: [] })],
  ])('that %s makes the submission INPUT_INVALID, and nothing is stored', async (_, validate) => {
    const { service } = newFakeService({ jobs: [checked(validate)] })
    await expect(service.submitJob(spec)).rejects.toMatchObject({ code: 'INPUT_INVALID' })
    await expect(service.submitJobs([spec])).rejects.toMatchObject({ code: 'INPUT_INVALID' })
    expect((await service.getQueueStats()).total).toBe(0)
    await service.stop()
  })

  test('that never answers is given up after ten seconds', async () => {
    const { service, clock } = newFakeService({ jobs: [checked(() => new Promise(() => undefined))] })
    const submitting = service.submitJob(spec).catch((error: unknown) => error)
    await clock.advance(10_000)
    expect(await submitting).toMatchObject({ code: 'INPUT_INVALID' })
    expect(clock.pendingTimers).toBe(0)
    await service.stop()
  })

  test('that answers late is waited for, at submit and at the run', async () => {
    const stage = await started([
      checked(async (value) => {
        await stage.clock.sleep(5)
        return { value: { ...(value as object), seen: true } }
      }),
    ])
    const submitting = stage.service.submitJob(spec)
    await stage.clock.advance(5)
    const { id } = await submitting
    await stage.clock.advance(5)
    expect((await stage.service.getJobResult(id))?.data).toEqual({ n: 1, seen: true })
    await stop(stage)
  })

  test('that throws at the run costs an attempt, since the next one may go well', async () => {
    let asked = 0
    const stage = await started([
      checked((value) => {
        if (++asked === 2) throw new Error('not now')
        return { value }
      }),
    ])
    const { id } = await stage.service.submitJob(spec, fast)
    await stage.clock.advance(0)
    expect(await stage.service.getJob(id)).toMatchObject({
      status: 'retrying',
      lastError: { code: 'INPUT_INVALID', message: expect.stringContaining('not now') as string },
    })
    await stage.clock.advance(1_000)
    expect((await stage.service.getJob(id))?.status).toBe('completed')
    await stop(stage)
  })

  test('that has become stricter since the submission ends the job at once', async () => {
    let strict = false
    const stage = await started([
      checked((value) => (strict ? { issues: [{ message: 'too strict' }] } : { value })),
    ])
    const { id } = await stage.service.submitJob(spec, { ...fast, delayMs: 1_000 })
    strict = true
    await stage.clock.advance(1_000)
    expect(await stage.service.getJob(id)).toMatchObject({
      status: 'dead_letter',
      retryCount: 1,
      lastError: { code: 'INPUT_INVALID' },
    })
    await stop(stage)
  })

  test('that never answers at the run ends with the timeout of the job', async () => {
    let hangs = false
    const stage = await started([checked((value) => (hangs ? new Promise(() => undefined) : { value }))])
    const { id } = await stage.service.submitJob(spec, {
      delayMs: 1_000,
      timeoutMs: 500,
      retry: { maxAttempts: 1 },
    })
    hangs = true
    await stage.clock.advance(1_500)
    expect(await stage.service.getJob(id)).toMatchObject({
      status: 'dead_letter',
      lastError: { code: 'TIMEOUT' },
    })
    await stop(stage)
  })
})

test('what a handler does to its job touches no later job', async () => {
  const stage = await started([
    defineJob({
      name: 'rude',
      retry: { maxAttempts: 2, initialDelayMs: 1_000, jitter: false },
      handler: (_, ctx) => {
        for (const [key, value] of [
          ['initialDelayMs', 9e9],
          ['maxAttempts', 1],
        ] as const) {
          Reflect.set(ctx.job.retry, key, value)
        }
        Reflect.set(ctx.job.metadata, 'left', 'behind')
        throw new Error('boom')
      },
    }),
  ])
  for (let i = 0; i < 2; i++) {
    const { id } = await stage.service.submitJob({ type: 'rude', payload: null })
    await stage.clock.advance(0)
    expect((await stage.service.getJob(id))?.status).toBe('retrying')
    await stage.clock.advance(1_000)
    expect(await stage.service.getJob(id)).toMatchObject({
      status: 'dead_letter',
      retryCount: 2,
      metadata: {},
    })
  }
  await stop(stage)
})
