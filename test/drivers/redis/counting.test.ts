import { beforeEach, expect, it } from 'vitest'
import { countJobs } from '../../../src/drivers/redis/counting.js'
import { instanceOf, wordsOfInstance } from '../../../src/drivers/redis/instance-words.js'
import { nameOf } from '../../../src/drivers/redis/names.js'
import { Reading } from '../../../src/drivers/redis/reading.js'
import { describeRedis } from './redis-server.js'
import { WrittenSpace } from './written-space.js'

let written: WrittenSpace
let reading: Reading

const noClaims = { critical: 0, high: 0, normal: 0, low: 0 }

const info = {
  id: 'höst one',
  host: 'hôst "1"',
  pid: 4242,
  startedAt: 5,
  workers: 4,
  slots: 16,
  busy: 3,
  types: ['a', 'b c', '__proto__', ''],
  zombies: 1,
}

/** A ready job with this ticket, which became ready then. */
function ready(id: string, ticket: number, readyAt: number): { readonly id: string; readonly state: string } {
  return { id, state: `P ${ticket} 0 1 0 ${readyAt} - - - - -` }
}

async function line(...entries: readonly string[]): Promise<void> {
  await written.redis.rpush(written.key('r:2:work'), ...entries)
}

async function oldest(): Promise<number | null> {
  return (await countJobs(written.space)).oldestReadyAt
}

it('an instance is what its words say', () => {
  expect(instanceOf(wordsOfInstance(info))).toEqual(info)
  expect(instanceOf(wordsOfInstance({ ...info, types: [] }))).toEqual({ ...info, types: [] })
})

