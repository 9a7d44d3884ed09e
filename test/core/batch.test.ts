import { describe, expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { type JobContext, type JobDefinition, defineJob } from '../../src/core/handler.js'

const schema = z.object({ n: z.string().transform(Number) })
const squares = defineJob({
  name: 'squares',
  input: schema,
  batch: { size: 10, maxWaitMs: 5 },
  handler: (payloads, contexts) => {
    expectTypeOf(payloads).toEqualTypeOf<readonly { n: number }[]>()
    expectTypeOf(contexts).toEqualTypeOf<readonly JobContext[]>()
    return payloads.map(({ n }) => (n < 0 ? new Error('negative') : n * n))
  },
})
const ctx = {} as JobContext

describe('a kind of job that runs in batches', () => {
  test('is submitted like any other, and its result is that of one job', () => {
    expectTypeOf(squares).toEqualTypeOf<JobDefinition<{ n: string }, { n: number }, number>>()
    expect(squares({ n: '3' })).toEqual({ type: 'squares', payload: { n: '3' } })
  })

  test('takes its payload from the parameter of the handler, when there is no schema', async () => {
    const plain = defineJob({
      name: 'plain',
      batch: { size: 2 },
      handler: async (urls: readonly string[]) => Promise.resolve(urls.map((url) => url.length)),
    })
    expectTypeOf(plain).toEqualTypeOf<JobDefinition<string, string, number>>()
    expect(plain.definition.batch).toMatchObject({ size: 2, maxWaitMs: 0 })
    expect(await plain.definition.handler('abc', ctx)).toBe(3)
  })

  test('runs a single job as a batch of one', async () => {
    expect(await squares.definition.handler({ n: 4 }, ctx)).toBe(16)
    await expect(squares.definition.handler({ n: -1 }, ctx)).rejects.toThrow('negative')
  })

  test.each([
    ['no size', {}, '/batch/size'],
    ['a size of nothing', { size: 0 }, '/batch/size'],
    ['a size beyond all', { size: 1_001 }, '/batch/size'],
    ['a wait beyond a minute', { size: 1, maxWaitMs: 60_001 }, '/batch/maxWaitMs'],
    ['no object', null, '/batch'],
    ['a setting that is none', { size: 1, wait: 5 }, '/batch/wait'],
  ])('is refused with %s', (_, batch, path) => {
    const define = () => defineJob({ name: 'x', batch: batch as never, handler: () => [] })
    expect(define).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', path }))
  })

  test('is refused where its handler is that of one job', () => {
    const look = () => [
      // @ts-expect-error a handler of a batch answers with an array
      defineJob({ name: 'x', batch: { size: 1 }, handler: () => 5 }),
      // @ts-expect-error a handler of a batch gets many payloads
      defineJob({ name: 'x', batch: { size: 1 }, handler: (payload: { n: number }) => [payload.n] }),
      // @ts-expect-error the size is missing
      defineJob({ name: 'x', batch: {}, handler: (payloads: readonly number[]) => payloads }),
    ]
    expect(look).toBeTypeOf('function')
  })
})
