import { expect, test } from 'vitest'
import { describeOn, nodeForSharing } from '../nodes/other-node.js'
import { Fleet, jobs } from './fleet.js'
import { sqliteStore } from './sqlite-store.js'

describeOn(nodeForSharing())('twenty processes', () => {
  test(
    'that start together and die together hear of no busy file, and leave nothing undone',
    { timeout: 90_000 },
    async () => {
      const fleet = new Fleet({ store: sqliteStore(), leaseMs: 15_000 })
      const producer = await fleet.producer()
      await fleet.submit(producer, jobs(200, 'work', { ms: 500 }))
      const first = await fleet.spawn(20)
      await fleet.started(100)
      await Promise.all(first.map((worker) => fleet.kill(worker)))
      const cut = fleet.runs().filter(({ how }) => how === 'lost').length
      expect(cut).toBeGreaterThan(20)
      await fleet.spawn(20)
      await fleet.allEnded(20_000)
      // So many starts at once may take the machine to where it says that the store is slow.
      expect(fleet.told('error').filter(({ code }) => code !== 'STORE_TIMEOUT')).toEqual([])
      expect(await fleet.wrongs()).toEqual([])
    },
  )
})
