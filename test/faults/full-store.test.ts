import { beforeAll, expect, test } from 'vitest'
import { redisQueue } from '../../src/drivers/redis/index.js'
import type { Script } from '../../src/drivers/redis/script.js'
import { type RedisProcess, describeRedis, startRedis } from '../drivers/redis/redis-server.js'
import { Fleet, job, jobs } from './fleet.js'
import { big, fill, isFull } from './filling.js'
import { until } from './patience.js'
import { producerOf, redisStore } from './redis-store.js'
import { type Place, playScene } from './script-play.js'
import { pruneOfResults } from './scenes.js'
import { sceneOf, writingScripts } from './script-scenes.js'
import { unsoundness } from './soundness.js'

const adding = [
  'submit',
  'retry',
  'putSchedule',
  'fire',
  'import',
  'storageSet',
  'storageReplace',
  'keepStep',
  'putSetting',
]

/** What only adds may be refused; without all else a full store would stay full. */
function isNeeded({ name }: Script): boolean {
  return !adding.includes(name)
}

let redis: RedisProcess

describeRedis('a server without memory', () => {
  beforeAll(async () => {
    redis = await startRedis()
  })

  test.each([
    ...writingScripts.filter(isNeeded).map((script) => [script.name, sceneOf(script)] as const),
    ['prune', pruneOfResults] as const,
  ])('still lets "%s" do all it does', async (_, scene) => {
    const roomy = await playScene(scene, placeOf(redis))
    const answer = await roomy.send()
    const full = await playScene(scene, placeOf(redis))
    expect(await withoutMemory(() => full.send())).toEqual(answer)
    expect(await full.contents()).toEqual(await roomy.contents())
    await Promise.all([roomy.close(), full.close()])
  })

  test.each(writingScripts.filter((script) => !isNeeded(script)))(
    'refuses "$name", and keeps nothing of it',
    async (script) => {
      const play = await playScene(sceneOf(script), placeOf(redis))
      const before = await play.contents()
      expect(await withoutMemory(() => isFull(play.send()))).toBe(true)
      expect(await play.contents()).toEqual(before)
      await play.send()
      expect(unsoundness(await play.snapshot())).toEqual([])
      await play.close()
    },
  )

  test('works off the jobs it has, and takes more once there is room', async () => {
    const fleet = newFleet()
    const producer = producerOf(fleet, redis.url)
    await fleet.spawn(1)
    await limitTo(3_000_000)
    await fill(fleet, producer)
    expect((await fleet.contents()).wrongs).toEqual([])
    await fleet.allEnded()
    await fleet.submit(producer, [big('again')])
    await fleet.allEnded()
    await redis.call('CONFIG', 'SET', 'maxmemory', 0)
    expect(await fleet.wrongs()).toEqual([])
  })

  test('loses no lease though it lasts for three, and lets workers come, and jobs start and end', async () => {
    const fleet = newFleet()
    const producer = producerOf(fleet, redis.url)
    await fleet.spawn(1)
    const [id] = await fleet.submit(producer, [job('work', { ms: 3 * fleet.leaseMs })])
    await fleet.submit(producer, jobs(60, 'work', { ms: 200 }))
    await fleet.started(4)
    await withoutMemory(async () => {
      expect(await isFull(producer.submitJob(big('refused')))).toBe(true)
      const [second] = await fleet.spawn(1)
      await until('the second works too', () => fleet.runs().some(({ pid }) => pid === second!.pid))
      await fleet.allEnded()
    })
    expect(fleet.runs(id).map(({ attempt, how }) => [attempt, how])).toEqual([[1, 'returned']])
    expect(fleet.told('lease_lost')).toEqual([])
    expect(await fleet.wrongs()).toEqual([])
  })
})

// -------------------------------------------------------------------------------------------------------------------

function placeOf({ call, url }: RedisProcess): Place {
  return { call, connect: (namespace) => redisQueue({ url, namespace }) }
}

function newFleet(): Fleet {
  const store = redisStore(redis.call, { url: redis.url })
  return new Fleet({ store, leaseMs: 2000, keepsCompleted: false })
}

/** Does something while the server takes nothing that needs memory. */
async function withoutMemory<T>(run: () => Promise<T>): Promise<T> {
  await redis.call('CONFIG', 'SET', 'maxmemory', 1)
  try {
    return await run()
  } finally {
    await redis.call('CONFIG', 'SET', 'maxmemory', 0)
  }
}

/** From now on it has room for so many bytes more. */
async function limitTo(bytes: number): Promise<void> {
  const used = /used_memory:(\d+)/.exec(String(await redis.call('INFO', 'memory')))?.[1]
  await redis.call('CONFIG', 'SET', 'maxmemory', Number(used) + bytes)
}
