import { WorkerService, defineJob } from '../../../../dist/index.js'
import { redisQueue } from '../../../../dist/redis/index.js'

/** As it comes: schedules, terminal events, metrics and leases on, and a listener for the ends. */
export async function open({ port, role, concurrency, keep, prefetch }, { run, ended }) {
  const noop = defineJob({ name: 'noop', handler: run })
  const service = new WorkerService({
    queue: redisQueue({ url: `redis://127.0.0.1:${port}`, namespace: 'bench' }),
    jobs: [noop],
    workers: { count: 1, maxConcurrentJobs: concurrency, ...(prefetch === undefined ? {} : { prefetch }) },
    // Without a limit by count or bytes, as it is with the others.
    retention: { completed: keep ? { ageMs: 3_600_000, count: 1e9, bytes: 2 ** 40 } : { count: 0 } },
    resultTtlMs: 3_600_000,
  })
  if (role === 'worker') service.on('job:completed', ended)
  // Connects.
  await service.getQueueStats()
  return {
    bulk: 1_000,
    addMany: (payloads) => service.submitJobs(payloads.map((one) => noop(one))),
    addOne: (payload) => service.submitJob(noop(payload)),
    start: () => service.start(),
  }
}
