import { silentLogger } from '../../src/core/logger.js'
import type { NewJob, QueueAdapter } from '../../src/core/queue-adapter.js'
import { Road, movable } from '../../src/testing/contract/road.js'
import * as script from '../../src/testing/contract/script.js'
import type { Stage } from '../../src/testing/contract/stage.js'

/** One call that changes something: what stands in the store before, and what is sent. */
export interface Scene {
  /** Prepares a store; two stages that are played alike hold the same. Answers the call. */
  readonly play: (stage: Stage, damage: Damage) => Promise<(queue: QueueAdapter) => Promise<unknown>>
  /** What is answered when the same was carried out before; left out where that is the first answer. */
  readonly again?: unknown
}

/** Takes from a store, past the adapter, what it finds some of its jobs by. */
export type Damage = () => Promise<unknown>

/** A scene for each call that writes, by its name. */
export const scenes: Readonly<Record<string, Scene>> = {
  open: {
    play: async (stage) => {
      await stage.pass(1000)
      return async (queue) => {
        await queue.close()
        await queue.open({ logger: silentLogger, clock: stage.clock })
      }
    },
  },
  submit: {
    play: async (stage) => {
      await stage.add({ id: 'holder', dedupeKey: 'key' })
      await stage.add({ id: 'other', digest: 'one content' })
      const jobs = [
        plainJob('018f0000-0000-7000-8000-000000000001'),
        plainJob('018f0000-0000-7000-8000-000000000002'),
        stage.job({ delayMs: 500 }),
        stage.job({ runAt: stage.now + 900, priority: 'high' }),
        stage.job({ dedupeKey: 'another key' }),
        stage.job({ dedupeKey: 'key' }),
        stage.job({ id: 'other', digest: 'another content' }),
      ]
      return (queue) => queue.submit(jobs)
    },
  },
  cycle: { play: playCycle },
  renew: {
    play: async (stage) => {
      await stage.addMany(3)
      const [first, second, taken] = await stage.claim(3)
      await stage.cancel(taken!.id)
      await stage.pass(3000)
      const said = { progress: '{"value":0.5,"note":null}', lines: ['one', 'two'], linesFrom: 0 }
      const leases = [{ ...first, ...said }, { ...second }, { ...taken }]
      const request = script.renewOf(leases, { startedAt: stage.now })
      return (queue) => queue.renew(request)
    },
  },
  leave: {
    play: async (stage) => {
      await stage.add()
      await stage.take()
      await stage.claim(1)
      await stage.renew([])
      return (queue) => queue.leave('i1')
    },
  },
  cancel: {
    play: async (stage) => {
      const id = await stage.add({ dedupeKey: 'key' })
      await stage.take()
      return (queue) => queue.cancel({ id, token: 'cancel', reason: 'nobody wants it' })
    },
  },
  retry: {
    play: async (stage) => {
      const id = await stage.finish(script.fail(), { dedupeKey: 'key' })
      return (queue) => queue.retry({ id, token: 'retry' })
    },
  },
  reprioritise: {
    play: async (stage) => {
      const id = await stage.add()
      return (queue) => queue.reprioritise({ id, token: 'reprioritise', priority: 'critical' })
    },
  },
  discard: {
    play: async (stage) => {
      const id = await stage.finish()
      return (queue) => queue.discard({ id, token: 'discard' })
    },
    again: { kind: 'missing' },
  },
  keepStep: {
    play: async (stage) => {
      await stage.add()
      const { id, fence } = await stage.take()
      return (queue) => queue.keepStep({ id, fence, key: 'step', text: '{"kept":true}' })
    },
  },
  pause: {
    play: async (stage) => {
      await stage.queue.pause('other')
      return (queue) => queue.pause('task')
    },
  },
  resume: {
    play: async (stage) => {
      await stage.queue.pause(null)
      return (queue) => queue.resume(null)
    },
  },
  putSetting: {
    play: async ({ queue }) => {
      const setting = { key: 'webhook/a', notices: ['completed:*'] }
      await queue.putSetting({ ...setting, text: 'one', version: 0, token: 'first' })
      const change = { ...setting, notices: ['dead_letter:*'], text: 'two', version: 1, token: 'second' }
      return (other) => other.putSetting(change)
    },
  },
  removeSetting: {
    play: async ({ queue }) => {
      await queue.putSetting({ key: 'a', text: 'one', notices: ['completed:*'], version: 0, token: 'put' })
      return (other) => other.removeSetting('a')
    },
    again: false,
  },
  mend: {
    play: async (stage, damage) => {
      await stage.addMany(3)
      await stage.take()
      await stage.finish(script.fail())
      await damage()
      return (queue) => queue.mend!()
    },
    again: [],
  },
  prune: {
    play: async (stage) => {
      await stage.finish(script.completeWith({ key: 'result/a' }))
      for (let i = 0; i < 2; i++) await stage.finish()
      for (let i = 0; i < 2; i++) await stage.finish(script.fail())
      await stage.pass(script.resultTtlMs)
      const request = script.pruneOf({
        completed: script.keep({ count: 3 }),
        dead_letter: script.keep({ count: 1 }),
      })
      return (queue) => queue.prune(request)
    },
    again: { removedJobs: 0, expiredResults: 0, orphanedResults: [], more: false },
  },
  putSchedule: {
    play: async (stage) => {
      await stage.schedule({ id: 'first', name: 'nightly' })
      const change = { id: 'second', name: 'nightly', digest: 'changed', nextSlot: stage.now + 60_000 }
      return (queue) => queue.putSchedule(script.scheduleOf(0, change))
    },
  },
  removeSchedule: {
    play: async (stage) => {
      const { id } = await stage.schedule()
      await stage.fired(id)
      return (queue) => queue.removeSchedule(id, 'removal')
    },
  },
  fire: {
    play: async (stage) => {
      const { id, version } = await stage.schedule()
      await stage.fired(id)
      await stage.pass(1000)
      const slot = (await stage.scheduleNow(id)).nextSlot!
      const times = { slot, next: slot + 60_000, missed: 2 }
      const request = script.fireOf({ id, version, ...times, overlap: 'queue', job: stage.job() })
      return (queue) => queue.fire(request)
    },
  },
  withdraw: {
    play: async (stage) => {
      const road = new Road(stage.queue, stage.queue)
      await stage.addMany(3)
      await stage.finish()
      const schedule = await stage.schedule()
      const request = road.withdrawal(await road.exportAll(), { schedules: [schedule] })
      return (queue) => movable(queue).withdraw(request)
    },
  },
  import: {
    play: async (stage) => {
      const road = new Road(stage.queue, stage.queue)
      await stage.addMany(3)
      const jobs = await road.exportAll()
      await road.withdraw(jobs)
      await road.begin()
      return (queue) => movable(queue).importJobs({ move: 'move', step: 1, room: 0, jobs, schedules: [] })
    },
  },
  storageSet: {
    play: async ({ queue }) => {
      await queue.storage.set('page', 'the text before')
      return (other) => other.storage.set('page', 'the text behind it', 60_000)
    },
  },
  storageReplace: {
    play: async ({ queue }) => {
      await queue.storage.set('page', 'the text before')
      return async (other) => other.storage.replace?.('page', 'the text before', 'the text behind it', 60_000)
    },
    // What stands there is its own text by then: whoever is told no looks, and sees that.
    again: false,
  },
  storageDelete: {
    play: async ({ queue }) => {
      await queue.storage.set('page', 'text', 60_000)
      return (other) => other.storage.delete('page')
    },
  },
  storagePrune: {
    play: async (stage) => {
      for (const key of ['a', 'b', 'c']) await stage.queue.storage.set(key, 'text', key === 'c' ? 9000 : 1000)
      await stage.pass(1000)
      return (queue) => queue.storage.prune!(10)
    },
    again: 0,
  },
  storageDeletePrefix: {
    play: async ({ queue }) => {
      for (const key of ['cache/a', 'cache/b', 'result/c']) await queue.storage.set(key, 'text')
      return (other) => other.storage.deletePrefix!('cache/', 10)
    },
    again: 0,
  },
}

