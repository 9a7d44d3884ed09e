import { describe, expect, test } from 'vitest'
import { PermanentError, RetryAfterError } from '../../src/index.js'
import { fast, started, stop, submit } from './fake-stage.js'
import { gate, job } from './stage.js'

describe('a job', () => {
  test('that fails is tried again with growing waits and ends in the dead letters', async () => {
    const starts: number[] = []
    const stage = await started([
      job('failing', () => {
        starts.push(stage.clock.now())
        throw new Error('boom')
      }),
    ])
    const id = await submit(stage, 'failing', fast)
    expect(await stage.service.getJob(id)).toMatchObject({
      status: 'retrying',
      retryCount: 1,
      lastError: { message: 'boom' },
    })
    await stage.clock.advance(1_000)
    await stage.clock.advance(1_999)
    expect(starts).toHaveLength(2)
    await stage.clock.advance(1)
    expect(starts.map((at) => at - (starts[0] ?? 0))).toEqual([0, 1_000, 3_000])
    expect(await stage.service.getJob(id)).toMatchObject({ status: 'dead_letter', retryCount: 3 })
    expect(await stage.service.getJobResult(id)).toMatchObject({
      success: false,
      data: null,
      error: { message: 'boom' },
    })
    await stop(stage)
  })

  test('that throws a PermanentError is a dead letter at once', async () => {
    const stage = await started([
      job('hopeless', () => {
        throw new PermanentError('gone for good')
      }),
    ])
    const id = await submit(stage, 'hopeless', fast)
    expect(await stage.service.getJob(id)).toMatchObject({ status: 'dead_letter', retryCount: 1 })
    await stop(stage)
  })

  test('that throws a RetryAfterError waits as long as that says', async () => {
    let runs = 0
    const stage = await started([
      job('limited', () => {
        if (runs++ === 0) throw new RetryAfterError('slow down', 77_000)
        return runs
      }),
    ])
    const id = await submit(stage, 'limited', fast)
    await stage.clock.advance(76_999)
    expect(runs).toBe(1)
    await stage.clock.advance(1)
    expect((await stage.service.getJobResult(id))?.data).toBe(2)
    await stop(stage)
  })

  test('that says that it was no attempt waits, has lost nothing, and makes way for others', async () => {
    let runs = 0
    const stage = await started([
      job('early', () => {
        if (runs++ < 5)
          throw new RetryAfterError('not yet', runs === 3 ? 0 : 77_000, { countsAsAttempt: false })
        return runs
      }),
    ])
    const told: string[] = []
    stage.service.on('job:retrying', () => void told.push('retrying'))
    stage.service.on('job:dead_letter', () => void told.push('dead_letter'))
    const id = await submit(stage, 'early', { retry: { maxAttempts: 1 } })
    await stage.clock.advance(76_999)
    expect(runs).toBe(1)
    expect(await stage.service.getJob(id)).toMatchObject({
      status: 'pending',
      retryCount: 0,
      lastError: null,
    })
    await stage.clock.advance(4 * 77_000)
    expect(await stage.service.getJobResult(id)).toMatchObject({ success: true, data: 6 })
    expect(await stage.service.getJob(id)).toMatchObject({ attempt: 1, retryCount: 0 })
    expect(told).toEqual([])
    await stop(stage)
  })

  test('that takes longer than its timeout has failed, its signal aborts and its late result is dropped', async () => {
    const late = gate<string>()
    let reason: unknown
    const stage = await started([
      job('slow', (_, ctx) => {
        ctx.signal.addEventListener('abort', () => (reason = ctx.signal.reason))
        return late.opened
      }),
    ])
    const id = await submit(stage, 'slow', { timeoutMs: 500, retry: { maxAttempts: 1 } })
    await stage.clock.advance(500)
    expect(await stage.service.getJob(id)).toMatchObject({
      status: 'dead_letter',
      lastError: { code: 'TIMEOUT' },
    })
    expect(reason).toMatchObject({ code: 'TIMEOUT' })
    late.open('too late')
    await stage.clock.advance(10)
    expect(await stage.service.getJobResult(id)).toMatchObject({ success: false, data: null })
    await stop(stage)
  })

  test('whose handler ignores its abort gives its slot back after the grace, and that is counted', async () => {
    const never = gate()
    const stage = await started([job('deaf', () => never.opened), job('next', () => 'ran')], {
      workers: { count: 1, maxConcurrentJobs: 1, abortGraceMs: 2_000 },
    })
    await submit(stage, 'deaf', { timeoutMs: 100, retry: { maxAttempts: 1 } })
    const next = await submit(stage, 'next')
    await stage.clock.advance(2_099)
    expect((await stage.service.getJob(next))?.status).toBe('pending')
    await stage.clock.advance(1)
    expect((await stage.service.getJob(next))?.status).toBe('completed')
    await stage.clock.advance(3_000)
    expect((await stage.service.getWorkerStats()).zombies).toBe(1)
    never.open()
    await stage.clock.advance(3_000)
    expect((await stage.service.getWorkerStats()).zombies).toBe(0)
    await stop(stage)
  })

  test('that is a dead letter gets a new life with all its attempts', async () => {
    let broken = true
    const stage = await started([
      job('mended', () => {
        if (broken) throw new Error('boom')
        return 'ok'
      }),
    ])
    const id = await submit(stage, 'mended', { retry: { maxAttempts: 1 } })
    broken = false
    expect(await stage.service.retryJob(id)).toMatchObject({
      status: 'pending',
      generation: 2,
      retryCount: 0,
      lastError: null,
    })
    await stage.clock.advance(0)
    expect(await stage.service.getJobResult(id)).toMatchObject({ success: true, data: 'ok' })
    await expect(stage.service.retryJob(id)).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
    await stop(stage)
  })

  test.each([
    ['a BigInt', () => 1n],
    [
      'a circle',
      () => {
        const a: Record<string, unknown> = {}
        a['a'] = a
        return a
      },
    ],
    ['a function', () => () => 1],
    [
      'a thenable whose then throws',
      () => ({
        get then() {
          throw new Error('no')
        },
      }),
    ],
    [
      'undefined thrown',
      () => {
        throw undefined // eslint-disable-line @typescript-eslint/only-throw-error -- what a handler may do
      },
    ],
    [
      'an error with a throwing message',
      () => {
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- what a handler may do
        throw {
          get message() {
            throw new Error('no')
          },
        }
      },
    ],
  ])('survives a handler with %s', async (_, handler) => {
    const stage = await started([job('odd', handler)])
    const id = await submit(stage, 'odd', { retry: { maxAttempts: 1 } })
    expect(await stage.service.getJob(id)).toMatchObject({ status: 'dead_letter' })
    await stop(stage)
  })

  test('with a result over the limit fails with RESULT_TOO_LARGE', async () => {
    const stage = await started([job('huge', () => 'x'.repeat(2_000))], { maxResultBytes: 1_000 })
    const id = await submit(stage, 'huge', { retry: { maxAttempts: 1 } })
    expect((await stage.service.getJob(id))?.lastError?.code).toBe('RESULT_TOO_LARGE')
    await stop(stage)
  })
})
