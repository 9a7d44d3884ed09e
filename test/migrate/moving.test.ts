import { describe, expect, test } from 'vitest'
import { migrate } from '../../src/index.js'
import { FakeClock } from '../../src/testing/index.js'
import { contentsOf, load, nothing, opened } from './cargo.js'
import { stores, ways } from './stores.js'

describe.each(ways)('from %s to %s', (from, to) => {
  test('everything arrives as it was, and nothing stays', async () => {
    const [here, there, clock] = [await stores[from](), await stores[to](), new FakeClock()]
    const [source, target] = [here(), there()]
    await opened([source, target], clock, async () => {
      await load(source, clock)
      const before = await contentsOf(source)
      const report = await migrate(here(), there(), { clock, batchSize: 7 })
      expect(report).toEqual({ jobs: before.list.length, schedules: 2, results: 8, conflicts: [], left: 0 })
      expect(await contentsOf(target)).toEqual(before)
      expect(await contentsOf(source)).toMatchObject(nothing)
      for (const key of Object.keys(before.results)) expect(await source.storage.get(key)).toBeUndefined()
    })
  })
})
