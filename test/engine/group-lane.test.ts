import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { deferred } from '../../src/core/abort.js'
import { nextTurn } from '../../src/core/clock.js'
import { GroupLane } from '../../src/engine/group-lane.js'
import { FakeClock } from '../../src/testing/fake-clock.js'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const limits = { items: 3, bytes: 100 }

/** A lane whose calls the test answers one by one. */
function lane(sizeOf: (item: number) => number = () => 1, inFlight = 1) {
  const clock = new FakeClock()
  const calls: { readonly items: readonly number[]; answer(): Promise<void>; fail(): Promise<void> }[] = []
  const made = new GroupLane<number, string>({
    clock,
    limits: { ...limits, inFlight },
    sizeOf,
    send: (items) => {
      const { promise, resolve, reject } = deferred<readonly string[]>()
      calls.push({
        items,
        answer: () => (resolve(items.map((item) => `did ${item}`)), clock.settle()),
        fail: () => (reject(new Error('no')), clock.settle()),
      })
      return promise
    },
  })
  return { made, calls, clock }
}

/** One whose store takes two calls at once. */
const wideLane = (sizeOf?: (item: number) => number) => lane(sizeOf, 2)

test('one call is under way at a time, and what comes meanwhile goes with the next', async () => {
  const { made, calls, clock } = lane()
  const first = made.push([1])
  await clock.settle()
  const later = [made.push([2]), made.push([3])]
  await clock.settle()
  expect(calls.map((call) => call.items)).toEqual([[1]])
  await calls[0]?.answer()
  expect(calls.map((call) => call.items)).toEqual([[1], [2, 3]])
  await calls[1]?.answer()
  expect(await Promise.all([first, ...later])).toEqual([['did 1'], ['did 2'], ['did 3']])
})

test('a group that is larger than a step is answered whole, in its order', async () => {
  const { made, calls, clock } = lane()
  const group = made.push([1, 2, 3, 4, 5])
  await clock.settle()
  for (let i = 0; i < 2; i++) await calls[i]?.answer()
  expect(calls.map((call) => call.items)).toEqual([
    [1, 2, 3],
    [4, 5],
  ])
  expect(await group).toEqual([1, 2, 3, 4, 5].map((n) => `did ${n}`))
})

test('a step keeps to its bytes, and an item beyond them goes alone', async () => {
  const { made, calls, clock } = lane((item) => item)
  const group = made.push([60, 50, 500, 10])
  await clock.settle()
  for (let i = 0; i < 4; i++) await calls[i]?.answer()
  expect(calls.map((call) => call.items)).toEqual([[60], [50], [500], [10]])
  await group
})

test('a failure is that of the items it carried, and the lane goes on', async () => {
  const { made, calls, clock } = lane()
  const first = made.push([1]).catch((error: unknown) => (error as Error).message)
  await clock.settle()
  const second = made.push([2])
  await calls[0]?.fail()
  await calls[1]?.answer()
  expect([await first, await second]).toEqual(['no', ['did 2']])
})

test('where the store takes two calls at once, a further one leaves as soon as a full step waits', async () => {
  const { made, calls, clock } = wideLane()
  const first = made.push([1])
  await clock.settle()
  const second = [made.push([2]), made.push([3])]
  await clock.settle()
  expect(calls.map((call) => call.items)).toEqual([[1]])
  second.push(made.push([4]))
  await clock.settle()
  expect(calls.map((call) => call.items)).toEqual([[1], [2, 3, 4]])
  await calls[1]?.answer()
  expect(await Promise.all(second)).toEqual([['did 2'], ['did 3'], ['did 4']])
  await calls[0]?.answer()
  expect(await first).toEqual(['did 1'])
})

test('a step is also full by its bytes', async () => {
  const { made, calls, clock } = wideLane((item) => item)
  void made.push([1])
  await clock.settle()
  void made.push([60])
  await clock.settle()
  expect(calls.map((call) => call.items)).toEqual([[1]])
  void made.push([50])
  await clock.settle()
  // The 50 did not fit, and fills no step by itself.
  expect(calls.map((call) => call.items)).toEqual([[1], [60]])
})

