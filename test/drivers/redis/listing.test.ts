import { beforeEach, expect, it } from 'vitest'
import type { ListAnswer, ListQuery } from '../../../src/core/queue-adapter.js'
import { listJobs } from '../../../src/drivers/redis/listing.js'
import { nameOf } from '../../../src/drivers/redis/names.js'
import { describeRedis } from './redis-server.js'
import { WrittenSpace } from './written-space.js'

let written: WrittenSpace

function list(query: Partial<ListQuery> = {}): Promise<ListAnswer> {
  const all = { status: null, type: null, search: null, limit: 50, offset: 0, cursor: null }
  return listJobs(written.space, { ...all, ...query })
}

async function ids(query: Partial<ListQuery> = {}): Promise<string> {
  return (await list(query)).jobs.map((job) => job.id).join(' ')
}

/** All pages, one after the other. */
async function walk(query: Partial<ListQuery>): Promise<string> {
  const seen: string[] = []
  let cursor: string | null = null
  do {
    const page: ListAnswer = await list({ ...query, cursor })
    seen.push(...page.jobs.map((job) => job.id))
    cursor = page.nextCursor
  } while (cursor !== null)
  return seen.join(' ')
}

/** Names from `<first>` up, and the same as a list shows them. */
function named(count: number, first = 0): readonly { readonly id: string }[] {
  return Array.from({ length: count }, (_, i) => ({ id: `j${first + i}` }))
}

function newestFirst(jobs: readonly { readonly id: string }[]): string {
  return jobs
    .map((job) => job.id)
    .reverse()
    .join(' ')
}

function ended(letter: string): { readonly state: string } {
  return { state: `${letter} 1 2 1 0 3 ${nameOf('host')}/0 4 5 6 -` }
}

async function remove(id: string, seq: number): Promise<void> {
  await written.redis.del(written.key(`j:${nameOf(id)}`))
  await written.redis.hdel(written.key(`o:${Math.floor(seq / 128)}`), String(seq))
  await written.add({ 'work P2': -1 })
}

