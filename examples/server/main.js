// The main job of this repository, `npm start`: a server with the worker routes mounted, and a crawl that shows its progress.
//
//   npm start                                  crawls a small site that this example serves itself, and stays up
//   npm start -- --once                        the same, and ends when the crawl has
//   npm start -- https://example.com …         crawls these pages
//   npm start -- --allow-private http://127.0.0.1:3000/    urls on this machine or in private networks
//
// PORT (default 8080) is where the routes are; the WORKER_… variables of the README apply.
import { createServer } from 'node:http'
import { WorkerService } from 'riptide-workers'
import { createHandler } from 'riptide-workers/http'
import { readArguments } from './arguments.js'
import { showProgress } from './progress.js'
import { startSite } from './site.js'
import { resultTable } from './table.js'

const { urls, once, allowPrivate } = readArguments(process.argv.slice(2))
const site = urls.length === 0 ? await startSite() : undefined
const targets = site?.urls ?? urls

const service = WorkerService.fromEnv(process.env, {
  crawl: { allowPrivateNetwork: allowPrivate || site !== undefined },
})
const handler = createHandler(service, { authorize: () => true }) // an example on loopback: everybody here may do everything
const server = createServer(handler.node)

await service.start()
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void end())
await new Promise((resolve, reject) => {
  server.once('error', reject).listen(Number(process.env.PORT ?? 8080), '127.0.0.1', resolve)
})
const origin = `http://127.0.0.1:${server.address().port}`
console.log(`Worker routes on ${origin}/workers (try ${origin}/workers/stats/queue)`)
console.log(`Crawling ${targets.length} page${targets.length === 1 ? '' : 's'} in the background ...`)

const succeeded = await crawl(targets)
await site?.stop()
if (once) await end()
else console.log(`Still up. Submit jobs to ${origin}/workers/jobs, or stop with Ctrl+C.`)
process.exitCode = succeeded ? 0 : 1

async function crawl(pages) {
  const { id } = await service.submitJob({
    type: 'batch_crawl',
    urls: pages,
    options: { cacheMode: 'bypass' },
  })
  const progress = showProgress(service, id)
  const result = await service.waitForJob(id)
  progress.end()
  if (!result.success) {
    console.log(`The crawl failed: ${result.error.code}: ${result.error.message}`)
    return false
  }
  console.log(resultTable(result.data.results))
  const { totalUrls, successful, failed } = result.data
  console.log(
    `${successful} of ${totalUrls} pages read, ${failed} failed, in ${Math.round(result.processingTimeMs)} ms`,
  )
  return failed === 0
}

async function end() {
  await service.stop({ graceMs: 10_000 })
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}
