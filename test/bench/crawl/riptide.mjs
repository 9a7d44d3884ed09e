import { WorkerService } from '../../../dist/index.js'
import { concurrency, measure } from './measure.mjs'

// Two batches at once, so that the end of one does not leave the other's places empty.
const batches = 2
const batchSize = 50

const service = new WorkerService({
  workers: { count: 1, maxConcurrentJobs: batches },
  crawl: { allowPrivateNetwork: true, maxConcurrency: concurrency / batches },
})
await service.start()

await measure(async (urls) => {
  const options = { concurrency: concurrency / batches, cacheMode: 'bypass' }
  const specs = []
  for (let i = 0; i < urls.length; i += batchSize) {
    specs.push({ type: 'batch_crawl', urls: urls.slice(i, i + batchSize), options })
  }
  const jobs = await service.submitJobs(specs)
  const results = await Promise.all(jobs.map(({ id }) => service.waitForJob(id)))
  const pages = results.reduce((sum, { data }) => sum + (data?.successful ?? 0), 0)
  if (pages !== urls.length)
    throw new Error(`${pages} of ${urls.length} pages: ${JSON.stringify(results[0]).slice(0, 500)}`)
})
await service.stop()