describeRedis('a list', () => {
  beforeEach(async () => {
    written = await WrittenSpace.open()
  })

  it('goes through all jobs, newest first, page by page and over many buckets', async () => {
    const jobs = named(1000)
    await written.put(...jobs)
    expect(await walk({ limit: 77 })).toBe(newestFirst(jobs))
    expect(await walk({ limit: 500, status: 'pending', type: 'work' })).toBe(newestFirst(jobs))
    expect(await ids({ offset: 995 })).toBe('j4 j3 j2 j1 j0')
    expect((await list()).total).toBe(1000)
  })

  it('passes over a million numbers without jobs in a few steps', async () => {
    await written.put({ id: 'first' })
    for (let i = 0; i < 10; i++) {
      written.skip(12_800_000)
      await written.put({ id: `j${i}` })
    }
    written.steps = 0
    expect(await ids({ search: 'j' })).toBe('j9 j8 j7 j6 j5 j4 j3 j2 j1 j0')
    expect(await ids({ offset: 9 })).toBe('j0 first')
    expect(written.steps).toBeLessThan(10)
  })

  it('looks at no more than it must when the newest are wanted', async () => {
    await written.put(...named(5000))
    written.steps = 0
    await ids({ limit: 20 })
    expect(written.steps).toBeLessThanOrEqual(3)
  })

  it('of a state that none is in looks at no job', async () => {
    await written.put(...named(3000))
    written.steps = 0
    expect(await list({ status: 'retrying' })).toEqual({ jobs: [], total: 0, nextCursor: null })
    expect(await list({ type: 'other', search: 'j' })).toEqual({ jobs: [], total: 0, nextCursor: null })
    expect(written.steps).toBe(2)
  })

  it('of a rare state does not look for its jobs among all', async () => {
    await written.put({ id: 'c', ...ended('C') }, { id: 'w', ...ended('W') }, { id: 'l', ...ended('L') })
    await written.put({ id: 'r', ...ended('R') }, { id: 'c2', ...ended('C') })
    await written.put(...named(5000))
    await written.redis.rpush(
      written.key('e:C'),
      `1:${nameOf('c2')}`,
      `1:${nameOf('c')}`,
      '1:~gone',
      `2:${nameOf('j3')}`,
    )
    await written.redis.rpush(written.key('e:L'), `1:${nameOf('l')}`, `2:${nameOf('l')}`)
    await written.redis.zadd(written.key('lease'), 9, nameOf('w'))
    await written.redis.zadd(written.key('due'), 9, nameOf('r'), 10, nameOf('j7'))
    for (const [status, found] of [
      ['completed', 'c2 c'],
      ['dead_letter', 'l'],
      ['processing', 'w'],
      ['retrying', 'r'],
    ] as const) {
      written.steps = 0
      expect(await ids({ status }), status).toBe(found)
      expect(written.steps).toBeLessThanOrEqual(4)
    }
    expect(await walk({ status: 'completed', limit: 1 })).toBe('c2 c')
    expect(await ids({ status: 'completed', search: 'C2' })).toBe('c2')
  })

  it('of a rare state finds those that are not in its index too', async () => {
    await written.put({ id: 'open', ...ended('C') }, { id: 'b', ...ended('B') }, ...named(300))
    expect(await ids({ status: 'completed' })).toBe('open')
    expect(await ids({ status: 'blocked' })).toBe('b')
  })

  it('with delayed jobs among those that are pending', async () => {
    await written.put({ id: 'a', state: 'D 1 0 1 0 9 - - - - -' }, { id: 'b' }, { id: 'c', ...ended('X') })
    const { jobs, total } = await list({ status: 'pending' })
    expect([jobs.map((job) => job.id), total]).toEqual([['b', 'a'], 2])
  })

  it('by type knows types that are alike apart', async () => {
    await written.put(
      { id: 'a', type: 'x' },
      { id: 'b', type: 'x y' },
      { id: 'c', type: '__proto__' },
      { id: 'd', type: '%' },
    )
    for (const [type, found] of Object.entries({ x: 'a', 'x y': 'b', '%': 'd', '': '' })) {
      expect(await ids({ type }), type).toBe(found)
    }
    expect(await ids({ type: '__proto__' })).toBe('c')
  })

  it('by search counts all that match, wherever the page is', async () => {
    const jobs = named(400)
    await written.put(...jobs)
    const page = await list({ search: 'J1', limit: 3, offset: 2 })
    expect([page.jobs.map((job) => job.id), page.total]).toEqual([['j197', 'j196', 'j195'], 111])
    const next = await list({ search: 'J1', limit: 3, cursor: page.nextCursor })
    expect([next.jobs.map((job) => job.id), next.total]).toEqual([['j194', 'j193', 'j192'], 111])
    expect((await walk({ search: 'j1', limit: 50 })).split(' ')).toHaveLength(111)
  })

  it('by search looks into id, type, key, worker and error, literally', async () => {
    await written.put(
      { id: 'a Needle' },
      { id: 'b', type: 'a needle b' },
      { id: 'c', dedupeKey: 'the\nNEEDLE' },
      { id: 'd', state: `W 1 2 1 0 3 ${nameOf('needle host')}/12 4 - - -` },
      { id: 'e', side: { e: '{"message":"needle"}', r: 'x' } },
      { id: 'f', options: '"needle"', payload: '"needle"', side: { p: 'needle', r: 'needle' } },
    )
    expect(await ids({ search: 'nEEDle' })).toBe('e d c b a Needle')
    expect(await ids({ search: 'host/12' })).toBe('d')
    expect(await ids({ search: 'need.e' })).toBe('')
    expect(await ids({ search: 'the\n' })).toBe('c')
    expect(await ids({ search: '%' })).toBe('')
  })

  it('keeps its place when the job is gone before which it stopped', async () => {
    await written.put(...named(9))
    const { nextCursor } = await list({ limit: 4 })
    await remove('j5', 6)
    await written.put(...named(3, 9))
    expect(await ids({ limit: 10, cursor: nextCursor })).toBe('j4 j3 j2 j1 j0')
  })

  it('leaves out a job whose record is gone', async () => {
    await written.put(...named(5))
    await written.redis.del(written.key(`j:${nameOf('j3')}`))
    expect(await ids({})).toBe('j4 j2 j1 j0')
  })

  it('refuses a cursor that it did not give for the same query', async () => {
    await written.put(...named(5))
    const { nextCursor } = await list({ limit: 2 })
    const cursor = nextCursor ?? ''
    const changed = cursor.startsWith('A') ? `B${cursor.slice(1)}` : `A${cursor.slice(1)}`
    for (const wrong of [changed, `${cursor}A`, cursor.slice(0, -1), '', 'x', '0', '🌊', 'a'.repeat(5000)]) {
      await expect(list({ cursor: wrong }), wrong).rejects.toMatchObject({
        code: 'PAGE_INVALID',
        path: '/cursor',
      })
    }
    for (const other of [{ status: 'pending' }, { type: 'work' }, { search: 'j' }] as const) {
      await expect(list({ cursor, ...other })).rejects.toMatchObject({ code: 'PAGE_INVALID' })
    }
    expect(await ids({ cursor })).toBe('j2 j1 j0')
  })
})
