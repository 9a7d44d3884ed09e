import { setTimeout as pause } from 'node:timers/promises'
import { Cluster, type ClusterOptions } from 'ioredis'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { redisQueue } from '../../src/drivers/redis/index.js'
import { prefixOf } from '../../src/drivers/redis/names.js'
import type { Script } from '../../src/drivers/redis/script.js'
import { type RedisCluster, describeRedis, startCluster } from '../drivers/redis/redis-server.js'
import { Fleet, jobs } from './fleet.js'
import { startLoad } from './load.js'
import { answerOf, until } from './patience.js'
import { producerOf, redisStore } from './redis-store.js'
import { playScene } from './script-play.js'
import { sceneOf, writingScripts } from './script-scenes.js'
import { SlotMove } from './slot-move.js'
import type { Call } from './snapshot.js'
import { unsoundness } from './soundness.js'

let servers: RedisCluster

describeRedis('a slot that moves from one master of a cluster to another', () => {
  beforeAll(async () => {
    servers = await startCluster()
  })

  describe.each(writingScripts)('finds "$name" done or not done, never half', (script) => {
    test.each([0, 0.5, 1])('with %d of the keys there', (share) => callDuringMove(script, share))
  })

  test('again and again under load costs time, and no job', async () => {
    const fleet = new Fleet({
      store: redisStore(callOwner, { cluster: servers.startupNodes }),
      leaseMs: 3000,
    })
    const producer = producerOf(fleet, newClient())
    await fleet.spawn(2)
    const stopLoad = startLoad(fleet, producer, { everyMs: 30 })
    await fleet.submit(producer, jobs(20, 'fail', { times: 2 }))
    for (let round = 0; round < 3; round++) {
      const begun = fleet.runs().length
      await until('the workers are at work', () => fleet.runs().length > begun + 100)
      const move = await SlotMove.begin(servers, `${prefixOf(fleet.namespace)}n`)
      while ((await move.left()) > 0) {
        await move.move(20)
        await pause(10)
      }
      await move.end()
    }
    await stopLoad()
    await fleet.allEnded()
    expect(await fleet.wrongs()).toEqual([])
  })
})

// -------------------------------------------------------------------------------------------------------------------

/** Sends a script's call while that share of the keys has moved, and again when the slot has. */
async function callDuringMove(script: Script, share: number): Promise<void> {
  const scene = sceneOf(script)
  // It says soon that it was sent on too often.
  const client = newClient({ retryDelayOnTryAgain: 5, maxRedirections: 3 })
  const connect = (namespace: string) => redisQueue({ client, namespace })
  const peaceful = await playScene(scene, { call: callOwner, connect })
  const answer = await peaceful.send()
  const wanted = await peaceful.contents()

  const play = await playScene(scene, { call: callOwner, connect })
  const before = await play.contents()
  const move = await SlotMove.begin(servers, play.key)
  await move.move(Math.round((await move.left()) * share))
  const first = await answerOf(play.send())
  await move.end()
  if ('answer' in first) expect(first.answer).toEqual(answer)
  expect(await play.contents()).toEqual('answer' in first ? wanted : before)
  const again = 'answer' in first && 'again' in scene ? scene.again : answer
  expect(await play.send()).toEqual(again)
  expect(await play.contents()).toEqual(wanted)
  expect(unsoundness(await play.snapshot())).toEqual([])
  await Promise.all([peaceful.close(), play.close()])
}

function newClient(options: ClusterOptions = {}): Cluster {
  const client = new Cluster([...servers.startupNodes], options)
  onTestFinished(() => client.disconnect())
  return client
}

/** Sends a command to the master that has its key. */
const callOwner: Call = async (command, ...args) =>
  (await servers.ownerOf(String(args[command === 'EVAL' ? 2 : 0]))).call(command, ...args)
