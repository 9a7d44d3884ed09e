import assert from 'node:assert/strict'
import { contractCase } from './case.js'
import { complete, leaseMs, outcomeOf, plain, release } from './script.js'

/** A cycle whose reply was lost is sent again. */
export const resendingCases = [
  contractCase('a cycle sent twice claims once and gives the same reply', ['I2', 'I10'], async (stage) => {
    await stage.addMany(5)
    const request = stage.request({ wanted: [0, 1] })
    const first = await stage.queue.cycle(request)
    const second = await stage.unchanged(() => stage.queue.cycle(request))
    assert.deepEqual(plain(second), plain(first))
    assert.equal((await stage.queue.counts()).processing, 2)
  }),

  contractCase('a cycle sent twice gives the same reply however late', ['I2'], async (stage) => {
    await stage.addMany(2)
    const request = stage.request({ wanted: [0] })
    const first = await stage.queue.cycle(request)
    await stage.pass(leaseMs - 1)
    await stage.take({ instance: 'i2' })
    assert.deepEqual(plain(await stage.queue.cycle(request)), plain(first))
  }),

  contractCase(
    'a cycle sent twice counts its outcomes once, and does not call them stale',
    ['I2', 'I31'],
    async (stage) => {
      await stage.addMany(2)
      const claims = await stage.claim(2)
      const request = stage.request({ outcomes: claims.map((claim) => outcomeOf(claim, complete())) })
      await stage.queue.cycle(request)
      const again = await stage.unchanged(() => stage.queue.cycle(request))
      assert.equal(again.kind === 'done' && again.stale.length, 0)
      assert.equal((await stage.queue.metrics()).types['task']?.completed, 2)
    },
  ),

  contractCase('a cycle sent twice takes back once', ['I5'], async (stage) => {
    const id = await stage.add()
    await stage.take()
    await stage.pass(leaseMs)
    const request = stage.request({ instance: 'i2' })
    const first = await stage.queue.cycle(request)
    const second = await stage.unchanged(() => stage.queue.cycle(request))
    assert.deepEqual(plain(second), plain(first))
    assert.equal((await stage.record(id)).failures, 1)
  }),

  contractCase('it is the number that counts, not what is in the cycle', ['I2'], async (stage) => {
    await stage.addMany(3)
    const first = await stage.cycle({ seq: 7, wanted: [0] })
    const again = await stage.unchanged(() => stage.cycle({ seq: 7, wanted: [0, 1, 2] }))
    assert.deepEqual(plain(again), plain(first))
  }),

  contractCase('a cycle with a lower number is old and does nothing', ['I2'], async (stage) => {
    await stage.addMany(3)
    const old = stage.request({ wanted: [0] })
    await stage.cycle({ wanted: [1] })
    const reply = await stage.unchanged(() => stage.queue.cycle(old))
    assert.deepEqual(plain(reply), { kind: 'old' })
  }),

  contractCase('a number may be left out', ['I2'], async (stage) => {
    await stage.addMany(2)
    await stage.take({ seq: 3 })
    await stage.take({ seq: 30 })
    assert.equal((await stage.queue.counts()).processing, 2)
  }),

  contractCase('each instance counts for itself', ['I2', 'I15'], async (stage) => {
    const ids = await stage.addMany(3)
    const taken = [
      await stage.take({ instance: 'a', seq: 50 }),
      await stage.take({ instance: 'b', seq: 1 }),
      await stage.take({ instance: 'ab', seq: 1 }),
    ]
    assert.deepEqual(
      taken.map((claim) => claim.id),
      ids,
    )
  }),

  contractCase(
    'the number and its reply are the store’s: another connection gives it again',
    ['I2'],
    async (stage) => {
      await stage.addMany(2)
      const other = await stage.other()
      const request = stage.request({ wanted: [0] })
      const first = await stage.queue.cycle(request)
      assert.deepEqual(plain(await stage.unchanged(() => other.cycle(request))), plain(first))
    },
  ),

  contractCase('the same cycle sent many times at once is one', ['I2'], async (stage) => {
    await stage.addMany(9)
    const other = await stage.other()
    const request = stage.request({ wanted: [0, 1] })
    const replies = await Promise.all([0, 1, 2, 3].map((i) => (i % 2 ? other : stage.queue).cycle(request)))
    for (const reply of replies) assert.deepEqual(plain(reply), plain(replies[0]))
    assert.equal((await stage.queue.counts()).processing, 2)
  }),

  contractCase(
    'lines sent twice are kept once, also when new ones came with them',
    ['I10'],
    async (stage) => {
      const id = await stage.add()
      const claim = await stage.take()
      await stage.renew([{ ...claim, lines: ['one', 'two'] }])
      await stage.renew([{ ...claim, lines: ['one', 'two'] }])
      await stage.renew([{ ...claim, lines: ['two', 'three'], linesFrom: 1 }])
      await stage.renew([{ ...claim, lines: ['six'], linesFrom: 5 }])
      assert.deepEqual([...(await stage.record(id)).lines], ['one', 'two', 'three', 'six'])
      await stage.end(claim, release)
    },
  ),

  contractCase(
    'the lines of each run are counted anew, and stand behind those of the run before',
    ['I10'],
    async (stage) => {
      const id = await stage.add()
      const first = await stage.take()
      await stage.renew([{ ...first, lines: ['first run'] }])
      await stage.end(first, release)
      const second = await stage.take()
      await stage.renew([{ ...second, lines: ['second run'] }])
      assert.deepEqual([...(await stage.record(id)).lines], ['first run', 'second run'])
      await stage.end(second, release)
    },
  ),

  contractCase('a renewal sent twice is one renewal', ['I10'], async (stage) => {
    const id = await stage.add()
    const claim = await stage.take()
    await stage.renew([{ ...claim, progress: '{"value":0.1,"note":null}' }])
    await stage.renew([{ ...claim, progress: '{"value":0.1,"note":null}' }])
    const { status, progress } = await stage.record(id)
    assert.deepEqual([status, progress], ['processing', '{"value":0.1,"note":null}'])
    await stage.end(claim, release)
  }),
]