describeRedis('a look at a namespace', () => {
  beforeEach(async () => {
    written = await WrittenSpace.open()
    reading = new Reading(written.space)
  })

  it('counts nothing where nothing is', async () => {
    const counts = await reading.counts()
    expect([counts.pending, counts.byType, counts.oldestReadyAt]).toEqual([0, {}, null])
    expect(await reading.metrics()).toEqual({ since: written.now, claims: noClaims, types: {} })
    expect(await reading.instances()).toEqual([])
  })

  it('counts states by type, and leaves out types of which no job is left', async () => {
    await written.add({
      s1: 4,
      'a P0': 1,
      'a P3': 2,
      'a D': 3,
      'b%u0020c W': 4,
      'b%u0020c X': 5,
      'old C': 0,
      'old ms': 9,
    })
    const none = {
      pending: 0,
      delayed: 0,
      processing: 0,
      retrying: 0,
      blocked: 0,
      completed: 0,
      dead_letter: 0,
      cancelled: 0,
    }
    expect(await countJobs(written.space)).toEqual({
      ...none,
      pending: 3,
      delayed: 3,
      processing: 4,
      cancelled: 5,
      byType: { a: { ...none, pending: 3, delayed: 3 }, 'b c': { ...none, processing: 4, cancelled: 5 } },
      skips: { critical: 0, high: 4, normal: 0, low: 0 },
      oldestReadyAt: null,
    })
  })

  it('has the counters of each type, and when counting began', async () => {
    await written.add({
      since: 77,
      seq: 5,
      c1: 6,
      c3: 1,
      'a ms': 3,
      'a mt': 1234567,
      'a w0': 2,
      'a u98': 1,
      'a l2': 99,
      '%u005f W': 1,
    })
    expect(await reading.metrics()).toEqual({
      since: 77,
      claims: { ...noClaims, high: 6, low: 1 },
      types: {
        a: {
          submitted: 3,
          completed: 0,
          failed: 0,
          retried: 0,
          deadLetter: 0,
          cancelled: 0,
          crashed: 0,
          totalRunMs: 1234.567,
          runs: { 98: 1 },
          waits: { 0: 2 },
        },
      },
    })
  })

  it('takes the first of each list for the oldest of it', async () => {
    await written.put({ id: 'a', createdAt: 500 }, { id: 'b', createdAt: 400, type: 'x y', rank: 0 })
    await line(`1:${nameOf('a')}`)
    await written.redis.rpush(written.key('r:0:x%u0020y'), `2:${nameOf('b')}`)
    expect(await oldest()).toBe(400)
  })

  it('passes over entries that are stale, however many', async () => {
    await written.put(ready('moved', 5, 300), ready('runs', 6, 200), ready('a', 9000, 700))
    await written.redis.set(
      written.key(`j:${nameOf('runs')}`),
      'W 6 1 1 0 100 ~h/0 1 - - -\n1 work 2 3 4 2 2\n{}{}',
    )
    await line(`6:${nameOf('runs')}`, ...Array.from({ length: 1500 }, (_, i) => `${i + 10}:~gone${i}`))
    await line(`4:${nameOf('moved')}`, `9000:${nameOf('a')}`, `5:${nameOf('moved')}`)
    written.steps = 0
    expect(await oldest()).toBe(700)
    expect(written.steps).toBeLessThan(8)
  })

  it('finds the oldest among those handed back, which stand in another order', async () => {
    const jobs = Array.from({ length: 600 }, (_, i) => ready(`j${i}`, i + 1, 5000 - i))
    await written.put({ id: 'a', createdAt: 9000 }, ...jobs)
    await line(`1:${nameOf('a')}`)
    for (const [i, job] of jobs.entries()) {
      await written.redis.zadd(written.key('f:2:work'), i + 1, `${i + 1}:${nameOf(job.id)}`)
    }
    await written.add({ fronts: 600 })
    expect(await oldest()).toBe(4401)
  })

  it('finds the oldest among those that came late into their list', async () => {
    await written.put(ready('a', 1, 800), ready('late', 2, 300), ready('gone', 3, 900))
    await line(`1:${nameOf('a')}`, `2:${nameOf('late')}`)
    await written.redis.zadd(written.key('late'), 100, '~nobody', 200, nameOf('gone'), 300, nameOf('late'))
    await written.add({ late: 3 })
    expect(await oldest()).toBe(300)
  })

  it('finds the oldest with thousands of types, in steps', async () => {
    const jobs = Array.from({ length: 1000 }, (_, i) => ({
      id: `j${i}`,
      type: `type${i}`,
      createdAt: 5000 + ((i * 7) % 1000),
    }))
    await written.put(...jobs)
    for (const [i, job] of jobs.entries()) {
      await written.redis.rpush(written.key(`r:2:${job.type}`), `${i + 1}:${nameOf(job.id)}`)
    }
    expect(await oldest()).toBe(5000)
  })

  it('shows who lives, the longest running first, until ten leases after the last word', async () => {
    for (const [id, startedAt, gone] of [
      ['late', 9, 11],
      ['early', 3, 12],
      ['gone', 1, 10],
    ] as const) {
      const seat = {
        v: wordsOfInstance({ ...info, id, startedAt }),
        beat: written.now - 990,
        lease: 1000 - startedAt,
        heard: 1,
      }
      await written.redis.hset(written.key(`i:${nameOf(id)}`), seat)
      await written.redis.zadd(written.key('ia'), written.now - 10 + gone, nameOf(id))
    }
    await written.redis.hset(written.key(`i:${nameOf('silent')}`), { heard: 1, lease: 1000 })
    await written.redis.zadd(written.key('ia'), written.now + 5, nameOf('silent'))
    const found = await reading.instances()
    expect(found.map((one) => [one.id, one.healthy])).toEqual([
      ['early', true],
      ['late', true],
    ])
    expect(found[1]).toEqual({
      ...info,
      id: 'late',
      startedAt: 9,
      heartbeatAt: written.now - 990,
      healthy: true,
    })
    written.now += 1
    expect((await reading.instances()).map((one) => [one.id, one.healthy])).toEqual([['early', true]])
  })

  it('shows a fleet that does not fit into one step', async () => {
    for (let i = 0; i < 600; i++) {
      const id = `i${String(i).padStart(3, '0')}`
      await written.redis.hset(written.key(`i:${nameOf(id)}`), {
        v: wordsOfInstance({ ...info, id }),
        beat: written.now,
        lease: 5,
      })
      await written.redis.zadd(written.key('ia'), written.now + 1 + (i % 7), nameOf(id))
    }
    const found = await reading.instances()
    expect(found).toHaveLength(600)
    expect(found[599]?.id).toBe('i599')
  })
})
