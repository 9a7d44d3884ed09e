import assert from 'node:assert/strict'
import { contractCase } from './case.js'
import { leaseMs, plain } from './script.js'

/** Who lives, as far as the store can tell. */
export const instanceCases = [
  contractCase('an instance is known from its first renewal on, with all it said', ['I19'], async (stage) => {
    assert.deepEqual(plain(await stage.queue.instances()), [])
    const info = {
      id: 'alpha',
      host: 'hôst "1"',
      pid: 4242,
      startedAt: stage.now - 5,
      workers: 4,
      slots: 16,
      busy: 3,
      types: ['a', 'b', '__proto__'],
      zombies: 1,
    }
    await stage.queue.renew({ instance: info, leases: [], leaseMs })
    assert.deepEqual(plain(await stage.queue.instances()), [
      { ...info, heartbeatAt: stage.now, healthy: true },
    ])
  }),

  contractCase('the newest renewal is what counts', ['I19'], async (stage) => {
    await stage.renew([], { busy: 1 })
    await stage.pass(1000)
    await stage.renew([], { busy: 2 })
    const [one, ...more] = await stage.queue.instances()
    assert.deepEqual([one?.busy, one?.heartbeatAt, more.length], [2, stage.now, 0])
  }),

  contractCase(
    'an instance is healthy while its heartbeat is younger than its lease',
    ['I19'],
    async (stage) => {
      await stage.renew([], { id: 'quick' }, 1000)
      await stage.renew([], { id: 'slow' }, 2000)
      const healthy = async (): Promise<unknown> =>
        plain((await stage.queue.instances()).filter((one) => one.healthy).map((one) => one.id))
      await stage.pass(999)
      assert.deepEqual(await healthy(), ['quick', 'slow'])
      await stage.pass(1)
      assert.deepEqual(await healthy(), ['slow'])
      await stage.pass(1000)
      assert.deepEqual(await healthy(), [])
    },
  ),

  contractCase('an instance that was unhealthy is healthy again when it renews', ['I19'], async (stage) => {
    await stage.renew([])
    await stage.pass(leaseMs * 2)
    await stage.renew([])
    assert.equal((await stage.queue.instances())[0]?.healthy, true)
  }),

  contractCase(
    'an instance is shown until its last sign of life is ten leases old',
    ['I19', 'I36'],
    async (stage) => {
      await stage.renew([], {}, 1000)
      await stage.pass(9_999)
      assert.equal((await stage.queue.instances()).length, 1)
      await stage.pass(1)
      assert.equal((await stage.queue.instances()).length, 0)
    },
  ),

  contractCase('an instance that left is not there, and the others are', ['I29'], async (stage) => {
    await stage.renew([], { id: 'a' })
    await stage.renew([], { id: 'b' })
    await stage.queue.leave('a')
    await stage.queue.leave('never-there')
    assert.deepEqual(
      (await stage.queue.instances()).map((one) => one.id),
      ['b'],
    )
  }),

  contractCase('an instance that left may come back', ['I30'], async (stage) => {
    await stage.add()
    await stage.cycle({ instance: 'a', seq: 9 })
    await stage.renew([], { id: 'a' })
    await stage.queue.leave('a')
    await stage.renew([], { id: 'a' })
    assert.equal((await stage.queue.instances()).length, 1)
    assert.equal((await stage.take({ instance: 'a', seq: 10 })).lane, 0)
  }),

  contractCase('a process that only submits is no instance', ['I19'], async (stage) => {
    await stage.add()
    await stage.list()
    assert.deepEqual(plain(await stage.queue.instances()), [])
  }),

  contractCase('every process sees the instances of all', ['I19'], async (stage) => {
    const other = await stage.other()
    await stage.renew([], { id: 'here' })
    assert.deepEqual(
      (await other.instances()).map((one) => one.id),
      ['here'],
    )
  }),
]
