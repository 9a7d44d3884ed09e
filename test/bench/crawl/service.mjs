import { WorkerService, memoryStorage } from '../../../dist/index.js'

const batchSize = 50

/**
 * A service that crawls local pages, as many at once as it is told: its politeness is for servers of others. It keeps little, so
 * that what a soak sees grow is nothing that was kept on purpose.
 */
export async function startService({ isolation, concurrency, batches }) {
  const service = new WorkerService({
    storage: memoryStorage({ maxBytes: 2 ** 26 }),
    retention: { completed: { count: 20 } },
    workers: { count: 1, maxConcurrentJobs: batches },
    crawl: {
      allowPrivateNetwork: true,
      maxConcurrency: concurrency / batches,
      perHost: { maxConcurrent: concurrency, delayMs: 0, adaptive: false },
      isolation,
    },
  })
  await service.start()
  return service
}

/** Crawls all of them, in batches; throws unless each became a page. */
export async function crawlAll(service, urls, concurrency) {
  const options = { concurrency, cacheMode: 'bypass' }
  const specs = []
  for (let i = 0; i < urls.length; i += batchSize) {
    specs.push({ type: 'batch_crawl', urls: urls.slice(i, i + batchSize), options })
  }
  const jobs = await service.submitJobs(specs)
  let pages = 0
  for (const { id } of jobs) {
    const { data, error } = await service.waitForJob(id)
    pages += data?.successful ?? 0
    if (error) throw new Error(JSON.stringify(error))
  }
  if (pages !== urls.length) throw new Error(`${pages} of ${urls.length} pages`)
}
