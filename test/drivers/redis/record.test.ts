import { beforeEach, expect, it } from 'vitest'
import type { NewJob } from '../../../src/core/queue-adapter.js'
import { readBriefs, readJob } from '../../../src/drivers/redis/job-reading.js'
import { nameOf } from '../../../src/drivers/redis/names.js'
import { jobWords, letterOf, parseClaim, parseRecord, statusOf } from '../../../src/drivers/redis/record.js'
import { type JobTerms, noTerms } from '../../../src/core/job-terms.js'
import { jobStates } from '../../../src/core/states.js'
import { termsOf, termsWords } from '../../../src/drivers/redis/terms-words.js'
import { describeRedis } from './redis-server.js'
import { WrittenSpace } from './written-space.js'

const uuid = '0190f3a0-7c1e-7abc-8def-0123456789ab'
const noSide = [null, null, null, null, null] as const

it('a job just made has words for what it was given, and nothing else has happened to it', () => {
  const record = parseRecord(nameOf(uuid), 'P\n7 my%u0020type 1 5 1000 4 10\n{}  {"é":"🌊"}', noSide, [], 0)
  expect(record).toEqual({
    id: uuid,
    type: 'my type',
    status: 'pending',
    priority: 'high',
    payload: '{"é":"🌊"}',
    options: '{}  ',
    generation: 1,
    failures: 0,
    maxAttempts: 5,
    fence: '0',
    worker: null,
    createdAt: 1000,
    readyAt: 1000,
    startedAt: null,
    completedAt: null,
    runMs: null,
    error: null,
    cancelReason: null,
    progress: null,
    lines: [],
    dedupeKey: null,
    scheduleId: null,
    blockedBy: null,
    terms: null,
    waitsFor: [],
    result: null,
  })
})

it('a record has all that happened to its job', () => {
  const text = `C 12 1700000000000001 2 1 2000 ${nameOf('host/7')}/3 2500 2600 99.25 i5000.6\n7 work 3 5 1000 2 2 key schedule\n{}[]"done"`
  const side = ['{"code":"X"}', null, '{"value":1}', null] as const
  expect(parseRecord('~x', text.replace('schedule', nameOf(uuid)), side, ['said'], 4999)).toMatchObject({
    id: 'x',
    status: 'completed',
    priority: 'low',
    generation: 2,
    failures: 1,
    fence: '1700000000000001',
    worker: 'host/7/3',
    readyAt: 2000,
    startedAt: 2500,
    completedAt: 2600,
    runMs: 99.25,
    error: '{"code":"X"}',
    progress: '{"value":1}',
    lines: ['said'],
    dedupeKey: 'key',
    scheduleId: uuid,
    payload: '[]',
    result: { inline: '"done"' },
  })
  expect(parseRecord('~x', text, side, [], 5000).result).toBeNull()
  expect(parseRecord('~x', text.replace('i5000', 'k5000'), side, [], 0).result).toEqual({ key: '"done"' })
})

it('a claim is cut out of its record', () => {
  const text = `W 12 1700000000000001 1 0 1000 ${nameOf(uuid)}/2 2500 - - -\n7 work 0 5 1000 2 2 key\n{}[]`
  expect(parseClaim('~x', 2, text)).toEqual({
    id: 'x',
    type: 'work',
    priority: 'critical',
    payload: '[]',
    options: '{}',
    fence: '1700000000000001',
    generation: 1,
    failures: 0,
    maxAttempts: 5,
    lane: 2,
    createdAt: 1000,
    readyAt: 1000,
    startedAt: 2500,
    dedupeKey: 'key',
    scheduleId: null,
  })
})

it('what is sent of a job holds no blank that is not between words', () => {
  const job: NewJob = {
    id: uuid,
    token: uuid,
    digest: 'a b',
    type: 'my type',
    priority: 'low',
    maxAttempts: 3,
    delayMs: 0,
    runAt: null,
    dedupeKey: null,
    payload: '"🌊"',
    options: '{}',
  }
  expect(jobWords(job)).toEqual(['my%u0020type 3 3 0 - - - a%u0020b 2 4', '{}"🌊"'])
  const other = jobWords({ ...job, token: 'again', dedupeKey: '-', delayMs: null, runAt: 5 })
  expect(other[0]).toBe('my%u0020type 3 3 - 5 %u002d ~again a%u0020b 2 4')
})

