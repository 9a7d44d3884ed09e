// A running job is cancelled at once: its signal aborts, and whatever it still returns is refused.
import { setTimeout as sleep } from 'node:timers/promises'
import { WorkerService, defineJob } from 'riptide-workers'

const patient = defineJob({
  name: 'patient',
  handler: (_, { signal }) => sleep(60_000, 'never seen', { signal }),
})

const service = new WorkerService({ jobs: [patient] })
const running = new Promise((resolve) => service.once('job:started', resolve))
await service.start()

const { id } = await service.submitJob(patient({}))
await running
const job = await service.cancelJob(id, { reason: 'took too long' })
console.log(job.status)
const { success, error } = await service.waitForJob(id)
console.log(success, error.code, error.message)
await service.stop()

// prints:
// cancelled
// false CANCELLED took too long
