import { describe, expect, test } from 'vitest'
import {
  PermanentError,
  RetryAfterError,
  type Events,
  type WorkerService,
  defineJob,
} from '../../src/index.js'
import { newFakeService, gate, job } from './stage.js'
import { z } from 'zod'

const fast = { retry: { maxAttempts: 3, initialDelayMs: 1_000, multiplier: 2, jitter: false } }

async function started(
  jobs: ReturnType<typeof job>[],
  options = {},
): Promise<ReturnType<typeof newFakeService>> {
  const stage = newFakeService({ jobs, ...options })
  const starting = stage.service.start()
  await stage.clock.advance(0)
  await starting
  return stage
}

async function submit(
  stage: { service: WorkerService; clock: { advance(ms: number): Promise<void> } },
  type: string,
  options = {},
): Promise<string> {
  const submitting = stage.service.submitJob({ type, payload: { n: 1 } }, options)
  await stage.clock.advance(0)
  return (await submitting).id
}

async function stop({ service, clock }: ReturnType<typeof newFakeService>): Promise<void> {
  const stopping = service.stop({ graceMs: 1_000 })
  await clock.advance(2_000)
  await stopping
}

describe('a job', () => {
  test('runs with its payload, and its result is there when it is completed', async () => {
    const stage = await started([job('double', (payload) => ({ got: payload }))])
    const id = await submit(stage, 'double')
    expect(await stage.service.getJob(id)).toMatchObject({
      status: 'completed',
      retryCount: 0,
      attempt: 1,
      payload: { n: 1 },
    })
    expect(await stage.service.getJobResult(id)).toMatchObject({
      jobId: id,
      success: true,
      data: { got: { n: 1 } },
      error: null,
    })
    await stop(stage)
  })

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

  test('that waits is cancelled and never runs', async () => {
    let runs = 0
    const stage = await started([job('later', () => runs++)])
    const id = await submit(stage, 'later', { delayMs: 60_000 })
    expect(await stage.service.cancelJob(id, { reason: 'changed my mind' })).toMatchObject({
      status: 'cancelled',
    })
    await stage.clock.advance(120_000)
    expect(runs).toBe(0)
    expect(await stage.service.getJobResult(id)).toMatchObject({
      success: false,
      error: { code: 'CANCELLED', message: 'changed my mind' },
    })
    await expect(stage.service.cancelJob(id)).rejects.toMatchObject({
      code: 'STATE_CONFLICT',
      facts: { state: 'cancelled' },
    })
    await stop(stage)
  })

  test('that runs is cancelled at once: its signal aborts and what it returns is refused', async () => {
    let reason: unknown
    const stage = await started([
      job(
        'long',
        (_, ctx) =>
          new Promise((resolve) =>
            ctx.signal.addEventListener('abort', () => {
              reason = ctx.signal.reason
              resolve('late')
            }),
          ),
      ),
    ])
    const id = await submit(stage, 'long')
    expect((await stage.service.getJob(id))?.status).toBe('processing')
    await stage.service.cancelJob(id)
    await stage.clock.advance(0)
    expect(reason).toMatchObject({ code: 'CANCELLED' })
    expect(await stage.service.getJob(id)).toMatchObject({ status: 'cancelled' })
    expect(await stage.service.getJobResult(id)).toMatchObject({ success: false, data: null })
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

  test('says how far it is and what it does, and that can be read while it runs', async () => {
    const end = gate()
    const stage = await started([
      job('talking', async (_, { progress, log }) => {
        progress(0.5, 'half way')
        log('one')
        log('two')
        await end.opened
        progress(1)
        log('three')
      }),
    ])
    const id = await submit(stage, 'talking')
    await stage.clock.advance(300)
    expect(await stage.service.getJob(id)).toMatchObject({
      progress: { value: 0.5, note: 'half way' },
      logs: ['one', 'two'],
    })
    end.open()
    await stage.clock.advance(10)
    expect(await stage.service.getJob(id)).toMatchObject({
      status: 'completed',
      progress: { value: 1, note: null },
      logs: ['one', 'two', 'three'],
    })
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

  test.each([10, 70_000, 400_000])(
    'with a result of %i characters has it read back whole',
    async (length) => {
      const stage = await started([job('large', () => 'ü'.repeat(length))])
      const id = await submit(stage, 'large')
      expect((await stage.service.getJobResult(id))?.data).toBe('ü'.repeat(length))
      await stop(stage)
    },
  )

  test('has no result data any more when its time is over, and still says that it succeeded', async () => {
    const stage = await started([job('brief', () => 'here')], { resultTtlMs: 5_000 })
    const id = await submit(stage, 'brief')
    await stage.clock.advance(5_001)
    expect(await stage.service.getJobResult(id)).toMatchObject({ success: true, data: null })
    await stop(stage)
  })

  test('of a type that this service does not know is refused with the known ones', async () => {
    const stage = await started([job('known', () => 1)])
    await expect(stage.service.submitJob({ type: 'unknown', payload: 1 })).rejects.toMatchObject({
      code: 'JOB_TYPE_UNKNOWN',
      facts: { known: ['known'] },
    })
    await stop(stage)
  })

  test('has its input checked by its schema at submit, and gets what the schema makes of it', async () => {
    const shout = defineJob({
      name: 'shout',
      input: z.object({ text: z.string().transform((s) => s.toUpperCase()) }),
      handler: ({ text }) => text,
    })
    const stage = await started([shout])
    await expect(stage.service.submitJob({ type: 'shout', payload: { text: 5 } })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      path: '/payload/text',
    })
    const submitting = stage.service.submitJob(shout({ text: 'hi' }))
    await stage.clock.advance(0)
    expect((await stage.service.getJobResult((await submitting).id))?.data).toBe('HI')
    await stop(stage)
  })
})

describe('events', () => {
  test('each move of a job is told once, and a listener that throws hurts nothing', async () => {
    let runs = 0
    const stage = await started([
      job('twice', () => {
        if (runs++ === 0) throw new Error('boom')
        return 1
      }),
    ])
    const told: string[] = []
    const names: (keyof Events)[] = [
      'job:submitted',
      'job:started',
      'job:retrying',
      'job:completed',
      'job:dead_letter',
      'job:cancelled',
    ]
    for (const name of names) {
      stage.service.on(name, () => {
        throw new Error('a bad listener')
      })
      stage.service.on(name, () => void told.push(name))
    }
    await submit(stage, 'twice', fast)
    await stage.clock.advance(1_000)
    expect(told).toEqual(['job:submitted', 'job:started', 'job:retrying', 'job:started', 'job:completed'])
    await stop(stage)
  })

  test('once is once, and off is off', async () => {
    const stage = await started([job('x', () => 1)])
    let once = 0
    let off = 0
    stage.service.once('job:completed', () => once++)
    stage.service.on('job:completed', () => off++)()
    await submit(stage, 'x')
    await submit(stage, 'x')
    expect([once, off]).toEqual([1, 0])
    await stop(stage)
  })
})

describe('waiting for a job', () => {
  test('resolves with how it ended, also when it failed', async () => {
    const stage = await started([
      job('bad', () => {
        throw new Error('boom')
      }),
    ])
    const id = await submit(stage, 'bad', { retry: { maxAttempts: 1 } })
    await expect(stage.service.waitForJob(id)).resolves.toMatchObject({
      success: false,
      error: { message: 'boom' },
    })
    await stop(stage)
  })

  test('before the end, resolves at the end', async () => {
    const end = gate<number>()
    const stage = await started([job('open', () => end.opened)])
    const id = await submit(stage, 'open')
    const waiting = stage.service.waitForJob(id)
    end.open(7)
    await stage.clock.advance(0)
    expect((await waiting).data).toBe(7)
    await stop(stage)
  })

  test('gives up with TIMEOUT, ABORTED and JOB_NOT_FOUND, and leaves no timer', async () => {
    const stage = await started([
      job('endless', (_, ctx) => new Promise((resolve) => ctx.signal.addEventListener('abort', resolve))),
    ])
    const id = await submit(stage, 'endless')
    const timers = stage.clock.pendingTimers
    const late = expect(stage.service.waitForJob(id, { timeoutMs: 50 })).rejects.toMatchObject({
      code: 'TIMEOUT',
    })
    const controller = new AbortController()
    const aborted = expect(stage.service.waitForJob(id, { signal: controller.signal })).rejects.toMatchObject(
      { code: 'ABORTED' },
    )
    controller.abort()
    await stage.clock.advance(50)
    await Promise.all([late, aborted])
    await expect(stage.service.waitForJob('nobody')).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' })
    await expect(stage.service.waitForJob(id, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'ABORTED',
    })
    expect(stage.clock.pendingTimers).toBe(timers)
    await stop(stage)
  })
})