/** A prune that finds no job to remove, only results whose time is over. */
export const pruneOfResults: Scene = {
  play: async (stage) => {
    await stage.finish(script.complete('"the text of a result"'))
    await stage.finish(script.completeWith({ key: 'result/a' }))
    await stage.pass(script.resultTtlMs)
    return (queue) => queue.prune(script.pruneOf({}))
  },
}

// -------------------------------------------------------------------------------------------------------------------

/** As most jobs are: see `submitWords`. */
function plainJob(id: string): NewJob {
  return script.jobOf(0, { id, token: id, digest: '' })
}

/** All that one cycle can do: outcomes of each kind, a cancel to tell, a job that is due, a lease that is over, claims. */
async function playCycle(stage: Stage): Promise<(queue: QueueAdapter) => Promise<unknown>> {
  await stage.addMany(5)
  const [returned, retried, failed, released, cancelled] = await stage.claim(5)
  await stage.add()
  await stage.take({ instance: 'dead', leaseMs: 1000 })
  await stage.cancel(cancelled!.id)
  await stage.addMany(2, { delayMs: 500, priority: 'high' })
  await stage.pass(2000)
  await stage.addMany(3)
  const request = stage.request({
    wanted: script.lanes(5),
    outcomes: [
      script.outcomeOf(returned!, script.complete()),
      script.outcomeOf(retried!, script.retryIn(700)),
      script.outcomeOf(failed!, script.fail()),
      script.outcomeOf(released!, script.release),
      script.outcomeOf(cancelled!, script.complete()),
    ],
  })
  return (queue) => queue.cycle(request)
}
