import assert from 'node:assert/strict'
import { priorities } from '../../core/priority.js'
import { boundedCase, contractCase } from './case.js'
import { complete, fail, keepOfEach, plain } from './script.js'

/** What happens to a submission: alone, in company, again, and where there is no room. */
export const submissionCases = [
  contractCase(
    'a new job is pending and its record says all there is to say',
    ['I1', 'I13'],
    async (stage) => {
      const { now } = stage
      const job = stage.job({
        priority: 'high',
        maxAttempts: 7,
        payload: '{"a":1}',
        options: '{"b":2}',
        dedupeKey: 'k',
      })
      const [answer] = await stage.queue.submit([job])
      assert.deepEqual(plain(answer), { kind: 'created', id: job.id, status: 'pending' })
      assert.deepEqual(plain(await stage.record(job.id)), {
        id: job.id,
        type: 'task',
        status: 'pending',
        priority: 'high',
        payload: '{"a":1}',
        options: '{"b":2}',
        generation: 1,
        failures: 0,
        maxAttempts: 7,
        fence: '0',
        worker: null,
        createdAt: now,
        readyAt: now,
        startedAt: null,
        completedAt: null,
        runMs: null,
        error: null,
        cancelReason: null,
        progress: null,
        lines: [],
        dedupeKey: 'k',
        scheduleId: null,
        blockedBy: null,
        terms: null,
        waitsFor: [],
        result: null,
      })
    },
  ),

  contractCase('a job that nobody submitted is not there', ['I1'], async (stage) => {
    await stage.add()
    for (const id of ['nope', '', '0', '__proto__', 'constructor'])
      assert.equal(await stage.queue.get(id), null)
  }),

  contractCase('the answers stand in the order of the jobs', ['I10'], async (stage) => {
    const standing = await stage.add({ digest: 'one' })
    const answers = await stage.submit(
      { id: 'new-1' },
      { id: standing, digest: 'one', token: 'x' },
      { id: standing, digest: 'two', token: 'y' },
      { id: 'new-2' },
    )
    assert.deepEqual(
      answers.map((answer) => [answer.kind, 'id' in answer ? answer.id : null]),
      [
        ['created', 'new-1'],
        ['standing', standing],
        ['conflict', standing],
        ['created', 'new-2'],
      ],
    )
  }),

  contractCase('no job is no work', ['I34'], async (stage) => {
    const answers = await stage.unchanged(() => stage.queue.submit([]))
    assert.equal(answers.length, 0)
  }),

  contractCase(
    'a submission sent twice is answered `created` twice and makes one job',
    ['I10'],
    async (stage) => {
      const job = stage.job()
      const first = await stage.queue.submit([job])
      const second = await stage.unchanged(() => stage.queue.submit([job]))
      assert.deepEqual(plain(second), plain(first))
    },
  ),

  contractCase(
    'a submission sent again after its job ended makes no second one',
    ['I1', 'I10'],
    async (stage) => {
      const job = stage.job()
      await stage.queue.submit([job])
      await stage.end(await stage.take(), complete())
      const [again] = await stage.unchanged(() => stage.queue.submit([job]))
      assert.deepEqual([again?.kind, again?.kind === 'created' ? again.id : null], ['created', job.id])
    },
  ),

  contractCase('the same job from someone else is the standing one', ['I10'], async (stage) => {
    const id = await stage.add({ token: 'mine' })
    const [pending] = await stage.unchanged(() => stage.submit({ id, token: 'theirs' }))
    assert.deepEqual(plain(pending), { kind: 'standing', id, status: 'pending' })
    await stage.end(await stage.take(), fail())
    const [ended] = await stage.submit({ id, token: 'another' })
    assert.deepEqual(plain(ended), { kind: 'standing', id, status: 'dead_letter' })
  }),

  contractCase(
    'an id with another content is a conflict and changes nothing',
    ['I10', 'I34'],
    async (stage) => {
      const id = await stage.add({ digest: 'one', payload: '1' })
      const [answer] = await stage.unchanged(() =>
        stage.submit({ id, token: 'other', digest: 'two', payload: '2' }),
      )
      assert.deepEqual(plain(answer), { kind: 'conflict', id })
    },
  ),

  contractCase('the same id twice in one step makes one job', ['I10'], async (stage) => {
    const [first, second, third] = await stage.submit(
      { id: 'twin', token: 'a' },
      { id: 'twin', token: 'b' },
      { id: 'twin', token: 'c', digest: 'else' },
    )
    assert.deepEqual([first?.kind, second?.kind, third?.kind], ['created', 'standing', 'conflict'])
  }),

  contractCase('ids that look like something else are texts', ['I13'], async (stage) => {
    const ids = [
      '0',
      '1',
      '-1',
      '1e3',
      'null',
      'undefined',
      'NaN',
      'true',
      '__proto__',
      'constructor',
      '~',
      'x'.repeat(200),
      'A',
      'a',
    ]
    await stage.submit(...ids.map((id) => ({ id })))
    for (const id of ids) assert.equal((await stage.record(id)).id, id)
    assert.equal((await stage.takeIds(ids.length)).join(), ids.join())
  }),

  contractCase('a type may have any name', ['I13', 'I31'], async (stage) => {
    const types = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '0', 'a.b', 'a-b~c_d']
    await stage.submit(...types.map((type) => ({ type })))
    const claims = await stage.claim(types.length, { types })
    assert.deepEqual(
      claims.map((claim) => claim.type),
      types,
    )
    await stage.end(claims, complete())
    const metrics = await stage.queue.metrics()
    for (const type of types) {
      assert.ok(Object.hasOwn(metrics.types, type), `${type} has metrics`)
      assert.equal(metrics.types[type]?.completed, 1)
    }
  }),

  contractCase('every priority is kept and shown', ['I7'], async (stage) => {
    for (const priority of priorities) {
      assert.equal((await stage.record(await stage.add({ priority }))).priority, priority)
    }
  }),

  contractCase('what is removed is forgotten: its id is free', ['I10', 'I33'], async (stage) => {
    const id = await stage.finish(complete(), { id: 'again', digest: 'one' })
    await stage.prune(keepOfEach({ count: 0 }))
    const [answer] = await stage.submit({ id, token: 'fresh', digest: 'two' })
    assert.equal(answer?.kind, 'created')
  }),

  boundedCase('a queue without room says `full` and adds nothing', ['I34', 'I36'], 3, async (stage) => {
    await stage.addMany(3)
    const [answer] = await stage.unchanged(() => stage.submit({ id: 'too-much' }))
    assert.equal(answer?.kind, 'full')
    assert.equal(await stage.status('too-much'), 'missing')
  }),

  boundedCase('a full queue still answers for the jobs it holds', ['I10', 'I36'], 2, async (stage) => {
    const job = stage.job({ digest: 'one' })
    await stage.queue.submit([job])
    await stage.add()
    const answers = await stage.unchanged(() =>
      stage.queue.submit([job, { ...job, token: 'b' }, { ...job, token: 'c', digest: 'two' }]),
    )
    assert.deepEqual(
      answers.map((answer) => answer.kind),
      ['created', 'standing', 'conflict'],
    )
  }),

  boundedCase(
    'a full queue goes on working and has room again when jobs are removed',
    ['I36'],
    1,
    async (stage) => {
      await stage.finish()
      assert.equal((await stage.submit({}))[0]?.kind, 'full')
      await stage.prune(keepOfEach({ count: 0 }))
      assert.equal((await stage.submit({}))[0]?.kind, 'created')
    },
  ),
]