it('terms are what their words say, whatever stands in a key', () => {
  const terms: JobTerms = {
    dependsOn: [
      { id: uuid, onFailure: 'cancel' },
      { id: 'i am', onFailure: 'ignore' },
    ],
    concurrency: { key: '- %u0020 é\n', max: 2 },
    rate: { key: '', max: 10_000, perMs: 1 },
    dedupe: { mode: 'debounce', windowMs: 5 },
    notices: ['completed', 'cancelled'],
    scheduleId: '-',
  }
  expect(termsOf(termsWords(terms))).toEqual(terms)
  expect(termsOf(termsWords(noTerms))).toEqual(noTerms)
  expect(termsOf(null)).toBeNull()
})

it('one that others depend on keeps its class', () => {
  const text = (rank: number): string => `P\n7 work ${rank} 5 1000 2 2\n{}[]`
  for (const rank of [0, 1, 2, 3])
    expect(parseRecord('~x', text(rank + 4), noSide, [], 0)).toEqual(
      parseRecord('~x', text(rank), noSide, [], 0),
    )
})

it('each state has a letter', () => {
  for (const status of jobStates) expect(statusOf(letterOf(status))).toBe(status)
  expect(statusOf('D')).toBe('pending')
})

describeRedis('jobs that are read', () => {
  let written: WrittenSpace
  beforeEach(async () => {
    written = await WrittenSpace.open()
  })

  it('one that is not there is null', async () => {
    expect(await readJob(written.space, 'nobody')).toBeNull()
    expect(await readBriefs(written.space, [nameOf('nobody')])).toEqual([])
  })

  it('one comes with what stands beside it', async () => {
    const side = { e: '{"code":"X"}', r: '', p: '{"value":1}', b: nameOf(uuid) }
    await written.put({ id: 'a', side, lines: ['one', 'two'] })
    expect(await readJob(written.space, 'a')).toMatchObject({
      id: 'a',
      payload: '{"of":"a"}',
      error: '{"code":"X"}',
      cancelReason: '',
      progress: '{"value":1}',
      blockedBy: uuid,
      lines: ['one', 'two'],
    })
  })

  it('in brief a job is the same but for payload and lines, however long its texts are', async () => {
    const long = (n: number): string => `"${'é🌊'.repeat(n)}"`
    const state = (result: string, until = written.now + 1): string =>
      `C 1 2 1 0 ${written.now} ${nameOf(uuid)}/0 5 6 7.5 i${until}.${Buffer.byteLength(result)}`
    await written.put(
      { id: 'short' },
      { id: 'payload', payload: long(400_000), lines: ['x'], side: { r: 'why' } },
      { id: 'result', payload: long(9000), state: state(long(5000)), result: long(5000) },
      { id: 'over', state: state(long(5), written.now), result: long(5) },
      { id: 'key', dedupeKey: 'é '.repeat(2000) },
      ...[335, 336, 337, 338, 339, 340, 341, 5000].map((n) => ({
        id: `o${n}`,
        options: long(n),
        payload: '',
      })),
      ...[335, 336, 337, 338, 339, 340, 341, 5000].map((n) => ({ id: `p${n}`, options: long(n) })),
    )
    const ids = ['short', 'payload', 'result', 'over', 'key']
    for (const n of [335, 336, 337, 338, 339, 340, 341, 5000]) ids.push(`o${n}`, `p${n}`)
    const briefs = await readBriefs(written.space, ids.map(nameOf))
    expect(briefs).toHaveLength(ids.length)
    for (const [i, id] of ids.entries()) {
      expect(briefs[i], id).toEqual({ ...(await readJob(written.space, id)), payload: '', lines: [] })
    }
  })

  it('payloads of jobs in brief do not travel', async () => {
    await written.put(
      ...Array.from({ length: 50 }, (_, i) => ({ id: `j${i}`, payload: `"${'x'.repeat(100_000)}"` })),
    )
    const before = await sent(written)
    await readBriefs(
      written.space,
      Array.from({ length: 50 }, (_, i) => nameOf(`j${i}`)),
    )
    expect((await sent(written)) - before).toBeLessThan(50 * 4096)
  })
})

async function sent({ redis }: WrittenSpace): Promise<number> {
  return Number(/total_net_output_bytes:(\d+)/.exec(await redis.info('stats'))?.[1])
}
