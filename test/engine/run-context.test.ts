import { describe, expect, test } from 'vitest'
import { RiptideError } from '../../src/core/errors.js'
import { executor, settled } from './executor-stage.js'

describe('the dependencies of a job', () => {
  const options = JSON.stringify({ dependsOn: ['x', 'y'] })

  test('are none for a job that has none', async () => {
    const got: unknown[] = []
    const { bring, clock } = executor({
      handler: async (_, ctx) => got.push(await ctx.dependencies()),
      dependencyResults: () => Promise.reject(new Error('not asked')),
    })
    bring(['a'])
    await clock.settle()
    expect(got).toEqual([{}])
  })

  test('are told by how they ended', async () => {
    const got: unknown[] = []
    const { bring, clock } = executor({
      handler: async (_, { dependencies }) => got.push(await dependencies()),
      dependencyResults: (ids) => Promise.resolve(Object.fromEntries(ids.map((id) => [id, id as never]))),
    })
    bring(['a'], 0, { options })
    await clock.settle()
    expect(got).toEqual([{ x: 'x', y: 'y' }])
  })

  test('are waited for no longer than the run goes on', async () => {
    const got: unknown[] = []
    const { bring, clock, leases } = executor({
      handler: async (_, ctx) => got.push(await ctx.dependencies().catch((error: unknown) => error)),
      dependencyResults: () => new Promise(() => undefined),
    })
    bring(['a'], 0, { options })
    await clock.settle()
    leases.find('a', '1')?.interrupt('cancelled')
    await clock.settle()
    expect(got).toMatchObject([{ code: 'CANCELLED' }])
  })
})

test('a payload that cannot be read fails the attempt, and the handler is not called', async () => {
  const { bring, clock, begun, reports } = executor({ handler: () => 1 })
  bring(['a'], 0, { fault: new RiptideError('DECRYPTION_FAILED', 'no key') })
  await clock.settle()
  expect([begun, settled(reports)]).toEqual([[], ['retry a']])
  expect(reports[0]?.settlement).toMatchObject({ error: { code: 'DECRYPTION_FAILED' } })
})
