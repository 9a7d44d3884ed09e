import { describe, expect, test } from 'vitest'
import { type Deferred, deferred } from '../../src/core/abort.js'
import type { JobContext } from '../../src/core/handler.js'
import type { Step, StepAnswer, StepRequest } from '../../src/core/queue-adapter.js'
import { executor, settled } from './executor-stage.js'

/** What a handler got, or the code of what was thrown at it. */
const outcomeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.catch((error: unknown) => (error as { code?: string }).code ?? String(error))

interface StageOptions {
  readonly kept?: readonly Step[] | null
  /** In place of a store that keeps whatever comes. */
  readonly keepStep?: (request: StepRequest) => Promise<StepAnswer>
  readonly handler: (ctx: JobContext) => unknown
}

/** One job whose handler takes steps; what the store was asked stands in `asked`. */
function stage({ kept = [], keepStep, handler }: StageOptions) {
  const asked: string[] = []
  const made = executor({
    handler: (_, ctx) => handler(ctx),
    store: {
      steps: ({ id }) => (asked.push(`steps ${id}`), Promise.resolve(kept)),
      keepStep: (request) => {
        asked.push(`keep ${request.key} ${request.text}`)
        return keepStep?.(request) ?? Promise.resolve({ kind: 'kept', text: request.text })
      },
    },
  })
  return { ...made, asked }
}

describe('a step', () => {
  test('runs, is kept, and answers with what it returned', async () => {
    const got: unknown[] = []
    const { bring, clock, asked, reports } = stage({
      handler: async ({ step }) => {
        got.push(await step('one', () => ({ n: 1 })))
        got.push(await step('two', () => Promise.resolve([2])))
      },
    })
    bring(['a'])
    await clock.settle()
    expect(got).toEqual([{ n: 1 }, [2]])
    expect(asked).toEqual(['steps a', 'keep one {"n":1}', 'keep two [2]'])
    expect(settled(reports)).toEqual(['complete a'])
  })

  test('that an earlier run has kept does not run again', async () => {
    const got: unknown[] = []
    const { bring, clock, asked } = stage({
      kept: [{ key: 'one', text: '{"n":1}' }],
      handler: async ({ step }) => {
        got.push(await step('one', () => got.push('ran')))
        got.push(await step('two', () => 2))
      },
    })
    bring(['a'])
    await clock.settle()
    expect([got, asked]).toEqual([
      [{ n: 1 }, 2],
      ['steps a', 'keep two 2'],
    ])
  })

  test('that returns nothing is null', async () => {
    const got: unknown[] = []
    const { bring, clock, asked } = stage({
      handler: async ({ step }) => got.push(await step('x', () => undefined)),
    })
    bring(['a'])
    await clock.settle()
    expect([got, asked[1]]).toEqual([[null], 'keep x null'])
  })

  test('answers with what stands, if another run has kept it meanwhile', async () => {
    const got: unknown[] = []
    const { bring, clock } = stage({
      keepStep: () => Promise.resolve({ kind: 'kept', text: '"first"' }),
      handler: async ({ step }) => got.push(await step('x', () => 'second')),
    })
    bring(['a'])
    await clock.settle()
    expect(got).toEqual(['first'])
  })

  test('that is asked for twice at once runs once', async () => {
    let runs = 0
    const got: unknown[] = []
    const { bring, clock, asked } = stage({
      handler: async ({ step }) => {
        const once = (): unknown[] => [++runs]
        const [a, b] = await Promise.all([step('x', once), step('x', once)])
        got.push(a, b, await step('x', once), a === b)
      },
    })
    bring(['a'])
    await clock.settle()
    expect([runs, got]).toEqual([1, [[1], [1], [1], false]])
    expect(asked).toHaveLength(2)
  })

  test('that throws is not kept, and may run again', async () => {
    const got: unknown[] = []
    let runs = 0
    const { bring, clock, asked } = stage({
      handler: async ({ step }) => {
        const flaky = (): number => {
          if (++runs === 1) throw new Error('once')
          return runs
        }
        got.push(await outcomeOf(step('x', flaky)), await step('x', flaky))
      },
    })
    bring(['a'])
    await clock.settle()
    expect([got, asked]).toEqual([
      ['Error: once', 2],
      ['steps a', 'keep x 2'],
    ])
  })

  test('that nobody waits for may fail', async () => {
    const { bring, clock, reports } = stage({
      handler: ({ step }) => void step('x', () => Promise.reject(new Error('not seen'))),
    })
    bring(['a'])
    await clock.settle()
    expect(settled(reports)).toEqual(['complete a'])
  })

  test('can be kept by a store that fails for a while', async () => {
    let calls = 0
    const { bring, clock, reports } = stage({
      keepStep: ({ text }) =>
        ++calls < 3 ? Promise.reject(new Error('cut')) : Promise.resolve({ kind: 'kept', text }),
      handler: ({ step }) => step('x', () => 1),
    })
    bring(['a'])
    await clock.advance(1_000)
    expect([calls, settled(reports)]).toEqual([3, ['complete a']])
  })
})

