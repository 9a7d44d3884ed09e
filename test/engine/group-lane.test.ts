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
function lane(sizeOf: (item: number) => number = () => 1) {
  const clock = new FakeClock()
  const calls: { readonly items: readonly number[]; answer(): Promise<void>; fail(): Promise<void> }[] = []
  const made = new GroupLane<number, string>({
    clock,
    limits,
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

test('nothing is answered with nothing, without a call', async () => {
  const { made, calls } = lane()
  expect(await made.push([])).toEqual([])
  expect(calls).toEqual([])
})

test('under a load that never ends what was sent is not kept', async () => {
  const answers: (() => void)[] = []
  const clock = new FakeClock()
  const made = new GroupLane<object, number>({
    clock,
    limits: { items: 10, bytes: 1_000 },
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
  push(0)
  for (let round = 1; round < 1_000; round++) {
    push(round)
    while (answers.length === 0) await nextTurn(clock)
    answers.shift()?.()
    await nextTurn(clock)
  }
  collectGarbage()
  expect(early.filter((ref) => ref.deref() !== undefined)).toEqual([])
})
