import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { silentLogger } from '../../src/core/logger.js'
import { redisQueue } from '../../src/drivers/redis/index.js'
import type { Script } from '../../src/drivers/redis/script.js'
import { scripts } from '../../src/drivers/redis/scripts.js'
import { storageScripts } from '../../src/drivers/redis/storage-scripts.js'
import {
  type RedisProcess,
  describeRedis,
  freshNamespace,
  startRedis,
} from '../drivers/redis/redis-server.js'
import { Fleet, job, jobs } from './fleet.js'
import { startLoad } from './load.js'
import { answerOf, seeded, settled, until } from './patience.js'
import { type Proxy, startProxy } from './proxy.js'
import { producerOf, redisStore } from './redis-store.js'
import { type Place, playScene } from './script-play.js'
import { scenes } from './scenes.js'
import { sceneOf, writingScripts } from './script-scenes.js'
import { takeSnapshot } from './snapshot.js'
import { unsoundness } from './soundness.js'

let server: RedisProcess
let proxy: Proxy

describeRedis('a connection that is cut', () => {
  beforeAll(async () => {
    server = await startRedis()
    proxy = await startProxy(server.port)
  })

  test('has a scene for each script that writes, and for no other', () => {
    expect(Object.keys(scenes).sort()).toEqual(writingScripts.map(({ name }) => name).sort())
  })

  describe.each(writingScripts)('around $name', (script) => {
    test.each(['request', 'reply'] as const)('with its %s costs nothing but a repeat', (lost) =>
      cutAround(script, lost, 'sha'),
    )
    test.each(['request', 'reply'] as const)('that is new to the server, with its %s, too', (lost) =>
      cutAround(script, lost, 'text'),
    )
  })

  test('takes a wish to hear of moves along, which is made again', async () => {
    const namespace = freshNamespace()
    const queue = redisQueue({ url: proxy.url, namespace })
    onTestFinished(() => queue.close())
    await queue.open({ logger: silentLogger })
    await server.call('SCRIPT', 'LOAD', scripts.wantMoves.text)
    const sprung = proxy.loseRequest(scripts.wantMoves.sha)
    queue.subscribe(null, () => undefined, { moves: true })
    await settled([sprung])
    const isWished = async (): Promise<boolean> =>
      (await takeSnapshot(server.call, namespace)).number('moves') > Date.now()
    await until('the store is asked to tell', isWished)
  })

  test.each(['request', 'reply'] as const)(
    'with its %s while a large result is kept costs no attempt',
    async (lost) => {
      const { sha } = storageScripts.set
      const fleet = new Fleet({ store: redisStore(server.call, { url: proxy.url }) })
      const producer = producerOf(fleet, server.url)
      await fleet.spawn(1)
      await fleet.submit(producer, [job('work', { bytes: 100_000 })])
      await fleet.allEnded()
      const sprung = lost === 'request' ? proxy.loseRequest(sha) : proxy.loseReply(sha)
      const [id] = await fleet.submit(producer, [job('work', { bytes: 100_000 })], {
        retry: { maxAttempts: 1 },
      })
      await fleet.allEnded()
      await settled([sprung], 5000)
      expect(await producer.getJobResult(id!)).toMatchObject({ success: true, data: { attempt: 1 } })
      expect(await fleet.wrongs()).toEqual([])
    },
  )

  test.each([1, 2])(
    'again and again in the middle of the work (seed %i) loses and doubles no job',
    async (seed) => {
      const fleet = new Fleet({ store: redisStore(server.call, { url: proxy.url }) })
      const producer = producerOf(fleet, proxy.url)
      await server.call('SCRIPT', 'FLUSH')
      const workers = await fleet.spawn(2)
      await fleet.submit(producer, jobs(10, 'fail', { times: 2 }))
      await fleet.started(10)
      const known = await server.call('SCRIPT', 'EXISTS', scripts.cycle.sha, scripts.renew.sha)
      expect(known, 'the workers run the scripts of src: is dist up to date?').toEqual([1, 1])
      const stopLoad = startLoad(fleet, producer)
      for (const { script, lost } of strikes(seeded(seed))) {
        const sprung = lost === 'request' ? proxy.loseRequest(script.sha) : proxy.loseReply(script.sha)
        await settled([sprung], 5000)
      }
      expect((await stopLoad()).refused).toEqual([])
      await fleet.allEnded()
      expect(workers.every(({ isAlive }) => isAlive)).toBe(true)
      expect(await fleet.wrongs()).toEqual([])
    },
  )
})

// -------------------------------------------------------------------------------------------------------------------

/**
 * Plays a scene on two stages alike: one is left in peace, on the other the connection is cut and the call is sent again.
 * In the end both stores must hold the same, and the caller must have been answered the same.
 */
async function cutAround(script: Script, lost: 'request' | 'reply', by: 'sha' | 'text'): Promise<void> {
  const scene = sceneOf(script)
  const place: Place = {
    call: server.call,
    connect: (namespace) => redisQueue({ url: server.url, namespace }),
  }
  const peaceful = await playScene(scene, place)
  const answer = await peaceful.send()
  const wanted = await peaceful.contents()
  const again = 'again' in scene ? scene.again : answer

  const cut = await playScene(scene, {
    ...place,
    connectOther: (namespace) => redisQueue({ url: proxy.url, namespace }),
  })
  const before = await cut.contents()
  await (by === 'sha' ? server.call('SCRIPT', 'LOAD', script.text) : server.call('SCRIPT', 'FLUSH'))
  const sprung = lost === 'request' ? proxy.loseRequest(script[by]) : proxy.loseReply(script[by])
  const first = await answerOf(cut.send())
  await settled([sprung], 5000)
  if ('answer' in first) expect(first.answer).toEqual(answer)
  expect(await cut.contents()).toEqual(lost === 'request' ? before : wanted)
  expect(await cut.send()).toEqual(lost === 'request' ? answer : again)
  expect(await cut.send()).toEqual(again)
  expect(await cut.contents()).toEqual(wanted)
  expect(unsoundness(await cut.snapshot())).toEqual([])
  await Promise.all([peaceful.close(), cut.close()])
}

/** What is lost, one after the other: each of the busy scripts' requests and replies, several times. */
function strikes(random: () => number): { readonly script: Script; readonly lost: 'request' | 'reply' }[] {
  const kinds = [scripts.cycle, scripts.submit, scripts.renew].flatMap((script) =>
    (['request', 'reply'] as const).map((lost) => ({ script, lost })),
  )
  return Array.from({ length: 8 }, () => kinds)
    .flat()
    .map((strike) => ({ strike, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ strike }) => strike)
}
