import { describe, expect, test } from 'vitest'
import { executor, leaseMs, settled } from './executor-stage.js'

const ahead = { prefetch: 3 }

describe('jobs that were claimed ahead', () => {
  test('wait until a slot is free, and begin first come first', async () => {
    const { pool, begun, reports, bring, end } = executor(ahead)
    bring(['a', 'b', 'c', 'd'])
    expect([begun, pool.busy, pool.room]).toEqual([['a'], 1, 0])
    for (const id of ['a', 'b', 'c', 'd']) {
      expect([begun.at(-1), pool.busy]).toEqual([id, 1])
      await end(id)
    }
    expect(settled(reports)).toEqual(['complete a', 'complete b', 'complete c', 'complete d'])
    expect([pool.busy, pool.room]).toEqual([0, 4])
  })

  test('are told as started when they begin', async () => {
    const { told, bring, end } = executor(ahead)
    bring(['a', 'b'])
    expect(told).toEqual(['started a'])
    await end('a')
    expect(new Set(told)).toEqual(new Set(['started a', 'completed a', 'started b']))
    await end('b')
    expect(told.slice(-1)).toEqual(['completed b'])
  })

  test('wait for their own worker, and those of another go on', async () => {
    const { pool, begun, bring, end } = executor({ count: 2, prefetch: 1 })
    bring(['a', 'b'], 0)
    bring(['x', 'y'], 1)
    expect([begun, pool.busy]).toEqual([['a', 'x'], 2])
    await end('x')
    expect(begun).toEqual(['a', 'x', 'y'])
    await end('y')
    expect([begun, pool.busy, pool.free(10)]).toEqual([['a', 'x', 'y'], 1, [1, 1]])
    await end('a')
    expect(begun).toEqual(['a', 'x', 'y', 'b'])
  })

  test('fill every slot that became free', async () => {
    const { pool, begun, bring, end } = executor({ slots: 2, prefetch: 2 })
    bring(['a', 'b', 'c', 'd'])
    await Promise.all([end('a'), end('b')])
    expect([begun, pool.busy]).toEqual([['a', 'b', 'c', 'd'], 2])
  })

  test('are not overtaken by one that is claimed while the next of them is about to begin', async () => {
    const { begun, bring, end, hog, clock } = executor(ahead)
    bring(['a', 'b', 'c'])
    hog(50)
    clock.soon(() => bring(['late']))
    await end('a')
    expect(begun).toEqual(['a', 'b'])
  })

  test('do not begin when their lease ran out behind a handler that held the event loop', async () => {
    const { begun, bring, end, hog } = executor(ahead)
    bring(['a', 'b'])
    hog(leaseMs + 1)
    await end('a')
    expect(begun).toEqual(['a'])
  })
})

describe('the event loop', () => {
  test('has a turn between two handlers that take a millisecond or more', async () => {
    const log: string[] = []
    const stage = executor({
      ...ahead,
      handler: (id) => {
        log.push(id)
        stage.hog(1)
        stage.clock.soon(() => log.push('turn'))
      },
    })
    stage.bring(['a', 'b', 'c'])
    await stage.clock.settle()
    expect(log).toEqual(['a', 'turn', 'b', 'turn', 'c', 'turn'])
  })

  test('has a turn after as many short handlers as a millisecond holds, and again after the next of them', async () => {
    const log: string[] = []
    const stage = executor({
      prefetch: 6,
      handler: (id) => {
        if (id === 'a' || id === 'd') stage.clock.soon(() => log.push('turn'))
        log.push(id)
        stage.hog(0.4)
      },
    })
    stage.bring(['a', 'b', 'c', 'd', 'e', 'f', 'g'])
    await stage.clock.settle()
    expect(log).toEqual(['a', 'b', 'c', 'turn', 'd', 'e', 'f', 'turn', 'g'])
  })
})

