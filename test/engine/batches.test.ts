import { describe, expect, test } from 'vitest'
import { PermanentError, RetryAfterError } from '../../src/index.js'
import type { JobContext } from '../../src/index.js'
import { deferred } from '../../src/core/abort.js'
import { writeSettings } from '../../src/core/job-view.js'
import { defaultRetry } from '../../src/core/retry.js'
import { batches } from './batch-stage.js'
import { settled } from './executor-stage.js'

const ids = (contexts: readonly JobContext[]): string[] => contexts.map(({ job }) => job.id)
const echo = (_: readonly unknown[], contexts: readonly JobContext[]): unknown => ids(contexts)
const paid = (payload: unknown) => ({ payload: JSON.stringify(payload) })

describe('a batch', () => {
  test('begins with what came together', async () => {
    const { bring, calls, clock, reports, pool } = batches({ batch: { size: 10 }, handler: echo })
    bring(['a', 'b'])
    bring(['c'])
    expect([calls, pool.busy]).toEqual([[], 0])
    await clock.settle()
    expect([calls, pool.busy]).toEqual([['a b c'], 0])
    expect(reports.map(({ settlement }) => settlement)).toEqual(
      ['a', 'b', 'c'].map((id) => ({ kind: 'complete', result: { inline: `"${id}"` } })),
    )
  })

  test('begins at once when it is full, and what is left over begins another', async () => {
    const { bring, calls, clock } = batches({ batch: { size: 2, maxWaitMs: 1_000 }, handler: echo })
    bring(['a', 'b', 'c'])
    await clock.settle()
    expect(calls).toEqual(['a b'])
    await clock.advance(999)
    expect(calls).toEqual(['a b'])
    await clock.advance(1)
    expect(calls).toEqual(['a b', 'c'])
  })

  test('waits for others from its first job on', async () => {
    const { bring, calls, clock } = batches({ batch: { size: 10, maxWaitMs: 500 }, handler: echo })
    bring(['a'])
    await clock.advance(400)
    bring(['b'])
    await clock.advance(100)
    expect(calls).toEqual(['a b'])
    expect(clock.pendingTimers).toBe(0)
  })

  test('is told of job by job', async () => {
    const { bring, told, clock, pool } = batches({ batch: { size: 2 }, handler: echo })
    bring(['a', 'b'])
    await clock.settle()
    expect([...told].sort()).toEqual(['completed a', 'completed b', 'started a', 'started b'])
    expect([pool.busy, pool.room]).toEqual([0, 100])
  })
})

