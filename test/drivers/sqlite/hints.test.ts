import { beforeEach, describe, expect, test } from 'vitest'
import type { EndedJob, Hint, MovedJob } from '../../../src/core/queue-adapter.js'
import { type Addressee, Hints, type Neighbourhood, type Post } from '../../../src/drivers/sqlite/hints.js'

let hints: Hints
let posts: Post[]

beforeEach(() => {
  posts = []
  hints = new Hints({ deliver: (some) => posts.push(...some) })
  hints.setAudience({ instances: ['a', 'b', 'c'], ends: true, moves: true })
})

/** Each call is a step of one transaction. */
async function commit(...steps: readonly (() => void)[]): Promise<void> {
  hints.begin()
  for (const step of steps) {
    hints.beginStep()
    step()
  }
  hints.commit()
  await delivered()
}

function delivered(): Promise<void> {
  return new Promise((resolve) => queueMicrotask(() => queueMicrotask(resolve)))
}

function wait(...instances: readonly string[]): Promise<void> {
  return commit(...instances.map((instance) => () => hints.waits(instance, ['work'])))
}

function toldTo(to: Addressee, kind: Hint['kind']): number {
  return posts.filter((post) => JSON.stringify(post.to) === JSON.stringify(to) && post.hint.kind === kind)
    .length
}

function worksTold(): readonly number[] {
  return ['a', 'b', 'c'].map((instance) => toldTo({ instance }, 'work'))
}

const ended = (id: string): EndedJob => ({ id, type: 'work', status: 'completed' })
const moved = (id: string): MovedJob => ({ id, type: 'work', status: 'processing' })

describe('a hint of work', () => {
  test('goes to as many waiting instances as there are jobs, who waits longest first', async () => {
    await wait('b', 'a', 'c')
    await commit(() => hints.readied('work', 2))
    expect(worksTold()).toEqual([1, 1, 0])
    await commit(() => hints.readied('work', 5))
    expect(worksTold()).toEqual([1, 1, 1])
  })

  test('goes only to who takes the type', async () => {
    await wait('a')
    await commit(() => hints.waits('b', ['other', 'more']))
    await commit(() => hints.readied('more'))
    expect(worksTold()).toEqual([0, 1, 0])
  })

  test('does not come for what was claimed in the same step', async () => {
    await wait('a')
    await commit(() => {
      hints.readied('work')
      hints.readied('work', -1)
    })
    expect(worksTold()).toEqual([0, 0, 0])
  })

  test('is not spent by a claim of what was ready before', async () => {
    await wait('a')
    await commit(() => {
      hints.readied('work', -1)
      hints.readied('work')
    })
    expect(worksTold()).toEqual([1, 0, 0])
  })

  test('does not come to an instance for what its own step made ready', async () => {
    await commit(() => {
      hints.waits('a', ['work'])
      hints.readied('work')
    })
    expect(worksTold()).toEqual([0, 0, 0])
  })

  test('comes to an instance that began to wait earlier in the same transaction', async () => {
    await commit(
      () => hints.waits('a', ['work']),
      () => hints.readied('work'),
    )
    expect(worksTold()).toEqual([1, 0, 0])
  })

  test('does not come to an instance that has stopped waiting, or listening', async () => {
    await wait('a', 'b')
    await commit(() => hints.stopsWaiting('a'))
    hints.setAudience({ instances: ['a', 'c'], ends: false, moves: false })
    await commit(() => hints.readied('work', 2))
    expect(worksTold()).toEqual([0, 0, 0])
  })
})

