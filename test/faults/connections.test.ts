import { setTimeout as pause } from 'node:timers/promises'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type RedisProcess, describeRedis, startRedis } from '../drivers/redis/redis-server.js'
import { Fleet, type FleetOptions, job, jobs, nowUs } from './fleet.js'
import type { FleetStore } from './fleet-store.js'
import { startLoad } from './load.js'
import { settled, until } from './patience.js'
import { type Proxy, startProxy } from './proxy.js'
import { producerOf, redisStore } from './redis-store.js'
import type { WorkerProcess } from './worker-process.js'

const commandTimeoutMs = 500

let redis: RedisProcess
let proxy: Proxy

/** Its workers go through the proxy; who submits and looks does not. */
function newFleet(options: Partial<FleetOptions> = {}): Fleet {
  return new Fleet({ store: throughProxy(commandTimeoutMs), leaseMs: 4000, ...options })
}

function throughProxy(commandTimeoutMs: number): FleetStore {
  return redisStore(redis.call, { url: proxy.url, commandTimeoutMs })
}

describeRedis('a fleet whose connections go bad', () => {
  beforeAll(async () => {
    redis = await startRedis()
  })

  beforeEach(async () => {
    proxy = await startProxy(redis.port)
    return () => proxy.close()
  })

  describe('and are silent, but open', () => {
    test('gives up those for commands in time, and goes on with others', async () => {
      const fleet = newFleet()
      const workers = await fleet.spawn(2)
      const stopLoad = startLoad(fleet, producerOf(fleet, redis.url), { batch: 3, ms: 50 })
      await fleet.started(20)
      const silentUs = nowUs()
      expect(proxy.swallow('commands')).toBe(2)
      const noticedUs = await noticed(fleet, workers, silentUs)
      expect((noticedUs - silentUs) / 1000).toBeLessThan(commandTimeoutMs + 2000)
      await atWork(fleet, workers, noticedUs)
      await stopLoad()
      await fleet.allEnded()
      expect(fleet.told('lease_lost')).toEqual([])
      expect(await fleet.wrongs()).toEqual([])
    })

    test('goes on without news where it listens, and soon hears them again', async () => {
      const fleet = newFleet()
      const producer = producerOf(fleet, redis.url)
      await fleet.spawn(2)
      await fleet.submit(producer, jobs(4, 'work'))
      await fleet.allEnded()
      await until('both workers listen', async () => (await listening()).length === 2)
      const before = await listening()
      expect(proxy.swallow('subscribers')).toBe(2)
      await fleet.submit(producer, jobs(4, 'work'))
      await fleet.allEnded()
      const isNew = (id: string): boolean => !before.includes(id)
      await until('both listen anew', async () => (await listening()).filter(isNew).length === 2)
      // Whoever heard nothing would look for work every five seconds.
      for (let i = 0; i < 5; i++) {
        const [id] = await fleet.submit(producer, [job('work')])
        await until('it runs', () => fleet.runs(id).length === 1, 1500)
      }
      await fleet.allEnded()
      expect(await fleet.wrongs()).toEqual([])
    })

    test('works again within five seconds after a time in which new ones were silent too', async () => {
      const fleet = newFleet()
      const workers = await fleet.spawn(2)
      const stopLoad = startLoad(fleet, producerOf(fleet, redis.url), { batch: 3, ms: 50 })
      await fleet.started(20)
      proxy.blackHole()
      await noticed(fleet, workers, nowUs())
      await pause(2000)
      proxy.pass()
      await atWork(fleet, workers, nowUs())
      await stopLoad()
      await fleet.allEnded()
      expect(await fleet.wrongs()).toEqual([])
    })
  })

  test('and that is to stop while they are silent has stopped in its time, and its jobs run elsewhere', async () => {
    const fleet = newFleet({ leaseMs: 2000 })
    const [worker] = await fleet.spawn(1)
    await fleet.submit(producerOf(fleet, redis.url), jobs(8, 'work', { ms: 5000 }))
    await fleet.started(4)
    proxy.blackHole()
    const since = performance.now()
    await worker!.stop(1000)
    expect(performance.now() - since).toBeLessThan(1000 + 1500)
    await fleet.spawn(2, redisStore(redis.call, { url: redis.url }))
    await fleet.allEnded()
    expect(await fleet.wrongs()).toEqual([])
  })

  test.each(['request', 'reply'] as const)(
    'because new ones are cut with their first %s works again once they are not',
    async (lost) => {
      const fleet = newFleet()
      const workers = await fleet.spawn(2)
      const stopLoad = startLoad(fleet, producerOf(fleet, redis.url), { batch: 3, ms: 50 })
      await fleet.started(20)
      const cuts = Array.from({ length: 12 }, () =>
        lost === 'request' ? proxy.loseRequest('') : proxy.loseReply(''),
      )
      proxy.reset()
      await settled(cuts)
      await atWork(fleet, workers, nowUs())
      await stopLoad()
      await fleet.allEnded()
      expect(await fleet.wrongs()).toEqual([])
    },
  )

  test('because the server ends them again and again takes longer, and loses nothing', async () => {
    const fleet = newFleet({ leaseMs: 2000 })
    const producer = producerOf(fleet, redis.url)
    const workers = await fleet.spawn(2)
    const stopLoad = startLoad(fleet, producer, { ms: 20 })
    await fleet.submit(producer, jobs(20, 'fail', { times: 2 }))
    for (let i = 0; i < 40; i++) {
      await redis.call('CLIENT', 'KILL', 'TYPE', i % 4 === 3 ? 'pubsub' : 'normal')
      await pause(200)
    }
    await atWork(fleet, workers, nowUs())
    expect((await stopLoad()).acknowledged).toBeGreaterThan(100)
    await fleet.allEnded()
    expect(await fleet.wrongs()).toEqual([])
  })

  test.each([
    ['all takes 100 ms each way', () => proxy.delay(100)],
    ['all comes byte by byte', () => proxy.slice()],
  ])('because %s is slow, and nothing else', async (_, worsen) => {
    const fleet = newFleet({ store: throughProxy(10_000) })
    const producer = producerOf(fleet, proxy.url, { commandTimeoutMs: 10_000 })
    worsen()
    await fleet.spawn(2)
    await fleet.submit(producer, [...jobs(30, 'work', { ms: 20 }), ...jobs(10, 'fail', { times: 1 })])
    await fleet.allEnded()
    expect(fleet.told('lease_lost')).toEqual([])
    expect(fleet.told('error')).toEqual([])
    expect(await fleet.wrongs()).toEqual([])
  })
})

// -------------------------------------------------------------------------------------------------------------------

/** When the last of the workers said that the store was silent. */
async function noticed(fleet: Fleet, workers: readonly WorkerProcess[], sinceUs: number): Promise<number> {
  const complaints = (worker: WorkerProcess): number[] =>
    fleet
      .told('error', worker)
      .flatMap(({ us, code }) => (us > sinceUs && code === 'STORE_TIMEOUT' ? [us] : []))
  await until('each notices', () => workers.every((worker) => complaints(worker).length > 0))
  return Math.max(...workers.map((worker) => complaints(worker)[0]!))
}

/** Waits until each worker has begun a run. */
async function atWork(fleet: Fleet, workers: readonly WorkerProcess[], sinceUs: number): Promise<void> {
  const isAtWork = ({ pid }: WorkerProcess): boolean =>
    fleet.runs().some((run) => run.pid === pid && run.startUs > sinceUs)
  await until('each runs jobs again', () => workers.every(isAtWork), 5000)
}

/** The ids of the connections on which someone listens. */
async function listening(): Promise<string[]> {
  const list = String(await redis.call('CLIENT', 'LIST', 'TYPE', 'pubsub'))
  return [...list.matchAll(/^id=(\d+)/gm)].map(([, id]) => id!)
}
