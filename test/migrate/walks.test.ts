import { expect, test } from 'vitest'
import { migrate } from '../../src/index.js'
import { Stage } from '../../src/testing/contract/stage.js'
import { walk } from '../../src/testing/contract/walk.js'
import { stepsOf } from '../../src/testing/contract/walk-steps.js'
import { contentsOf, nothing, opened } from './cargo.js'
import { stores, ways } from './stores.js'

const seeds = [101, 102, 103, 104]

test.each(ways)('whatever was done to a %s queue, it is the same as a %s queue', async (from, to) => {
  for (const seed of seeds) {
    const [here, there] = [await stores[from](), await stores[to]()]
    const stage = await Stage.open({ create: here }, here())
    const target = there()
    try {
      await walk(stage, stepsOf(seed, 150))
      await stage.pass(20_000)
      await stage.settle()
      await opened([target], stage.clock, async () => {
        const before = await contentsOf(stage.queue)
        const report = await migrate(here(), there(), { clock: stage.clock, batchSize: 6 })
        expect(report).toMatchObject({ jobs: before.list.length, conflicts: [], left: 0 })
        expect(await contentsOf(target)).toEqual(before)
        expect(await contentsOf(stage.queue)).toMatchObject(nothing)
      })
    } finally {
      await stage.close()
    }
  }
})
