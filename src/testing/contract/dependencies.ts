import assert from 'node:assert/strict'
import { noTerms } from '../../core/job-terms.js'
import { isFinal, jobStates } from '../../core/states.js'
import { contractCase } from './case.js'
import { hearsOfWork } from './hearing.js'
import { complete, keepOfEach, outcomeOf, plain } from './script.js'
import { jobIn } from './states.js'
import { after, chain, termsOf, waitsFor } from './terms.js'

/** How a job comes that depends on others, and when it is let go. */
export const dependencyCases = [
  contractCase(
    'a job that depends on one that has not ended is blocked, and says by which',
    ['I11'],
    async (stage) => {
      const parent = await stage.add()
      const [answer] = await stage.submit({ id: 'child', ...after(parent) })
      assert.deepEqual(plain(answer), { kind: 'created', id: 'child', status: 'blocked' })
      const { status, waitsFor: open, terms, blockedBy, scheduleId } = await stage.record('child')
      assert.deepEqual(plain({ status, open, terms, blockedBy, scheduleId }), {
        status: 'blocked',
        open: [parent],
        terms: { ...noTerms, dependsOn: [{ id: parent, onFailure: 'fail' }] },
        blockedBy: null,
        scheduleId: null,
      })
      assert.equal((await stage.queue.counts()).blocked, 1)
    },
  ),

  contractCase('a job keeps all of its terms, and lists leave them out', ['I13', 'I36'], async (stage) => {
    const parents = await stage.addMany(2)
    const terms = {
      dependsOn: parents.map((id) => ({ id, onFailure: 'ignore' as const })),
      concurrency: { key: 'é "🌊" :{}\n', max: 7 },
      rate: { key: '__proto__', max: 10_000, perMs: 86_400_000 },
      dedupe: { mode: 'keep' as const, windowMs: 5 },
      notices: ['cancelled' as const],
      scheduleId: 'a-schedule',
    }
    const id = await stage.add({ terms, dedupeKey: 'k' })
    const record = await stage.record(id)
    assert.deepEqual(plain([record.terms, record.scheduleId]), [terms, 'a-schedule'])
    const listed = (await stage.everyJob()).find((job) => job.id === id)
    assert.deepEqual([listed?.terms, listed?.waitsFor], [null, []])
  }),

  ...jobStates
    .filter((status) => !isFinal(status))
    .map((status) =>
      contractCase(`a job waits for one that is ${status}`, ['I11'], async (stage) => {
        const parent = await jobIn(stage, status)
        const child = await stage.add(after(parent))
        await stage.settle()
        assert.deepEqual(await waitsFor(stage, child), [parent])
      }),
    ),

  contractCase('a job that waits for others is claimed by nobody', ['I6', 'I11'], async (stage) => {
    const [parent] = await chain(stage, 3)
    assert.deepEqual(await stage.takeIds(5), [parent])
    assert.deepEqual(await stage.takeIds(5), [])
  }),

  contractCase(
    'a job is let go in the step in which the last one it waits for completes',
    ['I11'],
    async (stage) => {
      const [a, b, c] = await stage.addMany(3)
      assert.ok(a && b && c)
      const child = await stage.add(after([c, a, b]))
      const runs = await stage.claim(3)
      const open: (readonly string[])[] = [await waitsFor(stage, child)]
      for (const run of runs) {
        await stage.end(run, complete())
        open.push(await waitsFor(stage, child))
      }
      assert.deepEqual(open, [[c, a, b], [c, b], [c], []])
      const { status, readyAt } = await stage.record(child)
      assert.deepEqual([status, readyAt], ['pending', stage.now])
      assert.deepEqual(await stage.takeIds(5), [child])
    },
  ),

  contractCase('a job that was let go is claimed in the same step', ['I11'], async (stage) => {
    const parent = await stage.add()
    const child = await stage.add(after(parent))
    const run = await stage.take()
    const request = stage.request({ outcomes: [outcomeOf(run, complete())], wanted: [0, 1] })
    const reply = await stage.queue.cycle(request)
    assert.deepEqual(reply.kind === 'done' && reply.claims.map(({ id }) => id), [child])
  }),

  contractCase('what has completed holds nothing up', ['I11'], async (stage) => {
    const parents = [await stage.finish(), await stage.finish()]
    const [answer] = await stage.submit({ id: 'child', ...after(parents) })
    assert.deepEqual(plain(answer), { kind: 'created', id: 'child', status: 'pending' })
    assert.deepEqual([await waitsFor(stage, 'child'), await stage.takeIds(5)], [[], ['child']])
  }),

  contractCase('only those that have not ended are waited for', ['I11'], async (stage) => {
    const [done, live] = [await stage.finish(), await stage.add()]
    const child = await stage.add(after([done, live]))
    assert.deepEqual(await waitsFor(stage, child), [live])
  }),

  contractCase(
    'a job that is let go stands behind those of its class that were ready before',
    ['I7', 'I11'],
    async (stage) => {
      const parent = await stage.add({ priority: 'high' })
      const child = await stage.add(after(parent))
      const others = await stage.addMany(3)
      await stage.end(await stage.take(), complete())
      const late = await stage.add()
      assert.deepEqual(await stage.takeIds(9), [...others, child, late])
    },
  ),

  contractCase(
    'a delay counts from the submission: what is left of it is waited for',
    ['I6', 'I11'],
    async (stage) => {
      const parent = await stage.add()
      const readyAt = stage.now + 1000
      const child = await stage.add({ delayMs: 1000, ...after(parent) })
      await stage.pass(400)
      await stage.end(await stage.take(), complete())
      const record = await stage.record(child)
      assert.deepEqual([record.status, record.readyAt], ['pending', readyAt])
      assert.equal((await stage.queue.counts()).delayed, 1)
      assert.equal((await stage.cycle()).nextDueAt, readyAt)
      await stage.pass(599)
      assert.deepEqual(await stage.takeIds(5), [])
      await stage.pass(1)
      assert.deepEqual(await stage.takeIds(5), [child])
    },
  ),

  contractCase(
    'a delay that is over when the job is let go is waited for no more',
    ['I6', 'I11'],
    async (stage) => {
      const parent = await stage.add()
      const children = [
        await stage.add({ delayMs: 1000, ...after(parent) }),
        await stage.add({ runAt: stage.now + 1000, ...after(parent) }),
      ]
      const run = await stage.take()
      await stage.pass(1500)
      assert.equal((await stage.cycle()).nextDueAt !== null, true, 'the lease of the run falls due')
      await stage.end(run, complete())
      assert.equal((await stage.record(children[0] ?? '')).readyAt, stage.now)
      assert.deepEqual([...(await stage.takeIds(5))].sort(), [...children].sort())
    },
  ),

  contractCase(
    'a blocked job whose time comes goes on waiting for the others',
    ['I6', 'I11'],
    async (stage) => {
      const parent = await stage.add({ type: 'unknown' })
      const child = await stage.add({ delayMs: 10, ...after(parent) })
      assert.equal((await stage.cycle()).nextDueAt, null)
      await stage.pass(10)
      await stage.settle()
      assert.deepEqual([await waitsFor(stage, child), await stage.takeIds(5)], [[parent], []])
    },
  ),

  contractCase('a failed attempt of one that is waited for lets nobody go', ['I11'], async (stage) => {
    const parent = await jobIn(stage, 'retrying')
    const child = await stage.add(after(parent))
    await stage.settle()
    await stage.pass(60_000)
    assert.deepEqual(await stage.takeIds(5), [parent])
    assert.equal(await stage.status(child), 'blocked')
  }),

  contractCase('one job may wait for many of several types, and many for one', ['I11'], async (stage) => {
    const parents = await Promise.all(['a', 'b', 'c'].map((type) => stage.add({ type })))
    const children = await stage.addMany(5, after(parents))
    for (const type of ['a', 'b', 'c']) {
      assert.deepEqual(await stage.takeIds(9), [])
      await stage.end(await stage.take({ types: [type] }), complete())
    }
    assert.deepEqual([...(await stage.takeIds(9))].sort(), [...children].sort())
  }),

  contractCase('a job in the line of its schedule may be waited for', ['I11'], async (stage) => {
    const { id } = await stage.schedule()
    await stage.fired(id, { overlap: 'queue' })
    const second = await stage.fired(id, { overlap: 'queue' })
    const child = await stage.add(after(second))
    for (const status of ['blocked', 'pending'] as const) {
      await stage.end(await stage.take(), complete())
      assert.equal(await stage.status(child), status)
    }
  }),

  contractCase('a job counts as one of the schedule that its terms name', ['I24', 'I31'], async (stage) => {
    const { id } = await stage.schedule()
    const job = await stage.add(termsOf({ scheduleId: id }))
    assert.deepEqual([(await stage.record(job)).scheduleId, (await stage.scheduleNow(id)).live], [id, 1])
    assert.equal((await stage.fire(id, { overlap: 'skip' })).kind, 'skipped')
    await stage.pass(1)
    const next = await stage.fired(id, { overlap: 'queue' })
    assert.equal((await stage.record(next)).blockedBy, job)
    await stage.end(await stage.take(), complete())
    assert.equal((await stage.scheduleNow(id)).live, 1)
  }),

  contractCase('a long chain runs one by one, in its order', ['I11'], async (stage) => {
    const ids = await chain(stage, 40)
    const ran: string[] = []
    for (let run = 0; run < ids.length; run++) {
      const claims = await stage.claim(4)
      ran.push(...claims.map(({ id }) => id))
      await stage.end(claims, complete())
    }
    assert.deepEqual(ran, ids)
    await stage.settle()
    await stage.prune(keepOfEach({ count: 0 }))
    assert.deepEqual(await stage.everyJob(), [])
  }),

  contractCase('who waits to be told of work is told of a job that was let go', ['I20'], async (stage) => {
    await hearsOfWork(
      stage,
      async () => {
        const parent = await stage.add({ type: 'other' })
        await stage.add(after(parent))
        await stage.claim(9, { instance: 'others', types: ['task'] })
        const run = await stage.take({ types: ['other'] })
        await stage.cycle({ instance: 'waiting', wanted: [0], types: ['task'] })
        return run
      },
      (run) => stage.end(run, complete()),
    )
  }),
]