describe('a step is refused', () => {
  const run = (): number => 1
  test.each<[string, unknown, unknown]>([
    ['an empty key', '', run],
    ['a long key', 'x'.repeat(201), run],
    ['no key', undefined, run],
    ['no function', 'x', 5],
  ])('with %s', async (_, key, step) => {
    const got: unknown[] = []
    const { bring, clock, asked } = stage({
      handler: async (ctx) => got.push(await outcomeOf(ctx.step(key as string, step as () => unknown))),
    })
    bring(['a'])
    await clock.settle()
    expect([got, asked]).toEqual([['STEP_INVALID'], []])
  })

  test.each([
    ['that is too large', () => 'x'.repeat(256 * 1024), 'RESULT_TOO_LARGE'],
    ['that has too many bytes', () => 'ä'.repeat(128 * 1024), 'RESULT_TOO_LARGE'],
    ['that is not JSON', () => 5n, 'RESULT_NOT_SERIALIZABLE'],
  ])('with a result %s', async (_, run, code) => {
    const got: unknown[] = []
    const { bring, clock, asked } = stage({
      handler: async ({ step }) => got.push(await outcomeOf(step<unknown>('x', run))),
    })
    bring(['a'])
    await clock.settle()
    expect([got, asked]).toEqual([[code], ['steps a']])
  })

  test('when the job has as many as it may have', async () => {
    const got: unknown[] = []
    const { bring, clock } = stage({
      keepStep: () => Promise.resolve({ kind: 'full' }),
      handler: async ({ step }) => got.push(await outcomeOf(step('x', () => 1))),
    })
    bring(['a'])
    await clock.settle()
    expect(got).toEqual(['RESULT_TOO_LARGE'])
  })
})

describe('a run whose job has moved on', () => {
  test.each([
    ['before its first step', { kept: null }],
    ['before a step was kept', { keepStep: () => Promise.resolve({ kind: 'lost' } as const) }],
  ])('%s is told at once', async (_, store) => {
    const got: unknown[] = []
    let signal: AbortSignal | undefined
    const { bring, clock, reports, told } = stage({
      ...store,
      handler: async (ctx) => {
        signal = ctx.signal
        got.push(await outcomeOf(ctx.step('x', () => 1)))
      },
    })
    bring(['a'])
    await clock.settle()
    expect(got).toEqual(['LEASE_LOST'])
    expect(signal?.reason).toMatchObject({ code: 'LEASE_LOST' })
    expect([reports, told]).toEqual([[], ['started a', 'lease_lost a']])
  })

  test('waits for the store no longer', async () => {
    const got: unknown[] = []
    const { bring, clock, leases } = stage({
      keepStep: () => new Promise(() => undefined),
      handler: async ({ step }) => got.push(await outcomeOf(step('x', () => 1))),
    })
    bring(['a'])
    await clock.settle()
    leases.find('a', '1')?.interrupt('cancelled')
    await clock.settle()
    expect(got).toEqual(['CANCELLED'])
  })

  test('takes no further step', async () => {
    const got: unknown[] = []
    const first: Deferred<number> = deferred()
    const { bring, clock, leases, asked } = stage({
      handler: async ({ step }) => {
        got.push(await outcomeOf(step('x', () => first.promise)))
        got.push(await outcomeOf(step('y', () => got.push('ran'))))
      },
    })
    bring(['a'])
    await clock.settle()
    leases.find('a', '1')?.interrupt('cancelled')
    first.resolve(1)
    await clock.settle()
    expect([got, asked]).toEqual([['CANCELLED', 'CANCELLED'], ['steps a']])
  })

  test('by a stop keeps the step that it is in, begins none, and is handed back', async () => {
    const got: unknown[] = []
    const first: Deferred<number> = deferred()
    const { bring, made, clock, reports, asked } = stage({
      handler: async ({ step }) => {
        got.push(await step('x', () => first.promise))
        await step('y', () => got.push('ran'))
      },
    })
    bring(['a'])
    await clock.settle()
    made.askToStop()
    first.resolve(1)
    await clock.settle()
    expect([got, asked, settled(reports)]).toEqual([[1], ['steps a', 'keep x 1'], ['release a']])
  })
})
