import assert from 'node:assert/strict'
import { noTerms } from '../../core/job-terms.js'
import { boundedCase, contractCase } from './case.js'
import { complete, fail, lanes, plain } from './script.js'
import { jobIn } from './states.js'
import { after, keyed, statusesOf, termsOf, unique } from './terms.js'

const replace = unique('key', 'replace')

/** Submissions that change the job that holds their dedupe key. */
export const dedupeModeCases = [
  contractCase(
    'a job that waits gets all that the one which replaces it says',
    ['I9', 'I13'],
    async (stage) => {
      const id = await stage.add({ payload: '1', options: 'old', dedupeKey: 'key', digest: 'd', token: 't' })
      const createdAt = stage.now
      await stage.pass(100)
      const terms = {
        ...noTerms,
        concurrency: { key: 'k', max: 2 },
        dedupe: { mode: 'replace' as const, windowMs: null },
        notices: ['cancelled' as const],
      }
      const part = {
        type: 'other',
        priority: 'high',
        maxAttempts: 9,
        payload: '[2]',
        options: 'new',
      } as const
      const [answer] = await stage.submit({ ...part, dedupeKey: 'key', digest: 'other', terms })
      assert.deepEqual(plain(answer), { kind: 'standing', id, status: 'pending', replaced: true })
      const { type, priority, maxAttempts, payload, options, ...record } = await stage.record(id)
      assert.deepEqual({ type, priority, maxAttempts, payload, options }, part)
      assert.deepEqual(plain(record.terms), terms)
      assert.deepEqual(
        [record.createdAt, record.generation, record.failures, record.dedupeKey],
        [createdAt, 1, 0, 'key'],
      )
      assert.deepEqual([(await stage.list()).total, await stage.takeIds(5)], [1, [id]])
    },
  ),

  contractCase('the job that was replaced is still known by its own submission', ['I10'], async (stage) => {
    const job = stage.job({ dedupeKey: 'key', digest: 'one' })
    await stage.queue.submit([job])
    await stage.submit({ ...replace, digest: 'two' })
    const answers = await stage.unchanged(() =>
      stage.queue.submit([job, { ...job, token: 'x' }, { ...job, token: 'y', digest: 'two' }]),
    )
    assert.deepEqual(
      answers.map(({ kind }) => kind),
      ['created', 'standing', 'conflict'],
    )
  }),

  ...(['pending', 'retrying', 'blocked'] as const).map((state) =>
    contractCase(
      `a ${state} job that is replaced is ready, behind those that were`,
      ['I7', 'I9'],
      async (stage) => {
        const parent = state === 'blocked' ? [await stage.add({ type: 'unknown' })] : []
        const part = {
          ...replace,
          ...termsOf({ ...replace.terms, ...after(parent).terms, dedupe: replace.terms.dedupe }),
        }
        const id = state === 'blocked' ? await stage.add(part) : await jobIn(stage, state, replace)
        const { failures } = await stage.record(id)
        const others = await stage.addMany(2)
        await stage.pass(7)
        const [answer] = await stage.submit(replace)
        assert.deepEqual(plain(answer), { kind: 'standing', id, status: 'pending', replaced: true })
        const record = await stage.record(id)
        assert.deepEqual([record.readyAt, record.failures, [...record.waitsFor]], [stage.now, failures, []])
        const late = await stage.add()
        assert.deepEqual(await stage.takeIds(9), [...others, id, late])
      },
    ),
  ),

  contractCase('a delayed job that is replaced is due as the new one says', ['I6', 'I9'], async (stage) => {
    const id = await stage.add({ ...replace, delayMs: 1000 })
    await stage.pass(500)
    await stage.submit({ ...replace, delayMs: 2000 })
    assert.equal((await stage.record(id)).readyAt, stage.now + 2000)
    assert.equal((await stage.cycle()).nextDueAt, stage.now + 2000)
    await stage.submit({ ...replace, runAt: stage.now + 100 })
    await stage.pass(99)
    assert.deepEqual(await stage.takeIds(1), [])
    await stage.pass(1)
    assert.deepEqual(await stage.takeIds(1), [id])
  }),

  contractCase(
    'a ready job that is replaced by a delayed one is not claimed before',
    ['I6', 'I9'],
    async (stage) => {
      const id = await stage.add(replace)
      const [answer] = await stage.submit({ ...replace, delayMs: 100 })
      assert.deepEqual(plain(answer), { kind: 'standing', id, status: 'pending', replaced: true })
      assert.deepEqual([await stage.takeIds(1), (await stage.queue.counts()).delayed], [[], 1])
      await stage.pass(100)
      assert.deepEqual(await stage.takeIds(1), [id])
    },
  ),

  contractCase(
    'a running job is not replaced: the new one is, and has the key from then on',
    ['I9'],
    async (stage) => {
      const first = await jobIn(stage, 'processing', replace)
      const [answer] = await stage.submit({ id: 'second', ...replace })
      assert.deepEqual(plain(answer), { kind: 'created', id: 'second', status: 'pending' })
      const [third] = await stage.submit({ ...replace, payload: '3' })
      assert.deepEqual(plain(third), { kind: 'standing', id: 'second', status: 'pending', replaced: true })
      await stage.cancel(first)
      assert.deepEqual(plain(await stage.submit({ dedupeKey: 'key' })), [
        { kind: 'standing', id: 'second', status: 'pending' },
      ])
      await stage.end(await stage.take(), complete())
      assert.equal((await stage.submit(replace))[0]?.kind, 'created')
    },
  ),

  contractCase('debounce without a key puts nothing off', ['I9'], async (stage) => {
    const id = await stage.add(termsOf({ dedupe: { mode: 'debounce', windowMs: 5000 } }))
    assert.deepEqual(await stage.takeIds(9), [id])
  }),

  contractCase(
    'who waits in the line of a schedule keeps its content and its place',
    ['I9', 'I24'],
    async (stage) => {
      const { id } = await stage.schedule()
      const first = await stage.fired(id, { overlap: 'queue' })
      const second = await stage.fired(id, { overlap: 'queue', job: stage.job({ dedupeKey: 'k' }) })
      const rule = termsOf({ dedupe: { mode: 'replace', windowMs: null } })
      const [answer] = await stage.submit({ dedupeKey: 'k', payload: '"new"', ...rule })
      assert.deepEqual(plain(answer), { kind: 'standing', id: second, status: 'blocked' })
      assert.deepEqual(await stage.takeIds(9), [first])
      assert.notEqual((await stage.queue.get(second))?.payload, '"new"')
    },
  ),

  contractCase('what ended holds no key against a replacement', ['I9'], async (stage) => {
    const id = await jobIn(stage, 'dead_letter', replace)
    assert.equal((await stage.submit(replace))[0]?.kind, 'created')
    assert.equal(await stage.status(id), 'dead_letter')
  }),

  contractCase(
    'a replacement moves a job to its new key and counts as no submission',
    ['I8', 'I9', 'I31'],
    async (stage) => {
      const on = (key: string) => ({
        dedupeKey: 'key',
        terms: { ...keyed(key, 1).terms, dedupe: replace.terms.dedupe },
      })
      const id = await stage.add(on('a'))
      await stage.submit(on('b'))
      const keys = [
        await stage.queue.keyState({ concurrency: 'a', rate: null }),
        await stage.queue.keyState({ concurrency: 'b', rate: null }),
      ]
      assert.deepEqual(plain(keys.map(({ concurrency }) => concurrency)), [null, { max: 1, running: 0 }])
      await stage.add(keyed('b', 1))
      assert.deepEqual(await stage.takeIds(5), [id])
      assert.equal((await stage.queue.metrics()).types['task']?.submitted, 2)
    },
  ),

  contractCase('a replacement of another type moves the job between the counts', ['I31'], async (stage) => {
    await stage.add(replace)
    await stage.submit({ ...replace, type: 'other', delayMs: 5 })
    const { byType } = await stage.queue.counts()
    assert.deepEqual([byType['task']?.pending ?? 0, byType['other']?.delayed], [0, 1])
    assert.deepEqual(
      [(await stage.list({ type: 'other' })).total, (await stage.list({ type: 'task' })).total],
      [1, 0],
    )
    const { types } = await stage.queue.metrics()
    assert.deepEqual([types['task']?.submitted, types['other']?.submitted ?? 0], [1, 0])
  }),

  contractCase('a replacement sent twice is one, answered the same', ['I9', 'I10'], async (stage) => {
    await stage.add(replace)
    const others = await stage.addMany(2)
    const job = stage.job({ ...replace, payload: '2' })
    const first = await stage.queue.submit([job])
    const late = await stage.add()
    assert.deepEqual(plain(await stage.unchanged(() => stage.queue.submit([job]))), plain(first))
    const [a, b, id] = await stage.takeIds(3)
    assert.deepEqual([a, b], others)
    const [again] = await stage.unchanged(() => stage.queue.submit([job]))
    assert.deepEqual(
      [again?.kind, again?.kind === 'standing' && again.replaced, id !== late],
      ['standing', true, true],
    )
  }),

  contractCase('the new submission says what becomes of the standing one', ['I9'], async (stage) => {
    const kept = await stage.add({ dedupeKey: 'a', payload: '1' })
    const [one] = await stage.submit({ ...unique('a', 'replace'), payload: '2' })
    assert.deepEqual(plain(one), { kind: 'standing', id: kept, status: 'pending', replaced: true })
    const [two] = await stage.unchanged(() => stage.submit({ ...unique('a', 'keep'), payload: '3' }))
    assert.deepEqual(plain(two), { kind: 'standing', id: kept, status: 'pending' })
    const throttled = await stage.add(unique('b', 'throttle', 1000))
    const [three] = await stage.submit({ ...unique('b', 'replace'), payload: '2' })
    assert.deepEqual(plain(three), { kind: 'standing', id: throttled, status: 'pending', replaced: true })
    assert.deepEqual(
      (await Promise.all([kept, throttled].map((id) => stage.record(id)))).map(({ payload }) => payload),
      ['2', '2'],
    )
  }),

  contractCase(
    'debounced, a job is ready its window after the last submission',
    ['I6', 'I9'],
    async (stage) => {
      const part = (payload: string) => ({ payload, delayMs: 5, ...unique('key', 'debounce', 1000) })
      const [first] = await stage.submit({ id: 'job', ...part('1') })
      assert.deepEqual(plain(first), { kind: 'created', id: 'job', status: 'pending' })
      assert.equal((await stage.record('job')).readyAt, stage.now + 1000)
      for (const payload of ['2', '3', '4']) {
        await stage.pass(900)
        assert.deepEqual(await stage.takeIds(1), [])
        const [answer] = await stage.submit(part(payload))
        assert.deepEqual(plain(answer), { kind: 'standing', id: 'job', status: 'pending', replaced: true })
      }
      await stage.pass(999)
      assert.deepEqual(await stage.takeIds(1), [])
      await stage.pass(1)
      const run = await stage.take()
      assert.deepEqual([run.id, run.payload], ['job', '4'])
      const [next] = await stage.submit({ id: 'next', ...part('5') })
      assert.deepEqual(plain(next), { kind: 'created', id: 'next', status: 'pending' })
      await stage.end(run, fail())
      assert.deepEqual(await statusesOf(stage, ['job', 'next']), ['dead_letter', 'pending'])
    },
  ),

  contractCase('a debounced submission that is sent twice puts nothing off', ['I9', 'I10'], async (stage) => {
    const id = await stage.add(unique('key', 'debounce', 1000))
    const job = stage.job(unique('key', 'debounce', 1000))
    await stage.queue.submit([job])
    const { readyAt } = await stage.record(id)
    await stage.pass(500)
    await stage.unchanged(() => stage.queue.submit([job]))
    assert.equal((await stage.record(id)).readyAt, readyAt)
  }),

  contractCase('of a replacement and a claim at once each is whole', ['I2', 'I9'], async (stage) => {
    const other = await stage.other()
    for (let round = 0; round < 10; round++) {
      const key = `key-${round}`
      await stage.add({ ...unique(key, 'replace'), payload: 'old' })
      const [answers, claims] = await Promise.all([
        other.submit([stage.job({ ...unique(key, 'replace'), payload: 'new' })]),
        stage.claim(1),
      ])
      const isNew = answers[0]?.kind === 'created'
      assert.deepEqual(
        claims.map(({ payload }) => payload),
        [isNew ? 'old' : 'new'],
      )
      await stage.end([...claims, ...(await stage.claim(1, { wanted: lanes(isNew ? 1 : 0) }))], complete())
    }
    assert.equal((await stage.queue.counts()).pending, 0)
  }),

  boundedCase('a job is replaced where there is no room for another', ['I9', 'I36'], 1, async (stage) => {
    await stage.add(replace)
    assert.equal((await stage.submit(replace))[0]?.kind, 'standing')
    assert.equal((await stage.submit({}))[0]?.kind, 'full')
  }),
]
