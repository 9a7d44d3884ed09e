import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { silentLogger } from '../../../src/core/logger.js'
import type { QueueAdapter } from '../../../src/core/queue-adapter.js'
import { nameOf, prefixOf } from '../../../src/drivers/redis/names.js'
import { redisQueue } from '../../../src/drivers/redis/redis-queue.js'
import { FakeClock } from '../../../src/testing/index.js'
import { complete, cycleOf, fail, jobOf, outcomeOf, pruneOf } from '../../../src/testing/contract/script.js'
import { takeSnapshot } from '../../faults/snapshot.js'
import { unsoundness } from '../../faults/soundness.js'
import { type RedisProcess, describeRedis, freshNamespace, startRedis } from './redis-server.js'

describeRedis('mending', () => {
  let server: RedisProcess
  let queue: QueueAdapter
  let clock: FakeClock
  let namespace: string
  let seq = 0
  let made = 0

  beforeAll(async () => {
    server = await startRedis()
  })
  beforeEach(async () => {
    namespace = freshNamespace()
    clock = new FakeClock()
    queue = redisQueue({ url: server.url, namespace })
    await queue.open({ logger: silentLogger, clock })
  })
  afterEach(() => queue.close())

  const lose = (...keys: readonly string[]): Promise<unknown> =>
    server.call('DEL', ...keys.map((key) => prefixOf(namespace) + key))
  const add = async (count: number, part: Parameters<typeof jobOf>[1] = {}): Promise<string[]> => {
    const jobs = Array.from({ length: count }, () => jobOf(++made, { type: 'a', ...part }))
    for (let i = 0; i < count; i += 64) await queue.submit(jobs.slice(i, i + 64))
    return jobs.map((job) => job.id)
  }
  const cycle = async (part: Parameters<typeof cycleOf>[0] = {}) => {
    const reply = await queue.cycle(cycleOf({ seq: ++seq, types: ['a'], ...part }))
    if (reply.kind === 'old') throw new Error('old')
    return reply
  }
  const take = async (count: number) => (await cycle({ wanted: Array<number>(count).fill(0) })).claims

  /** Two whole ways through all jobs; what was mended, without the names. */
  const mendAll = async (): Promise<Record<string, number>> => {
    const counts: Record<string, number> = {}
    const atOf = (): Promise<unknown> => server.call('HGET', `${prefixOf(namespace)}m`, 'round')
    const last = Number(await atOf()) + 3
    while (Number(await atOf()) < last) {
      for (const { what } of (await queue.mend?.()) ?? []) counts[what] = (counts[what] ?? 0) + 1
    }
    return counts
  }
  const wrongs = async (): Promise<string[]> => unsoundness(await takeSnapshot(server.call, namespace))
  /** Runs whatever comes, until nothing does; the ids in the order of their claims. */
  const runAll = async (): Promise<string[]> => {
    const ran: string[] = []
    for (let idle = 0; idle < 3;) {
      const claims = await take(64)
      idle = claims.length === 0 ? idle + 1 : 0
      ran.push(...claims.map((claim) => claim.id))
      await cycle({ outcomes: claims.map((claim) => outcomeOf(claim, complete())) })
    }
    return ran
  }

  test('finds nothing where nothing is wrong', async () => {
    await add(300)
    await add(3, { delayMs: 1000 })
    await take(10)
    const before = await takeSnapshot(server.call, namespace)
    expect(await mendAll()).toEqual({})
    const after = await takeSnapshot(server.call, namespace)
    for (const [key, { value }] of before.keys)
      expect([key, after.keys.get(key)?.value]).toEqual([key, value])
  })

  test('fills a list of ready jobs that is gone, each job once, oldest first', async () => {
    const ids = await add(700)
    await lose('r:2:a')
    const [later = ''] = await add(1)
    expect(await mendAll()).toEqual({ ready: 700 })
    expect(await wrongs()).toEqual([])
    expect(await runAll()).toEqual([later, ...ids])
  })

  test('leaves those that were handed back where they are', async () => {
    const [first = '', ...others] = await add(3)
    const [claim] = await take(1)
    if (!claim) throw new Error('no claim')
    await cycle({ outcomes: [outcomeOf(claim, { kind: 'release' })] })
    await lose('r:2:a')
    expect(await mendAll()).toEqual({ ready: 2 })
    expect(await wrongs()).toEqual([])
    expect(await runAll()).toEqual([first, ...others])
  })

  test('takes back runs that have no lease', async () => {
    const ids = await add(3)
    await take(2)
    await lose('lease')
    expect(await mendAll()).toEqual({ lease: 2 })
    expect(await wrongs()).toEqual([])
    expect((await runAll()).sort()).toEqual([...ids].sort())
  })

  test('lets delayed and retried jobs come due that nobody waited for any more', async () => {
    const [id = ''] = await add(1, { delayMs: 5000 })
    const [other = ''] = await add(1)
    const [claim] = await take(1)
    if (!claim) throw new Error('no claim')
    const error = { code: 'JOB_FAILED', name: 'Error', message: 'no' }
    await cycle({ outcomes: [outcomeOf(claim, { kind: 'retry', afterMs: 9000, error })] })
    await lose('due')
    expect(await mendAll()).toEqual({ due: 2 })
    expect(await wrongs()).toEqual([])
    await clock.advance(5000)
    expect(await runAll()).toEqual([id])
    await clock.advance(4000)
    expect(await runAll()).toEqual([other])
  })

  test('gives retention the ended jobs back', async () => {
    await add(600)
    await runAll()
    await add(1)
    const [claim] = await take(1)
    if (!claim) throw new Error('no claim')
    await cycle({ outcomes: [outcomeOf(claim, fail())] })
    await lose('e:C', 'e:L')
    expect(await mendAll()).toEqual({ ended: 601 })
    expect(await wrongs()).toEqual([])
    const none = { ageMs: 0, count: 0, bytes: 0 }
    await clock.advance(1)
    for (let step = 0; step < 10; step++)
      await queue.prune(pruneOf({ completed: none, dead_letter: none, cancelled: none, limit: 256 }))
    expect(
      (await queue.list({ status: null, type: null, search: null, limit: 1, offset: 0, cursor: null })).total,
    ).toBe(0)
  })

  test('forgets jobs whose records are gone, and counts anew', async () => {
    const [waits = '', runs = '', delayed = '', rest = ''] = [
      ...(await add(2)),
      ...(await add(1, { delayMs: 1000 })),
      ...(await add(1)),
    ]
    await lose(`j:${nameOf(waits)}`, `j:${nameOf(delayed)}`)
    const claims = await take(1)
    expect(claims.map((claim) => claim.id)).toEqual([])
    expect((await take(1)).map((claim) => claim.id)).toEqual([runs])
    await lose(`j:${nameOf(runs)}`)
    await clock.advance(60_000)
    expect(await runAll()).toEqual([rest])
    await mendAll()
    expect(await wrongs()).toEqual([])
    expect(await queue.counts()).toMatchObject({ pending: 0, delayed: 0, processing: 0, completed: 1 })
  })

  test('has a schedule go on whose running job is gone', async () => {
    const slot = clock.now()
    const schedule = { id: 's', name: 's', digest: 'd', definition: '{}', enabled: true, nextSlot: slot }
    const version = (await queue.putSchedule(schedule))?.version ?? 0
    const ids: string[] = []
    const fire = async (at: number) => {
      const job = jobOf(++made, { type: 'a' })
      ids.push(job.id)
      const request = { id: 's', version, slot: at, next: at + 1, missed: 0, job, queueLimit: 10 }
      return (await queue.fire({ ...request, overlap: 'skip' })).kind
    }
    expect(await fire(slot)).toBe('fired')
    await take(1)
    await clock.advance(1)
    expect(await fire(slot + 1)).toBe('skipped')
    await lose(`j:${nameOf(ids[0] ?? '')}`)
    await clock.advance(1)
    expect(await fire(slot + 2)).toBe('fired')
  })

  test('counts anew how many are ready where that is lost', async () => {
    const ids = await add(5)
    await lose('p')
    await mendAll()
    expect(await wrongs()).toEqual([])
    expect(await runAll()).toEqual(ids)
  })

  test('frees who waits for a job that is gone', async () => {
    const schedule = await queue.putSchedule({
      id: 's',
      name: 's',
      digest: 'd',
      definition: '{}',
      enabled: true,
      nextSlot: clock.now(),
    })
    const ids: string[] = []
    for (let n = 0; n < 3; n++) {
      const job = jobOf(++made, { type: 'a' })
      const slot = clock.now()
      const { id = '', version = 0 } = schedule ?? {}
      const request = { id, version, slot, next: slot + 1, missed: 0, job }
      expect(await queue.fire({ ...request, overlap: 'queue', queueLimit: 10 })).toMatchObject({
        kind: 'fired',
      })
      ids.push(job.id)
      await clock.advance(1)
    }
    const [first = '', ...others] = ids
    await lose(`j:${nameOf(first)}`, `b:${nameOf(first)}`)
    await mendAll()
    expect(await runAll()).toEqual(others)
  })
})
