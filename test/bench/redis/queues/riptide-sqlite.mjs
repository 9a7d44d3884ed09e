import { WorkerService, defineJob } from '../../sqlite/node_modules/riptide-workers/dist/index.js'
import { sqliteQueue } from '../../sqlite/node_modules/riptide-workers/dist/sqlite/index.js'

/** As it comes, on a file; `synchronous` is the row's. */
export async function open({ path, synchronous, role, concurrency, keep }, { run, ended }) {
  const noop = defineJob({ name: 'noop', handler: run })
  const service = new WorkerService({
    queue: sqliteQueue({ path, synchronous, driver: 'better-sqlite3' }),
    jobs: [noop],
    workers: { count: 1, maxConcurrentJobs: concurrency },
    // Without a limit by count or bytes, as it is with the others.
    retention: { completed: keep ? { ageMs: 3_600_000, count: 1e9, bytes: 2 ** 40 } : { count: 0 } },
    resultTtlMs: 3_600_000,
  })
  if (role !== 'producer') service.on('job:completed', ended)
  // Opens the file.
  await service.getQueueStats()
  return {
    bulk: 1_000,
    addMany: (payloads) => service.submitJobs(payloads.map((one) => noop(one))),
    addOne: (payload) => service.submitJob(noop(payload)),
    start: () => service.start(),
  }
}
