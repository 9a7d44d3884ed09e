import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { redisQueue } from '../../src/drivers/redis/redis-queue.js'
import { sqliteQueue } from '../../src/drivers/sqlite/sqlite-queue.js'
import type { QueueAdapter } from '../../src/index.js'
import { FakeClock } from '../../src/testing/index.js'
import { describeRedis, freshNamespace, plainRedisUrl } from '../drivers/redis/redis-server.js'
import { seeded } from '../service/faulty-queue.js'
import { contentsOf, load, nothing, opened } from './cargo.js'
import { whereabouts } from './whereabouts.js'

const program = fileURLToPath(new URL('migrate-program.mjs', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'riptide-kills-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Place =
  | { readonly kind: 'redis'; readonly options: { readonly url: string; readonly namespace: string } }
  | { readonly kind: 'sqlite'; readonly options: { readonly path: string; readonly inline: boolean } }

function queueAt(place: Place): QueueAdapter {
  return place.kind === 'redis' ? redisQueue(place.options) : sqliteQueue(place.options)
}

/** Moves the jobs in a process that is killed when it has said so often how far it is, and a little later; whether it ended by itself. */
async function moveAndDie(places: readonly Place[], reports: number, laterMs: number): Promise<boolean> {
  const child = fork(program, [JSON.stringify(places)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  let left = reports
  child.on('message', () => {
    if (--left === 0) setTimeout(() => child.kill('SIGKILL'), laterMs)
  })
  const [code] = (await once(child, 'exit')) as [number | null]
  return code === 0
}

describeRedis('a process that is killed while it moves jobs', () => {
  test.each(['from Redis to SQLite', 'from SQLite to Redis'])('%s loses and doubles none', async (way) => {
    const redis: Place = {
      kind: 'redis',
      options: { url: await plainRedisUrl(), namespace: freshNamespace() },
    }
    const sqlite: Place = {
      kind: 'sqlite',
      options: { path: join(folder, `${way}.db`), inline: true },
    }
    const places = way.startsWith('from Redis') ? ([redis, sqlite] as const) : ([sqlite, redis] as const)
    const random = seeded(11)
    // Of now: the children look at their own clocks, and nothing falls due within a minute.
    const clock = new FakeClock(Date.now() - 2_000)
    // Not open while a child is there: an old SQLite takes one process at a time.
    const look = <T>(act: (source: QueueAdapter, target: QueueAdapter) => Promise<T>): Promise<T> => {
      const [source, target] = [queueAt(places[0]), queueAt(places[1])]
      return opened([source, target], clock, () => act(source, target))
    }
    const before = await look(async (source) => {
      await load(source, clock, 60)
      return contentsOf(source)
    })
    let kills = -1
    for (let isOver = false; !isOver; kills++) {
      isOver = await moveAndDie(places, 1 + Math.floor(random() * 3), random() * 12)
      const found = await look(whereabouts)
      expect([...found.keys()].sort()).toEqual(Object.keys(before.jobs).sort())
      expect([...found.values()].filter((one) => one.length > 1)).toEqual([])
    }
    expect(kills).toBeGreaterThan(3)
    await look(async (source, target) => {
      expect(await contentsOf(target)).toEqual(before)
      expect(await contentsOf(source)).toMatchObject(nothing)
    })
  })
})
