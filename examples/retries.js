// A job that fails is tried again with growing waits; one that always fails ends in the dead letters, and can be given a new life.
import { WorkerService, defineJob } from 'riptide-workers'

let broken = true
const flaky = defineJob({
  name: 'flaky',
  retry: { maxAttempts: 3, initialDelayMs: 10, multiplier: 2, jitter: false },
  handler(_, { attempt }) {
    if (broken) throw new Error(`no luck in attempt ${attempt}`)
    return 'mended'
  },
})

const service = new WorkerService({ jobs: [flaky] })
service.on('job:retrying', ({ error, delayMs }) => console.log(`${error.message}; again in ${delayMs} ms`))
service.on('job:dead_letter', ({ error }) => console.log(`${error.message}; dead letter`))
await service.start()

const { id } = await service.submitJob(flaky({}))
console.log('success:', (await service.waitForJob(id)).success)

broken = false
await service.retryJob(id)
console.log('after retryJob:', (await service.waitForJob(id)).data)
await service.stop()

// prints:
// no luck in attempt 1; again in 10 ms
// no luck in attempt 2; again in 20 ms
// no luck in attempt 3; dead letter
// success: false
// after retryJob: mended
