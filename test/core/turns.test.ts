import { expect, test } from 'vitest'
import { createTurns } from '../../src/core/turns.js'

/** A clock whose turns of the event loop come by hand, and whose time passes with the work. */
function clockByHand() {
  const soon: (() => void)[] = []
  let now = 0
  return {
    clock: { monotonic: () => now, soon: (run: () => void) => (soon.push(run), () => undefined) },
    work: (ms: number) => void (now += ms),
    async turn() {
      for (const run of soon.splice(0)) run()
      await new Promise(setImmediate)
    },
  }
}

async function served(turnMs: number, workMs: number): Promise<number[]> {
  const { clock, work, turn } = clockByHand()
  const takeTurn = createTurns(clock, turnMs)
  let done = 0
  for (let i = 0; i < 6; i++)
    void takeTurn().then(() => {
      work(workMs)
      done++
    })
  const counts: number[] = []
  await new Promise(setImmediate)
  while (done < 6) {
    await turn()
    counts.push(done)
  }
  return counts
}

test('one has a turn to itself where turns have no length', async () => {
  expect(await served(0, 0)).toEqual([1, 2, 3, 4, 5, 6])
})

test('so many work in a turn as fit into it, and at least one', async () => {
  expect(await served(2, 1)).toEqual([2, 4, 6])
  expect(await served(2, 5)).toEqual([1, 2, 3, 4, 5, 6])
})

test('whoever comes later, while there is time in the turn, waits for no other', async () => {
  const { clock, turn } = clockByHand()
  const takeTurn = createTurns(clock, 2)
  const first = takeTurn()
  await new Promise(setImmediate)
  await turn()
  await first
  await takeTurn()
})
