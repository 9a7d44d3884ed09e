import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { describeOn, nodeForSharing } from '../nodes/other-node.js'
import { big, fill, isFull } from './filling.js'
import { Fleet } from './fleet.js'
import { until } from './patience.js'
import { RemoteQueue } from './remote-queue.js'
import { scenes } from './scenes.js'
import { describeSmallDisk, smallDisk, takeUp } from './small-disk.js'
import { SqliteHand } from './sqlite-hand.js'
import { SqlitePlay, foundIn } from './sqlite-play.js'
import { sqliteStore } from './sqlite-store.js'

describeOn(nodeForSharing())('a file without room', () => {
  let hand: SqliteHand
  beforeAll(() => {
    hand = new SqliteHand({ isLasting: true })
  })

  // To close and to open again is no call.
  test.each(Object.entries(scenes).filter(([name]) => name !== 'open'))(
    'lets "%s" do all it does, or refuses it whole, and does it once there is room',
    async (_, scene) => {
      const play = await SqlitePlay.prepare(scene, hand)
      const path = play.copy()
      const remote = new RemoteQueue({ path })
      await play.open(remote)
      await remote.limitPages(true)
      const before = await foundIn(hand, path)
      const refused = await play.send(remote).then(
        () => null,
        (thrown: unknown) => thrown,
      )
      if (refused !== null) {
        expect(refused).toMatchObject({ code: 'STORE_FULL', retryable: true })
        expect(await foundIn(hand, path)).toEqual(before)
        await remote.limitPages(false)
        await play.send(remote)
      }
      expect(await foundIn(hand, path)).toEqual(await play.played(hand))
    },
  )
})

describeSmallDisk('a small disk', () => {
  describeOn(nodeForSharing())('that is full', () => {
    test('takes no job, shows those it has, and is used again once there is room', async () => {
      // As much room again as the log takes, which has to be copied back before it can be used again.
      const disk = smallDisk(14e6)
      const giveBack = takeUp(disk, 8e6)
      const fleet = new Fleet({ store: sqliteStore({ path: join(disk, 'jobs.db') }), leaseMs: 2000 })
      const producer = await fleet.producer()
      await fleet.spawn(1)
      await fill(fleet, producer)
      await until('the worker hears of it', () =>
        fleet.told('error').some(({ code }) => code === 'STORE_FULL'),
      )
      const [id] = fleet.acknowledged
      expect(await producer.getJob(id!)).toMatchObject({ id })
      expect((await producer.getQueueStats()).total).toBe(fleet.acknowledged.length)
      expect((await fleet.contents()).wrongs).toEqual([])

      giveBack()
      await until('there is room', async () => !(await isFull(fleet.submit(producer, [big('again')]))), 5000)
      await fleet.allEnded()
      expect(await fleet.wrongs()).toEqual([])
    })
  })
})
