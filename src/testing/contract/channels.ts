import assert from 'node:assert/strict'
import { contractCase } from './case.js'
import { complete, lanes, outcomeOf, plain } from './script.js'
import type { Stage } from './stage.js'

/** The channels of one instance. A store that takes one cycle at a time has one, and is held to what that one must do. */
export const channelCases = [
  contractCase('the same number on two channels is two cycles', ['I2'], async (stage) => {
    const channels = channelsOf(stage)
    const ids = await stage.addMany(channels.length)
    const taken: string[] = []
    for (const channel of channels) taken.push(...(await stage.takeIds(1, { channel, seq: 7 })))
    assert.deepEqual(taken, ids)
  }),

  contractCase(
    'each channel gives its own reply again, whatever the others did since',
    ['I2'],
    async (stage) => {
      const channels = channelsOf(stage)
      await stage.addMany(channels.length + 1)
      const requests = channels.map((channel) => stage.request({ channel, seq: 7, wanted: [channel] }))
      const replies: unknown[] = []
      for (const request of requests) replies.push(plain(await stage.queue.cycle(request)))
      for (const [i, request] of requests.entries())
        assert.deepEqual(plain(await stage.unchanged(() => stage.queue.cycle(request))), replies[i])
    },
  ),

  contractCase('a number is old on its own channel only', ['I2'], async (stage) => {
    const channels = channelsOf(stage)
    const ids = await stage.addMany(channels.length)
    const highest = channels.length + 1
    for (const channel of channels)
      assert.deepEqual(await stage.takeIds(1, { channel, seq: highest - channel }), [ids[channel]])
    for (const channel of channels) {
      const old = stage.request({ channel, seq: highest - channel - 1, wanted: [0] })
      assert.deepEqual(plain(await stage.unchanged(() => stage.queue.cycle(old))), { kind: 'old' })
    }
  }),

  contractCase('the channels of two instances are not the same', ['I2', 'I15'], async (stage) => {
    const channels = channelsOf(stage)
    const ids = await stage.addMany(channels.length * 2)
    const taken: string[] = []
    for (const channel of channels)
      for (const instance of ['a', 'b']) taken.push((await stage.take({ instance, channel, seq: 3 })).id)
    assert.deepEqual(taken, ids)
  }),

  contractCase('cycles of all channels at once give each job to one of them', ['I2', 'I4'], async (stage) => {
    const channels = channelsOf(stage)
    const ids = await stage.addMany(channels.length * 2)
    const replies = await Promise.all(channels.map((channel) => stage.claim(2, { channel })))
    assert.deepEqual(replies.flatMap((claims) => claims.map((claim) => claim.id)).sort(), [...ids].sort())
  }),

  contractCase('a run that one channel claimed may end on another', ['I2'], async (stage) => {
    const channels = channelsOf(stage)
    const id = await stage.add()
    const claim = await stage.take({ channel: 0 })
    const channel = channels.length - 1
    const { stale } = await stage.cycle({ channel, outcomes: [outcomeOf(claim, complete())] })
    assert.deepEqual([stale.length, await stage.status(id)], [0, 'completed'])
  }),

  contractCase('an instance that left begins again on every channel', ['I2', 'I30'], async (stage) => {
    const channels = channelsOf(stage)
    await stage.addMany(channels.length * 2)
    for (const channel of channels) await stage.take({ channel, seq: 9 })
    await stage.queue.leave('i1')
    for (const channel of channels) await stage.take({ channel, seq: 1 })
  }),
]

// -------------------------------------------------------------------------------------------------------------------

function channelsOf(stage: Stage): readonly number[] {
  return lanes(Math.min(stage.queue.limits.inFlight, 8))
}
