// A schedule fires by itself, and declaring it again changes nothing: its name is its identity.
import { WorkerService, defineJob } from 'riptide-workers'

let ticks = 0
const tick = defineJob({ name: 'tick', handler: () => ++ticks })

const service = new WorkerService({ jobs: [tick] })
const twice = new Promise((resolve) => service.on('job:completed', () => ticks === 2 && resolve()))
await service.start()

const everyFifth = { name: 'every-fifth', everyMs: 200, job: tick({}) }
const first = await service.addScheduledJob(everyFifth)
const second = await service.addScheduledJob(everyFifth)
console.log('the same schedule:', first.id === second.id, 'version', second.version)

await service.addScheduledJob({
  name: 'nightly',
  cron: '0 3 * * *',
  timezone: 'Europe/London',
  job: tick({}),
  misfire: 'skip',
})
await twice
console.log('ticked twice')

for (const { id, name } of await service.listScheduledJobs()) {
  await service.removeScheduledJob(id)
  console.log('removed', name)
}
await service.stop()

// prints:
// the same schedule: true version 1
// ticked twice
// removed every-fifth
// removed nightly
