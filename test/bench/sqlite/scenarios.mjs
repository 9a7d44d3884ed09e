import * as redis from '../redis/scenarios.mjs'
import { syncsPerSecond } from './fsync-loop.mjs'

// As on Redis; a scenario also gets the folder that the queue's file is in.

export const { adding, pickUp } = redis

/** Work on a queue that was filled first, also as a share of what the disk could acknowledge. */
export async function filled(given) {
  const syncs = syncsPerSecond(given.folder)
  const { perSecond } = await redis.filled(given)
  return { perSecond, ofDisk: perSecond / (syncs * given.settings.concurrency) }
}

/** From submit to start in one and the same process. */
export async function pickUpAlone({ launch }) {
  const [warmUp, samples] = [300, 1_000]
  const both = await launch('both')
  await both.ask('start')
  await both.ask('pulse', { jobs: warmUp + samples, everyMs: 5 })
  await both.ask('started', warmUp + samples)
  const waits = await both.ask('waits', warmUp)
  await both.end()
  return waits
}

/** Four processes work on one queue: how far the one furthest from a quarter is from it. */
export async function even({ launch, jobs }) {
  const producer = await launch('producer')
  await producer.ask('fill', jobs)
  await producer.end()
  const workers = await Promise.all(Array.from({ length: 4 }, () => launch('worker')))
  const start = performance.now()
  await Promise.all(workers.map((worker) => worker.ask('start')))
  const counts = await ranAll(workers, jobs)
  const seconds = (performance.now() - start) / 1000
  await Promise.all(workers.map((worker) => worker.end()))
  return { off: Math.max(...counts.map((n) => Math.abs((4 * n) / jobs - 1))), perSecond: jobs / seconds }
}

// -------------------------------------------------------------------------------------------------------------------

async function ranAll(workers, jobs) {
  for (;;) {
    const counts = await Promise.all(workers.map((worker) => worker.ask('count')))
    if (counts.reduce((sum, n) => sum + n, 0) >= jobs) return counts
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