describe('news', () => {
  test('of a step that failed is dropped, and that of the others stands', async () => {
    hints.begin()
    hints.beginStep()
    hints.ended(ended('one'))
    hints.beginStep()
    hints.ended(ended('two'))
    hints.waits('a', ['work'])
    hints.schedulesChanged()
    hints.dropStep()
    hints.beginStep()
    hints.ended(ended('three'))
    hints.commit()
    await delivered()
    expect(posts).toEqual([{ to: 'ends', hint: { kind: 'ended', jobs: [ended('one'), ended('three')] } }])
    expect([...hints.waiting.keys()]).toEqual([])
  })

  test('of a transaction that was rolled back is dropped', async () => {
    hints.begin()
    hints.beginStep()
    hints.interrupted('a', { id: 'one', fence: '1', reason: 'lost' })
    hints.beginStep()
    hints.moved(moved('one'))
    hints.rollback()
    await commit(() => undefined)
    expect(posts).toEqual([])
  })

  test('is told after the commit, and not in the middle of it', async () => {
    hints.begin()
    hints.beginStep()
    hints.ended(ended('one'))
    hints.commit()
    expect(posts).toEqual([])
    await delivered()
    expect(posts).toHaveLength(1)
  })

  test('of several steps keeps their order: what ended and came back ended first', async () => {
    await commit(
      () => hints.ended(ended('one')),
      () => hints.ended(ended('two')),
      () => hints.moved(moved('one')),
      () => hints.ended(ended('one')),
    )
    expect(posts.map(({ hint }) => hint.kind)).toEqual(['ended', 'moved', 'ended'])
  })

  test('of runs that were taken away goes to their instance, those of a step together', async () => {
    await commit(() => {
      hints.interrupted('a', { id: 'one', fence: '1', reason: 'lost' })
      hints.interrupted('b', { id: 'two', fence: '2', reason: 'cancelled' })
      hints.interrupted('a', { id: 'three', fence: '3', reason: 'cancelled' })
    })
    expect(posts).toEqual([
      {
        to: { instance: 'a' },
        hint: {
          kind: 'interrupt',
          leases: [
            { id: 'one', fence: '1', reason: 'lost' },
            { id: 'three', fence: '3', reason: 'cancelled' },
          ],
        },
      },
      {
        to: { instance: 'b' },
        hint: { kind: 'interrupt', leases: [{ id: 'two', fence: '2', reason: 'cancelled' }] },
      },
    ])
  })

  test('is not even collected when nobody asks for it', async () => {
    hints.setAudience({ instances: [], ends: false, moves: false })
    expect([hints.wantsEnds, hints.wantsMoves]).toEqual([false, false])
    await commit(
      () => hints.ended(ended('one')),
      () => hints.moved(moved('one')),
      () => hints.schedulesChanged(),
    )
    expect(posts).toEqual([])
  })
})

describe('the neighbours', () => {
  let told: string[]
  const neighbourhood: Neighbourhood = {
    wantsEnds: true,
    wantsMoves: false,
    wake: (type, count) => told.push(`wake ${count} ${type}`),
    ended: (jobs) => told.push(`ended ${jobs.map(({ id }) => id).join()}`),
    moved: () => told.push('moved'),
    interrupted: (instance) => told.push(`interrupted ${instance}`),
    schedulesChanged: () => told.push('schedules'),
    waiting: (waiting) => told.push(`waiting ${[...waiting.keys()].join()}`),
    audience: ({ instances }) => told.push(`audience ${instances.join()}`),
  }

  beforeEach(() => {
    told = []
    hints.join(neighbourhood)
  })

  test('get what is left of the work when everyone who waits here has some', async () => {
    await wait('a')
    await commit(() => hints.readied('work', 3))
    expect(worksTold()).toEqual([1, 0, 0])
    expect(told).toEqual(['waiting a', 'wake 2 work', 'waiting '])
  })

  test('are asked for instances that are not here, and told of ends when they want them', async () => {
    hints.setAudience({ instances: ['a'], ends: false, moves: false })
    await commit(() => {
      hints.interrupted('a', { id: 'one', fence: '1', reason: 'lost' })
      hints.interrupted('z', { id: 'two', fence: '2', reason: 'lost' })
      hints.ended(ended('one'))
      hints.moved(moved('two'))
      hints.schedulesChanged()
    })
    expect(told.filter((line) => !line.startsWith('waiting'))).toEqual([
      'audience a',
      'interrupted z',
      'schedules',
      'ended one',
    ])
    expect(posts.map(({ hint }) => hint.kind)).toEqual(['interrupt', 'schedules'])
  })

  test('wake an instance that waits, or another of the type in its place, or nobody', async () => {
    await wait('a', 'b')
    expect(hints.wake('b', 'work')).toBe(true)
    expect(hints.wake('b', 'work')).toBe(true)
    expect(hints.wake('b', 'work')).toBe(false)
    await delivered()
    expect(worksTold()).toEqual([1, 1, 0])
  })
})