test('where the store takes one call at a time, a full step waits too', async () => {
  const { made, calls, clock } = lane()
  void made.push([1])
  await clock.settle()
  void made.push([2, 3, 4, 5])
  await clock.settle()
  expect(calls.map((call) => call.items)).toEqual([[1]])
  await calls[0]?.answer()
  expect(calls.map((call) => call.items)).toEqual([[1], [2, 3, 4]])
})

test('never are more calls under way than the store takes, and less than a step waits for the last of them', async () => {
  const { made, calls, clock } = wideLane()
  void made.push([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  await clock.settle()
  expect(calls.map((call) => call.items)).toEqual([
    [1, 2, 3],
    [4, 5, 6],
  ])
  await calls[1]?.answer()
  expect(calls.slice(2).map((call) => call.items)).toEqual([[7, 8, 9]])
  await calls[0]?.answer()
  expect(calls).toHaveLength(3)
  await calls[2]?.answer()
  expect(calls.slice(3).map((call) => call.items)).toEqual([[10]])
})

test('a group that goes with several calls is answered in its order, whichever of them ends first', async () => {
  const { made, calls, clock } = wideLane()
  const group = made.push([1, 2, 3, 4, 5, 6])
  await clock.settle()
  await calls[1]?.answer()
  await calls[0]?.answer()
  expect(await group).toEqual([1, 2, 3, 4, 5, 6].map((n) => `did ${n}`))
})

test('of several calls under way one that fails takes none of the others along', async () => {
  const { made, calls, clock } = wideLane()
  const told = (items: readonly number[]): Promise<unknown> =>
    made.push(items).catch((error: unknown) => (error as Error).message)
  const groups = [told([1, 2]), told([3, 4]), told([5, 6]), told([7])]
  await clock.settle()
  await calls[0]?.fail()
  await calls[1]?.answer()
  await calls[2]?.answer()
  expect(calls.map((call) => call.items)).toEqual([[1, 2, 3], [4, 5, 6], [7]])
  // What 3 went with has failed, so its group has, although 4 was done.
  expect(await Promise.all(groups)).toEqual(['no', 'no', ['did 5', 'did 6'], ['did 7']])
})

test('under load the calls leave in the order of the items, never more at once than the store takes', async () => {
  const { made, calls, clock } = wideLane()
  const items = Array.from({ length: 600 }, (_, i) => i)
  const answers: Promise<readonly string[]>[] = []
  const open: typeof calls = []
  let seen = 0
  const look = (): void => {
    open.push(...calls.slice(seen))
    seen = calls.length
    expect(open.length).toBeLessThanOrEqual(2)
  }
  for (let from = 0, round = 0; from < items.length; round++) {
    const size = 1 + (round % 5)
    answers.push(made.push(items.slice(from, (from += size))))
    await clock.settle()
    look()
    await open.splice((round * round) % open.length, 1)[0]?.answer()
    look()
  }
  for (; open.length > 0; look()) await open.pop()?.answer()
  expect(calls.flatMap((call) => call.items)).toEqual(items)
  expect((await Promise.all(answers)).flat()).toEqual(items.map((item) => `did ${item}`))
})

test('nothing is answered with nothing, without a call', async () => {
  const { made, calls } = lane()
  expect(await made.push([])).toEqual([])
  expect(calls).toEqual([])
})

test.each([1, 2])(
  'under a load that never ends what was sent is not kept, with %i calls at once',
  async (inFlight) => {
    const answers: (() => void)[] = []
    const clock = new FakeClock()
    const made = new GroupLane<object, number>({
      clock,
      limits: { items: 10, bytes: 1_000, inFlight },
      sizeOf: () => 1,
      send: (items) => new Promise((resolve) => answers.push(() => resolve(items.map(() => 1)))),
    })
    const early: WeakRef<object>[] = []
    const push = (round: number): void => {
      const items = Array.from({ length: 10 }, () => ({}))
      if (round < 100) early.push(...items.map((item) => new WeakRef(item)))
      void made.push(items)
    }
    // The next ones come before a call is answered: the lane is never empty.
    for (let round = 0; round < inFlight; round++) push(round)
    for (let round = inFlight; round < 1_000; round++) {
      push(round)
      while (answers.length === 0) await nextTurn(clock)
      answers.shift()?.()
      await nextTurn(clock)
    }
    collectGarbage()
    expect(early.filter((ref) => ref.deref() !== undefined)).toEqual([])
  },
)