describe('each job of a batch', () => {
  test('ends by its own entry', async () => {
    const { bring, clock, reports } = batches({
      batch: { size: 4 },
      handler: () => [1, new Error('no'), new PermanentError('never'), new RetryAfterError(5_000)],
    })
    bring(['a', 'b', 'c', 'd'])
    await clock.settle()
    expect(settled(reports).toSorted()).toEqual(['complete a', 'fail c', 'retry b', 'retry d'])
    expect(reports.find(({ id }) => id === 'd')?.settlement).toMatchObject({ afterMs: 5_000 })
  })

  test('may be answered by a promise of its own', async () => {
    const { bring, clock, reports } = batches({
      batch: { size: 2 },
      handler: () => [Promise.resolve(1), Promise.reject(new Error('no'))],
    })
    bring(['a', 'b'])
    await clock.settle()
    expect(settled(reports).toSorted()).toEqual(['complete a', 'retry b'])
  })

  test('fails when the handler throws', async () => {
    const { bring, clock, reports } = batches({
      batch: { size: 2 },
      handler: () => {
        throw new PermanentError('none of them')
      },
    })
    bring(['a', 'b'])
    await clock.settle()
    expect(settled(reports)).toEqual(['fail a', 'fail b'])
  })

  test.each([[['only one']], ['text'], [undefined]])(
    'fails when the handler does not say what became of each: %j',
    async (answer) => {
      const { bring, clock, reports } = batches({ batch: { size: 2 }, handler: () => answer })
      bring(['a', 'b'])
      await clock.settle()
      expect(settled(reports)).toEqual(['retry a', 'retry b'])
      expect(reports[0]?.settlement).toMatchObject({
        error: { code: 'JOB_FAILED', message: expect.stringContaining('each of its 2 payloads') as unknown },
      })
    },
  )

  test('is looked at by itself: one whose payload does not fit hinders no other', async () => {
    const { bring, clock, calls, reports } = batches({
      batch: { size: 3 },
      validate: async (value) => {
        await Promise.resolve()
        return typeof value === 'number' ? { value: value + 1 } : { issues: [{ message: 'no number' }] }
      },
      handler: (payloads) => payloads,
    })
    bring(['a'], 0, paid(1))
    bring(['b'], 0, paid('x'))
    bring(['c'], 0, paid(2))
    await clock.settle()
    expect(calls).toEqual(['a c'])
    expect(settled(reports).toSorted()).toEqual(['complete a', 'complete c', 'fail b'])
    expect(reports.find(({ id }) => id === 'c')?.settlement).toMatchObject({ result: { inline: '3' } })
  })

  test('holds up no other while its payload is looked at', async () => {
    const { bring, clock, calls, reports } = batches({
      batch: { size: 2 },
      validate: (value) => (value === 'hangs' ? new Promise(() => undefined) : { value }),
      handler: (payloads) => payloads,
    })
    const timed = writeSettings({ retry: defaultRetry, timeoutMs: 1_000, metadata: {} })
    bring(['a'], 0, { ...paid('hangs'), options: timed })
    bring(['b'], 0, paid(2))
    await clock.advance(1_000)
    expect(calls).toEqual(['b'])
    expect(settled(reports).toSorted()).toEqual(['complete b', 'retry a'])
  })

  test('that rejects with too many others ends no process', async () => {
    const { bring, clock, reports } = batches({
      batch: { size: 1 },
      handler: () => [Promise.reject(new Error('no')), Promise.reject(new Error('neither'))],
    })
    bring(['a'])
    await clock.settle()
    expect(settled(reports)).toEqual(['retry a'])
  })

  test('is not in it when no payload fits', async () => {
    const refuse = () => ({ issues: [{ message: 'no' }] })
    const { bring, clock, calls, reports } = batches({
      batch: { size: 2 },
      validate: refuse,
      handler: echo,
    })
    bring(['a', 'b'])
    await clock.settle()
    expect([calls, settled(reports)]).toEqual([[], ['fail a', 'fail b']])
  })

  test('is cancelled by itself', async () => {
    const end = deferred<unknown[]>()
    const contexts: JobContext[] = []
    const { bring, clock, leases, reports, told } = batches({
      batch: { size: 2 },
      handler: (_, all) => (contexts.push(...all), end.promise),
    })
    bring(['a', 'b'])
    await clock.settle()
    leases.find('a', '1')?.interrupt('cancelled')
    expect(contexts.map(({ signal }) => signal.aborted)).toEqual([true, false])
    end.resolve([1, 2])
    await clock.settle()
    expect(settled(reports)).toEqual(['complete b'])
    expect(told).not.toContain('completed a')
  })

  test('has its own timeout, progress and log', async () => {
    const end = deferred<unknown[]>()
    const { bring, clock, leases, reports, calls } = batches({
      batch: { size: 2 },
      handler: (_, all) => {
        all[1]?.log('second')
        return end.promise
      },
    })
    bring(['slow'], 0, { options: JSON.stringify({ timeoutMs: 100 }) })
    bring(['b'])
    await clock.settle()
    expect(calls).toEqual(['slow b'])
    expect(leases.find('b', '1')?.readNews().news.lines).toEqual(['second'])
    await clock.advance(100)
    expect(settled(reports)).toEqual(['retry slow'])
    end.resolve([1, 2])
    await clock.settle()
    expect(settled(reports)).toEqual(['retry slow', 'complete b'])
  })
})

describe('a job that waits for its batch', () => {
  test('is not in it when it was cancelled meanwhile', async () => {
    const { bring, clock, calls, leases, pool } = batches({
      batch: { size: 9, maxWaitMs: 50 },
      handler: echo,
    })
    bring(['a', 'b'])
    leases.find('a', '1')?.interrupt('cancelled')
    expect(pool.room).toBe(99)
    await clock.advance(50)
    expect(calls).toEqual(['b'])
  })

  test('leaves no timer when all have gone', async () => {
    const { bring, clock, leases } = batches({ batch: { size: 9, maxWaitMs: 50 }, handler: echo })
    bring(['a'])
    leases.find('a', '1')?.interrupt('lost')
    await clock.settle()
    expect(clock.pendingTimers).toBe(0)
  })

  test('is handed back at once by a stop', async () => {
    const { bring, made, clock, calls, reports } = batches({
      batch: { size: 9, maxWaitMs: 50 },
      handler: echo,
    })
    bring(['a', 'b'])
    made.handBackWaiting()
    await clock.advance(50)
    expect([calls, settled(reports)]).toEqual([[], ['release a', 'release b']])
  })

  test('is handed back when its lease ran out before it began', async () => {
    const { bring, clock, calls, reports, hog } = batches({ batch: { size: 9 }, handler: echo })
    bring(['a'])
    hog(10_001)
    await clock.settle()
    expect([calls, settled(reports)]).toEqual([[], ['release a']])
  })
})
