// A stop lets running jobs end; what does not end in time is handed back and has lost no attempt.
import { setTimeout as sleep } from 'node:timers/promises'
import { WorkerService, defineJob, memoryQueue } from 'riptide-workers'

const short = defineJob({ name: 'short', handler: () => sleep(20, 'ended') })
const long = defineJob({ name: 'long', handler: (_, { signal }) => sleep(60_000, 'never', { signal }) })

const queue = memoryQueue() // keeps its jobs while this process lives, whatever service uses it
const service = new WorkerService({ queue, jobs: [short, long] })
let started = 0
const both = new Promise((resolve) => service.on('job:started', () => ++started === 2 && resolve()))
await service.start()
const a = await service.submitJob(short({}))
const b = await service.submitJob(long({}))
await both
await service.stop({ graceMs: 200 })

const later = new WorkerService({ queue, jobs: [short, long] }) // never started: it only looks
for (const { id } of [a, b]) {
  const job = await later.getJob(id)
  console.log(job.type, job.status, 'failed attempts:', job.retryCount)
}
await later.stop()

// prints:
// short completed failed attempts: 0
// long pending failed attempts: 0
