import { WorkerService, defineJob } from '../../../dist/index.js'
import { measure } from './measure.mjs'

const [count, maxConcurrentJobs] = process.argv.slice(2).map(Number)
const noop = defineJob({ name: 'noop', handler: async () => null })
const chunk = 1_000

await measure({
  async filled(n) {
    const service = make()
    await submit(service, n)
    return { go: () => ended(service, n, () => service.start()), close: () => check(service, n) }
  },
  async submitted(n) {
    const service = make()
    await service.start()
    return { go: () => ended(service, n, () => submit(service, n)), close: () => check(service, n) }
  },
})

function make() {
  return new WorkerService({
    jobs: [noop],
    workers: { count, maxConcurrentJobs },
    scheduler: { enabled: false },
  })
}

async function submit(service, n) {
  for (let i = 0; i < n; i += chunk) {
    await service.submitJobs(Array.from({ length: Math.min(chunk, n - i) }, (_, k) => noop({ i: i + k })))
  }
}

/** Resolves when the store has accepted the end of the n-th job. */
function ended(service, n, begin) {
  return new Promise((resolve, reject) => {
    let left = n
    service.on('job:completed', () => {
      if (--left === 0) resolve()
    })
    begin().catch(reject)
  })
}

async function check(service, n) {
  const { jobsCompleted } = await service.getMetrics()
  await service.stop()
  if (jobsCompleted !== n) throw new Error(`${jobsCompleted} of ${n} jobs completed`)
}
