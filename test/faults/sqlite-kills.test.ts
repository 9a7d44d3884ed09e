import { setTimeout as pause } from 'node:timers/promises'
import { beforeAll, expect, test } from 'vitest'
import { describeOn, nodeForSharing } from '../nodes/other-node.js'
import { until, seeded } from './patience.js'
import { contentsOf } from './sqlite-contents.js'
import { SqliteHand } from './sqlite-hand.js'
import { SqliteLoops, missing } from './sqlite-loops.js'

let hand: SqliteHand

describeOn(nodeForSharing())('processes that write to one file without a pause', () => {
  beforeAll(() => {
    hand = new SqliteHand({ isLasting: true })
  })

  test(
    'lose nothing that was acknowledged in 500 kills in the middle of a transaction (seeds 1 to 4)',
    { timeout: 180_000 },
    async () => {
      await Promise.all([1, 2, 3, 4].map((seed) => killsInTurn(seed, { processes: 1, kills: 125 })))
    },
  )

  test(
    'lose nothing that was acknowledged when they are killed four at a time (seed 5)',
    { timeout: 120_000 },
    () => killsInTurn(5, { processes: 4, kills: 20 }),
  )

  test(
    'never meet a busy file, and none starves, though there are eight of them',
    { timeout: 120_000 },
    async () => {
      const loops = new SqliteLoops()
      const eight = await Promise.all(Array.from({ length: 8 }, () => loops.start()))
      const shares = (): number[] => {
        const all = loops.acknowledged()
        return eight.map((one) => all.filter(({ ids }) => one.made(ids[0])).length)
      }
      const sum = (calls: readonly number[]): number => calls.reduce((all, one) => all + one, 0)
      // Who was started first has written before the others could.
      const early = shares()
      await until('each has written a lot', () => sum(shares()) - sum(early) > 3000, 90_000)
      const calls = shares().map((all, n) => all - (early[n] ?? 0))
      for (const { child } of eight) await child.ask('stop')
      expect(loops.errors()).toEqual([])
      expect(Math.min(...calls)).toBeGreaterThan(Math.max(...calls) / 3)
      const contents = await contentsOf(hand, loops.path)
      expect(contents.wrongs).toEqual([])
      expect(missing(loops.acknowledged(), contents)).toEqual([])
    },
  )
})

// -------------------------------------------------------------------------------------------------------------------

/** Starts processes and kills them, again and again, until so many have been killed in the middle of a transaction. */
async function killsInTurn(
  seed: number,
  { processes, kills }: { readonly processes: number; readonly kills: number },
): Promise<void> {
  const random = seeded(seed)
  const loops = new SqliteLoops()
  let cut = 0
  while (cut < kills) {
    const some = await Promise.all(Array.from({ length: processes }, () => loops.start()))
    await pause(10 + random() * 50)
    await Promise.all(some.map(({ child }) => child.kill()))
    cut += some.filter((one) => one.isWriting()).length
  }
  expect(loops.errors()).toEqual([])
  const contents = await contentsOf(hand, loops.path)
  expect(contents.wrongs).toEqual([])
  expect(missing(loops.acknowledged(), contents)).toEqual([])
}
