import { describe, expect, test } from 'vitest'
import {
  type AnyJobDefinition,
  RetryAfterError,
  WorkerService,
  defineJob,
  memoryQueue,
} from '../../src/index.js'
import { started, stop, submit } from './fake-stage.js'
import { job, newFakeService } from './stage.js'

const handler = (): number => 1

describe('a definition', () => {
  test.each<[string, unknown, RegExp]>([
    ['a field too many', { name: 'x', handler, timeout: 5 }, /did you mean "timeoutMs"/],
    ['an input that is no schema', { name: 'x', handler, input: { parse: handler } }, /Standard Schema/],
    ['an input that is null', { name: 'x', handler, input: null }, /Standard Schema/],
  ])('with %s is refused when it is made', (_, given, message) => {
    expect(() => defineJob(given as never)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringMatching(message) as string }),
    )
  })

  test.each<[string, object, string]>([
    ['no attempts', { retry: { maxAttempts: 0 } }, '/jobs/0/retry/maxAttempts'],
    ['a policy that does not exist', { retry: { attempts: 2 } }, '/jobs/0/retry/attempts'],
    ['a delay that is no function', { retry: { delay: 5 } }, '/jobs/0/retry/delay'],
    ['a backoff that shrinks', { retry: { multiplier: 0 } }, '/jobs/0/retry/multiplier'],
    ['a timeout that overflows', { timeoutMs: 2 ** 31 }, '/jobs/0/timeoutMs'],
  ])('with %s is refused with the service that shall run it', (_, given, path) => {
    const definition = defineJob({ name: 'x', handler, ...given }) as AnyJobDefinition
    expect(() => new WorkerService({ jobs: [definition] })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', path }),
    )
  })

  test('may have a handler of any kind of function', async () => {
    const holder = {
      answer: 'of an object',
      method(): string {
        return holder.answer
      },
    }
    const kinds = [
      job('arrow', () => 'arrow'),
      job('async', async () => 'async'),
      job('method', holder.method),
    ]
    const stage = await started(kinds)
    for (const [type, data] of [
      ['arrow', 'arrow'],
      ['async', 'async'],
      ['method', 'of an object'],
    ] as const) {
      const id = await submit(stage, type)
      expect((await stage.service.getJobResult(id))?.data).toBe(data)
    }
    await stop(stage)
  })
})

test('a clock that lacks a method is refused', () => {
  expect(() => new WorkerService({ clock: { now: () => 0 } as never })).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', path: '/clock' }),
  )
})

describe('a wait before the next attempt', () => {
  test.each<[string, () => unknown]>([
    ['an error asks for', () => new RetryAfterError(Number.MAX_VALUE)],
    ['an error was changed to ask for', () => Object.assign(new RetryAfterError(5), { retryAfterMs: 1e300 })],
  ])('that %s is never longer than can be written down', async (_, make) => {
    const stage = await started([
      job('x', () => {
        throw make()
      }),
    ])
    const id = await submit(stage, 'x')
    const { runAt = 0 } = (await stage.service.getJob(id)) ?? {}
    expect(new Date(runAt).getUTCFullYear()).toBeLessThanOrEqual(2027)
    await stop(stage)
  })

  test.each([[Number.NaN], [-1], [Number.POSITIVE_INFINITY], ['soon'], [Promise.resolve(5)]])(
    'that a function answers with %s is the one of the policy',
    async (answer) => {
      const retry = { initialDelayMs: 4_000, jitter: false, delay: () => answer as number }
      const definition = defineJob({
        name: 'x',
        retry,
        handler: () => {
          throw new Error('boom')
        },
      })
      const stage = await started([definition])
      const begun = stage.clock.now()
      const id = await submit(stage, 'x')
      expect((await stage.service.getJob(id))?.runAt).toBe(begun + 4_000)
      await stop(stage)
    },
  )
})

test('an error that only looks like one of ours and throws when it is read is an ordinary failure', async () => {
  const hostile = {
    [Symbol.for('riptide-workers.error')]: true,
    get code(): string {
      throw new Error('no')
    },
    get name(): string {
      throw new Error('no')
    },
  }
  const stage = await started(
    [
      job('x', () => {
        throw hostile // eslint-disable-line @typescript-eslint/only-throw-error -- what a handler may do
      }),
      job('next', () => 'ran'),
    ],
    { workers: { count: 1, maxConcurrentJobs: 1 } },
  )
  const id = await submit(stage, 'x', { retry: { maxAttempts: 1 } })
  expect(await stage.service.getJob(id)).toMatchObject({
    status: 'dead_letter',
    lastError: { code: 'JOB_FAILED' },
  })
  const next = await submit(stage, 'next')
  expect((await stage.service.getJob(next))?.status).toBe('completed')
  await stop(stage)
})

test('a job whose texts cannot be read is a dead letter, and those behind it run', async () => {
  const queue = memoryQueue()
  const { service, clock } = newFakeService({ queue, jobs: [job('x', () => 'ran')] })
  await queue.open({ logger: { debug() {}, info() {}, warn() {}, error() {} }, clock })
  await queue.submit([
    {
      id: 'broken',
      token: 't',
      digest: 'd',
      type: 'x',
      priority: 'high',
      maxAttempts: 3,
      delayMs: null,
      runAt: null,
      dedupeKey: null,
      payload: '{not json',
      options: 'nor this',
    },
  ])
  const { id } = await service.submitJob({ type: 'x', payload: null })
  await service.start()
  await clock.advance(0)
  expect((await service.getJob(id))?.status).toBe('completed')
  expect((await queue.get('broken'))?.status).toBe('dead_letter')
  expect((await service.getWorkerStats()).instances[0]?.busy).toBe(0)
  await service.stop({ graceMs: 0 })
})
