import assert from 'node:assert/strict'
import { silentLogger } from '../../core/logger.js'
import { contractCase } from './case.js'
import { plain } from './script.js'

/** Opening and closing, and stores beside each other. */
export const openingCases = [
  contractCase(
    'a queue may be opened by several and goes on until the last has closed it',
    ['I29', 'I30'],
    async (stage) => {
      await stage.queue.open({ logger: silentLogger, clock: stage.clock })
      await stage.queue.open({ logger: silentLogger, clock: stage.clock })
      await stage.queue.close()
      const id = await stage.add()
      assert.equal(await stage.status(id), 'pending')
      await stage.queue.close()
      assert.equal((await stage.take()).id, id)
    },
  ),

  contractCase('two connections see one store', ['I16'], async (stage) => {
    const other = await stage.other()
    const id = await stage.add()
    const { id: scheduleId } = await stage.schedule()
    assert.deepEqual(plain(await other.get(id)), plain(await stage.record(id)))
    assert.deepEqual(
      (await other.schedules()).map((one) => one.id),
      [scheduleId],
    )
    assert.equal((await other.cancel({ id, token: 't', reason: null })).kind, 'done')
    assert.equal(await stage.status(id), 'cancelled')
  }),

  contractCase('what one connection closes the other goes on using', ['I29'], async (stage) => {
    const other = await stage.other()
    await stage.queue.open({ logger: silentLogger, clock: stage.clock })
    await stage.queue.close()
    const [answer] = await other.submit([stage.job({ id: 'late' })])
    assert.equal(answer?.kind, 'created')
    assert.equal(await stage.status('late'), 'pending')
  }),

  contractCase('a queue says what time it is for the store, to every connection', ['I6'], async (stage) => {
    const other = await stage.other()
    assert.deepEqual([await stage.queue.time(), await other.time()], [stage.now, stage.now])
    await stage.pass(3_600_001)
    assert.deepEqual([await stage.queue.time(), await other.time()], [stage.now, stage.now])
    assert.equal((await stage.cycle()).now, await stage.queue.time())
  }),

  contractCase('two stores know nothing of each other', ['I15'], async (stage) => {
    const elsewhere = await stage.elsewhere()
    const id = await stage.add({ dedupeKey: 'k' })
    const schedule = await stage.schedule({ name: 'n' })
    await stage.renew([])
    assert.equal(await elsewhere.get(id), null)
    assert.equal((await elsewhere.counts()).pending, 0)
    assert.deepEqual(plain([await elsewhere.schedules(), await elsewhere.instances()]), [[], []])
    const [answer] = await elsewhere.submit([stage.job({ id, digest: 'else', dedupeKey: 'k' })])
    assert.equal(answer?.kind, 'created')
    await elsewhere.removeSchedule(schedule.id, 't')
    await elsewhere.cancel({ id, token: 't', reason: null })
    assert.deepEqual([await stage.status(id), (await stage.queue.schedules()).length], ['pending', 1])
  }),

  contractCase('cycles in one store give nothing of another', ['I15'], async (stage) => {
    const elsewhere = await stage.elsewhere()
    await stage.add()
    const reply = await elsewhere.cycle(stage.request({ instance: 'i1', seq: 1, wanted: [0] }))
    assert.equal(reply.kind === 'done' && reply.claims.length, 0)
    assert.equal((await stage.take({ instance: 'i1', seq: 1 })).lane, 0)
  }),

  contractCase('texts kept in the storage of a queue are no jobs', ['I15', 'I17'], async (stage) => {
    await stage.queue.storage.set('job/x', 'text')
    await stage.queue.storage.set('result/y', 'text', 60_000)
    assert.equal((await stage.list()).total, 0)
    assert.equal(await stage.queue.get('x'), null)
    assert.equal(await stage.queue.storage.get('job/x'), 'text')
  }),
]