describe('one that waits and is taken away', () => {
  test.each(['cancelled', 'lost'] as const)(
    'as %s never begins, has its place free at once and is no zombie',
    async (reason) => {
      const { made, clock, pool, leases, begun, reports, bring, end } = executor(ahead)
      bring(['a', 'b', 'c'])
      leases.find('b', '1')?.interrupt(reason)
      expect([pool.busy, pool.room, leases.find('b', '1')]).toEqual([1, 2, undefined])
      await end('a')
      expect(begun).toEqual(['a', 'c'])
      await clock.advance(60_000)
      await end('c')
      await made.whenIdle()
      expect([made.zombies, pool.room, settled(reports)]).toEqual([0, 4, ['complete a', 'complete c']])
      expect(clock.pendingTimers).toBe(0)
    },
  )

  test('is told as lost, and not as started', () => {
    const { told, leases, bring } = executor(ahead)
    bring(['a', 'b'])
    leases.find('b', '1')?.interrupt('lost')
    expect(told).toEqual(['started a', 'lease_lost b'])
  })

  test('twice is taken away once', () => {
    const { leases, pool, bring } = executor(ahead)
    bring(['a', 'b'])
    const run = leases.find('b', '1')
    run?.interrupt('lost')
    run?.interrupt('cancelled')
    expect([pool.busy, pool.room]).toEqual([1, 3])
  })
})

describe('a stop', () => {
  test('hands those that wait back in their order when it asks those that run to end', async () => {
    const { made, pool, begun, reports, bring, end } = executor({ count: 2, ...ahead })
    bring(['a', 'b', 'c'], 0)
    bring(['x', 'y'], 1)
    made.askToStop()
    expect(settled(reports)).toEqual(['release b', 'release c', 'release y'])
    await Promise.all([end('a'), end('x')])
    await made.whenIdle()
    expect([begun, pool.room, made.zombies]).toEqual([['a', 'x'], 8, 0])
    expect(settled(reports).slice(3)).toEqual(['complete a', 'complete x'])
  })

  test('that gives up those that run hands the others back too, each once', async () => {
    const { made, clock, pool, begun, reports, bring } = executor(ahead)
    bring(['a', 'b', 'c'])
    made.askToStop()
    made.handBack()
    await clock.settle()
    await made.whenIdle()
    expect(settled(reports)).toEqual(['release b', 'release c', 'release a'])
    expect([begun, pool.room, made.zombies]).toEqual([['a'], 4, 1])
  })

  test('reports no time for those that never ran', async () => {
    const { made, clock, reports, bring } = executor(ahead)
    bring(['a', 'b'])
    await clock.advance(5_000)
    made.askToStop()
    expect(reports).toMatchObject([{ id: 'b', runMs: 0, settlement: { kind: 'release' } }])
  })
})

describe('the timeout of a job', () => {
  const options = JSON.stringify({ timeoutMs: 800 })

  test('counts from when it begins, however long it waited', async () => {
    const { clock, reports, bring, end } = executor(ahead)
    bring(['a'])
    bring(['b'], 0, { options })
    await clock.advance(5_000)
    await end('a')
    await clock.advance(799)
    await end('b')
    expect(settled(reports)).toEqual(['complete a', 'complete b'])
    expect(reports.map(({ runMs }) => runMs)).toEqual([5_000, 799])
  })

  test('ends it at that time, and gives its slot to the next when its grace is over', async () => {
    const { made, clock, begun, reports, bring, end } = executor(ahead)
    bring(['a', 'b', 'c'], 0, { options })
    await clock.advance(800)
    expect([settled(reports), begun]).toEqual([['retry a'], ['a']])
    await clock.advance(1_000)
    expect([begun, made.zombies]).toEqual([['a', 'b'], 1])
    await end('a')
    expect([begun, made.zombies]).toEqual([['a', 'b'], 0])
    await end('b')
    expect(begun).toEqual(['a', 'b', 'c'])
  })
})
