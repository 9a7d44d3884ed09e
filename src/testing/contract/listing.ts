import assert from 'node:assert/strict'
import { isRiptideError } from '../../core/errors.js'
import type { ListQuery } from '../../core/queue-adapter.js'
import { jobStates } from '../../core/states.js'
import { contractCase } from './case.js'
import { complete, fail, keepOfEach, plain } from './script.js'
import type { Stage } from './stage.js'
import { jobIn } from './states.js'

/** Lists: what is in them, in which order, how many there are, and how one goes from page to page. */
export const listingCases = [
  contractCase('a list of nothing is empty', ['I31'], async (stage) => {
    assert.deepEqual(plain(await stage.list()), { jobs: [], total: 0, nextCursor: null })
  }),

  contractCase('a list is newest first, in the same millisecond too', ['I31'], async (stage) => {
    const ids = [
      ...(await stage.addMany(20)),
      ...(await stage.submit({}, {})).flatMap((one) => ('id' in one ? one.id : [])),
    ]
    await stage.pass(1)
    ids.push(await stage.add())
    assert.deepEqual(await idsOf(stage, {}), [...ids].reverse())
  }),

  contractCase('the order of a list does not change when its jobs do', ['I31'], async (stage) => {
    const ids = await stage.addMany(5)
    await stage.end(await stage.claim(2), complete())
    await stage.take()
    assert.deepEqual(await idsOf(stage, {}), [...ids].reverse())
  }),

  contractCase('a list leaves out payloads and log lines, and nothing else', ['I36'], async (stage) => {
    const id = await stage.add({ payload: '"secret"', options: '{"o":1}', dedupeKey: 'k' })
    const claim = await stage.take()
    await stage.renew([{ ...claim, lines: ['said'], progress: '{"value":1,"note":null}' }])
    await stage.end(claim, fail())
    const [listed] = (await stage.list()).jobs
    assert.deepEqual(plain(listed), plain({ ...(await stage.record(id)), payload: '', lines: [] }))
  }),

  ...jobStates.map((status) =>
    contractCase(`a list of ${status} jobs has these and their number`, ['I16', 'I31'], async (stage) => {
      const id = await jobIn(stage, status)
      const others = await stage.addMany(3, { delayMs: 60_000 })
      const { jobs, total } = await stage.list({ status })
      const expected = status === 'pending' ? [...others].reverse().concat(id) : [id]
      assert.deepEqual([jobs.map((job) => job.id), total], [expected, expected.length])
    }),
  ),

  contractCase('a list of one type has that type only', ['I31'], async (stage) => {
    await stage.addMany(3, { type: 'one' })
    const ids = await stage.addMany(2, { type: 'two' })
    const { jobs, total } = await stage.list({ type: 'two' })
    assert.deepEqual([jobs.map((job) => job.id), total], [[...ids].reverse(), 2])
    assert.equal((await stage.list({ type: 'three' })).total, 0)
    assert.equal((await stage.list({ type: '__proto__' })).total, 0)
  }),

  contractCase('a status and a type together narrow the list', ['I31'], async (stage) => {
    await stage.addMany(2, { type: 'one' })
    await stage.addMany(3, { type: 'two' })
    await stage.claim(1, { types: ['two'] })
    assert.equal((await stage.list({ status: 'pending', type: 'two' })).total, 2)
    assert.equal((await stage.list({ status: 'processing', type: 'one' })).total, 0)
  }),

  contractCase(
    'pages by cursor give every job once, in order, with the true total',
    ['I31', 'I36'],
    async (stage) => {
      const ids = await stage.addMany(23)
      const seen: string[] = []
      let cursor: string | null = null
      for (let page = 0; page < 10; page++) {
        const answer = await stage.list({ limit: 5, cursor })
        assert.equal(answer.total, 23)
        seen.push(...answer.jobs.map((job) => job.id))
        cursor = answer.nextCursor
        if (cursor === null) break
      }
      assert.deepEqual(seen, [...ids].reverse())
    },
  ),

  contractCase('the last page has no next one, full or not', ['I31'], async (stage) => {
    await stage.addMany(4)
    const first = await stage.list({ limit: 2 })
    const second = await stage.list({ limit: 2, cursor: first.nextCursor })
    assert.deepEqual([first.nextCursor === null, second.jobs.length, second.nextCursor], [false, 2, null])
    assert.equal((await stage.list({ limit: 4 })).nextCursor, null)
  }),

  contractCase('pages by offset give the same list', ['I31'], async (stage) => {
    const ids = [...(await stage.addMany(12))].reverse()
    for (const offset of [0, 5, 10, 11, 12, 500]) {
      const { jobs, total } = await stage.list({ limit: 5, offset })
      assert.deepEqual([jobs.map((job) => job.id), total], [ids.slice(offset, offset + 5), 12])
    }
  }),

  contractCase('new jobs do not shift the pages that follow', ['I31'], async (stage) => {
    const ids = [...(await stage.addMany(9))].reverse()
    const { nextCursor } = await stage.list({ limit: 4 })
    await stage.addMany(10)
    const next = await stage.list({ limit: 10, cursor: nextCursor })
    assert.deepEqual(
      next.jobs.map((job) => job.id),
      ids.slice(4),
    )
  }),

  contractCase('a removal does not shift the pages that follow', ['I31', 'I33'], async (stage) => {
    const ids = [...(await stage.addMany(9))].reverse()
    const claims = await stage.claim(9)
    const { jobs, nextCursor } = await stage.list({ limit: 4 })
    const last = claims.find((claim) => claim.id === jobs.at(-1)?.id)
    assert.ok(last)
    await stage.end(last, complete())
    await stage.prune(keepOfEach({ count: 0 }))
    const next = await stage.list({ limit: 10, cursor: nextCursor })
    assert.deepEqual(
      next.jobs.map((job) => job.id),
      ids.slice(4),
    )
  }),

  contractCase('pages keep to their filter', ['I31'], async (stage) => {
    const wanted: string[] = []
    for (let i = 0; i < 12; i++) {
      await stage.add({ type: 'other' })
      wanted.unshift(await stage.add({ type: 'wanted' }))
    }
    assert.deepEqual(await idsOf(stage, { type: 'wanted', limit: 5 }), wanted)
    assert.deepEqual(await idsOf(stage, { type: 'wanted', status: 'pending', limit: 5 }), wanted)
  }),

  contractCase('what is no cursor is refused', ['I34'], async (stage) => {
    await stage.addMany(5)
    for (const cursor of ['', 'x', '0', '-1', 'null', '{}', '!!!', 'AAAA', '🌊', 'a'.repeat(5000)]) {
      await refusesPage(stage, { cursor })
    }
  }),

  contractCase('the cursor of another query is refused', ['I34'], async (stage) => {
    await stage.addMany(5)
    const { nextCursor: cursor } = await stage.list({ limit: 2 })
    for (const part of [{ status: 'pending' }, { type: 'task' }, { search: 'job' }] as const) {
      await refusesPage(stage, { limit: 2, cursor, ...part })
    }
  }),

  contractCase('a cursor that someone has changed is refused', ['I34'], async (stage) => {
    await stage.addMany(40)
    const { nextCursor } = await stage.list({ limit: 20 })
    const cursor = nextCursor ?? ''
    // The last character of a base64 text may hold bits that nobody reads.
    for (let i = 0; i < cursor.length - 1; i++) {
      const other = cursor[i] === 'A' ? 'B' : 'A'
      await refusesPage(stage, { limit: 20, cursor: cursor.slice(0, i) + other + cursor.slice(i + 1) })
    }
    await refusesPage(stage, { limit: 20, cursor: `${cursor}AAAA` })
    await refusesPage(stage, { limit: 20, cursor: cursor.slice(0, -4) })
  }),

  contractCase(
    'a search finds a part of the id, the type and the dedupe key, in any case',
    ['I31'],
    async (stage) => {
      const byId = await stage.add({ id: 'x-NeeDle-1' })
      const byType = await stage.add({ type: 'a.needle.b' })
      const byKey = await stage.add({ dedupeKey: 'key of NEEDLE' })
      await stage.add({ id: 'hay' })
      const { jobs, total } = await stage.list({ search: 'needle' })
      assert.deepEqual([jobs.map((job) => job.id), total], [[byKey, byType, byId], 3])
      assert.equal((await stage.list({ search: 'NEEDLE' })).total, 3)
    },
  ),

  contractCase('a search finds a part of the worker and the error', ['I31'], async (stage) => {
    const [a, b] = await stage.addMany(3)
    await stage.take({ instance: 'Host-Seven' })
    await stage.end(await stage.take(), fail('connection RESET by peer'))
    assert.deepEqual(await idsOf(stage, { search: 'seven/0' }), [a])
    assert.deepEqual(await idsOf(stage, { search: 'reset by' }), [b])
  }),

  contractCase('a search does not look into payloads', ['I31', 'I40'], async (stage) => {
    await stage.add({ payload: '"needle"', options: '"needle"' })
    assert.equal((await stage.list({ search: 'needle' })).total, 0)
  }),

  contractCase('a search is taken literally', ['I31', 'I34'], async (stage) => {
    const keys = ['50%', 'a_b', 'x*y', 'what?', '[abc]', 'a\\b', "it's", 'a.c', '(a+)+$', '^$', 'été']
    await stage.submit(...keys.map((dedupeKey) => ({ dedupeKey })))
    await stage.submit({ dedupeKey: 'aXb' }, { dedupeKey: 'abc' }, { dedupeKey: '500' }, { dedupeKey: 'xzy' })
    for (const key of keys) {
      const { jobs, total } = await stage.list({ search: key })
      assert.deepEqual([jobs.map((job) => job.dedupeKey), total], [[key], 1], `the search for ${key}`)
    }
    assert.equal((await stage.list({ search: '%' })).total, 1)
  }),

  contractCase('a search pages like any other list', ['I31'], async (stage) => {
    const found: string[] = []
    for (let i = 0; i < 11; i++) {
      await stage.add({ dedupeKey: `hay ${i}` })
      found.unshift(await stage.add({ dedupeKey: `needle ${i}` }))
    }
    assert.deepEqual(await idsOf(stage, { search: 'needle', limit: 3 }), found)
    const { jobs, total } = await stage.list({ search: 'needle', limit: 4, offset: 2 })
    assert.deepEqual([jobs.map((job) => job.id), total], [found.slice(2, 6), 11])
  }),

  contractCase('a removed job is in no list', ['I16', 'I33'], async (stage) => {
    await stage.finish(complete(), { type: 'gone' })
    await stage.prune(keepOfEach({ count: 0 }))
    for (const part of [{}, { status: 'completed' }, { type: 'gone' }, { search: 'job' }] as const) {
      assert.deepEqual(plain(await stage.list(part)), { jobs: [], total: 0, nextCursor: null })
    }
  }),
]

// -------------------------------------------------------------------------------------------------------------------

async function idsOf(stage: Stage, part: Partial<ListQuery>): Promise<readonly string[]> {
  return (await stage.everyJob(part)).map((job) => job.id)
}

async function refusesPage(stage: Stage, part: Partial<ListQuery>): Promise<void> {
  const what = `the cursor ${JSON.stringify(part.cursor?.slice(0, 100))} is PAGE_INVALID`
  const refused = (error: unknown): boolean => isRiptideError(error) && error.code === 'PAGE_INVALID'
  await assert.rejects(async () => await stage.list(part), refused, what)
}
