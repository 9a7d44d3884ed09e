import { beforeEach, describe, expect, test } from 'vitest'
import type { Hint } from '../../../src/core/queue-adapter.js'
import { Store, completed, failed, job, outcome } from './store.js'

let store: Store

beforeEach(async () => {
  store = await Store.open()
})

function listen(instance: string | null): Hint[] {
  const heard: Hint[] = []
  store.queue.subscribe(instance, (hint) => heard.push(hint))
  return heard
}

function works(heard: readonly Hint[]): number {
  return heard.filter((hint) => hint.kind === 'work').length
}

/** Hints come in a microtask, which has run when the next turn begins. */
function delivered(): Promise<void> {
  return new Promise((resolve) => queueMicrotask(() => queueMicrotask(resolve)))
}

describe('a work hint', () => {
  test('goes to as many waiting instances as there is work for, and to no other', async () => {
    const heard = ['a', 'b', 'c', 'd'].map(listen)
    for (const instance of ['a', 'b']) await store.cycle({ instance, slots: 1 })
    await store.cycle({ instance: 'c', slots: 1, types: ['other'] })
    await store.cycle({ instance: 'd', slots: 0 })
    await store.add('one')
    await delivered()
    expect(heard.map(works)).toEqual([1, 0, 0, 0])
    await store.add('two')
    await delivered()
    expect(heard.map(works)).toEqual([1, 1, 0, 0])
  })

  test('comes once until the instance has looked again', async () => {
    const heard = listen('a')
    await store.cycle({ slots: 1 })
    await store.add('one')
    await store.add('two')
    await delivered()
    expect(works(heard)).toBe(1)
  })

  test('comes when a job falls due before everything else, or nobody would look in time', async () => {
    const heard = listen('a')
    await store.cycle({ slots: 1 })
    await store.queue.submit([job('later', { delayMs: 50 })])
    await delivered()
    expect(works(heard)).toBe(1)
    await store.cycle({ slots: 1 })
    await store.queue.submit([job('latest', { delayMs: 60 })])
    await delivered()
    expect(works(heard)).toBe(1)
  })

  test('comes when one instance makes ready what another can take', async () => {
    const heard = listen('a')
    await store.queue.submit([job('one', { delayMs: 5 }), job('two', { delayMs: 5 })])
    await store.cycle({ slots: 1 })
    store.now += 5
    await store.cycle({ instance: 'b', slots: 1 })
    await delivered()
    expect(works(heard)).toBe(1)
  })

  test('does not come for what was claimed in the same step', async () => {
    const heard = listen('a')
    await store.queue.submit([job('one', { delayMs: 5 })])
    await store.cycle({ slots: 1 })
    store.now += 5
    await store.cycle({ instance: 'b', slots: 1 })
    await delivered()
    expect(works(heard)).toBe(0)
  })

  test('comes when a cancel leaves someone to be told that the way is free', async () => {
    await store.schedule()
    await store.fire(store.now, 'one')
    store.now += 1
    await store.fire(store.now, 'two')
    await store.claimOne()
    const heard = listen('b')
    await store.cycle({ instance: 'b', slots: 1 })
    await store.cancel('one')
    await delivered()
    expect(works(heard)).toBe(1)
  })
})

describe('the other hints', () => {
  test('tell the owner of a run that it was taken away', async () => {
    const [owner, other] = [listen('a'), listen('b')]
    await store.add('one', 'two')
    const claims = await store.claim(2)
    await store.cancel('one')
    store.now += 10_000
    await store.cycle({ instance: 'b' })
    await delivered()
    const [first, second] = claims.map(({ id, fence }) => ({ id, fence }))
    expect(owner.filter((hint) => hint.kind === 'interrupt')).toEqual([
      { kind: 'interrupt', leases: [{ ...first, reason: 'cancelled' }] },
      { kind: 'interrupt', leases: [{ ...second, reason: 'lost' }] },
    ])
    expect(other.filter((hint) => hint.kind === 'interrupt')).toEqual([])
  })

  test('tell those who ask for ends which jobs have ended, those of one step together, and no instance', async () => {
    const [instance, ...heard] = [listen('a'), listen(null), listen(null)]
    await store.add('one', 'two')
    const claims = await store.claim(2)
    await store.cycle({
      outcomes: claims.map((claim, i) => outcome(claim, i === 0 ? completed : failed)),
    })
    await delivered()
    for (const hints of heard)
      expect(hints).toContainEqual({
        kind: 'ended',
        jobs: [
          { id: 'one', type: 'work', status: 'completed' },
          { id: 'two', type: 'work', status: 'dead_letter' },
        ],
      })
    expect(instance).toEqual([])
  })

  test('tell every instance that schedules changed, and only then', async () => {
    const heard = listen('a')
    await store.schedule()
    await store.schedule()
    await store.queue.removeSchedule('s', 'one')
    await store.queue.removeSchedule('s', 'one')
    await store.queue.removeSchedule('s', 'two')
    await delivered()
    expect(heard).toEqual([{ kind: 'schedules' }, { kind: 'schedules' }])
  })

  test('never come in the middle of a step, and reach the others when one listener throws', async () => {
    store.queue.subscribe(null, () => {
      throw new Error('broken listener')
    })
    const heard = listen(null)
    const added = store.add('one')
    const cancelled = store.cancel('one')
    expect(heard).toEqual([])
    await Promise.all([added, cancelled])
    await delivered()
    expect(heard).toEqual([{ kind: 'ended', jobs: [{ id: 'one', type: 'work', status: 'cancelled' }] }])
  })

  test('stop when the subscription does, also for hints that are under way', async () => {
    const heard: Hint[] = []
    const stop = store.queue.subscribe('a', (hint) => heard.push(hint))
    const others = listen('a')
    const added = store.schedule()
    stop()
    stop()
    await added
    await delivered()
    expect(heard).toEqual([])
    expect(others).toEqual([{ kind: 'schedules' }])
  })
})

describe('the instances', () => {
  test('are those heard of within ten leases, healthy within one', async () => {
    await store.renew([], { id: 'a' })
    store.now += 9_999
    expect(await store.queue.instances()).toMatchObject([
      { id: 'a', healthy: true, heartbeatAt: store.now - 9_999 },
    ])
    store.now += 1
    expect(await store.queue.instances()).toMatchObject([{ id: 'a', healthy: false }])
    store.now += 89_999
    expect(await store.queue.instances()).toHaveLength(1)
    store.now += 1
    expect(await store.queue.instances()).toEqual([])
  })

  test('are forgotten when they leave', async () => {
    await store.renew([], { id: 'a' })
    await store.queue.leave('a')
    expect(await store.queue.instances()).toEqual([])
  })
})

test('the clock of a test leaves with the last service that is closed', async () => {
  await store.add('one')
  await store.queue.close()
  await store.add('two')
  expect((await store.get('one')).createdAt).toBe(1_000_000)
  expect((await store.get('two')).createdAt).toBeGreaterThan(1_600_000_000_000)
})
