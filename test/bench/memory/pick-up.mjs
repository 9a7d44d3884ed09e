import { WorkerService, defineJob } from '../../../dist/index.js'
import { quantile } from '../table.mjs'

const warmUp = 500
const samples = 2_000

let startedAt = 0
const noop = defineJob({
  name: 'noop',
  handler: async () => {
    startedAt = performance.now()
    return null
  },
})
const service = new WorkerService({ jobs: [noop] })
await service.start()

const waits = []
for (let i = 0; i < warmUp + samples; i++) {
  const submittedAt = performance.now()
  const { id } = await service.submitJob(noop({ i }))
  await service.waitForJob(id)
  waits.push(startedAt - submittedAt)
  // The next one finds the service idle: its last cycle is over.
  await new Promise((resolve) => setTimeout(resolve, 1))
}
await service.stop()

const measured = waits.slice(warmUp)
console.log(JSON.stringify({ p50: quantile(measured, 0.5), p99: quantile(measured, 0.99) }))
