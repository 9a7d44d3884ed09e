// The main job of this repository, `npm start`: a server with the worker routes mounted, and a crawl that shows its progress.
//
//   npm start                                  crawls a small site that this example serves itself, and stays up
//   npm start -- --once                        the same, and ends when the crawl has
//   npm start -- https://example.com …         crawls these pages
//   npm start -- --allow-private http://127.0.0.1:3000/    urls on this machine or in private networks
//
// PORT (default 8080) is where the routes are; docs/reference/configuration.md has the WORKER_… variables.
import { createServer } from 'node:http'
import { WorkerService, isRiptideError } from 'riptide-workers'
import { createHandler } from 'riptide-workers/http'
import { readArguments, readPort } from './arguments.js'
import { showProgress } from './progress.js'
import { startSite } from './site.js'
import { resultTable } from './table.js'

const { urls, once, allowPrivate } = readArguments(process.argv.slice(2))
const port = readPort(process.env.PORT)
const server = createServer()
let service
let site

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void end())

try {
  await start()
  const succeeded = await crawl(site?.urls ?? urls)
  process.exitCode = succeeded ? 0 : 1
  if (once) await end()
  else console.log('Still up. Submit jobs to the routes, or stop with Ctrl+C.')
} catch (error) {
  await fail(error)
}

async function start() {
  site = urls.length === 0 ? await startSite() : undefined
  service = WorkerService.fromEnv(process.env, {
    // Its own site is on this machine: that origin is opened, and no other private address.
    crawl: { allowPrivateNetwork: allowPrivate || (site ? [site.origin] : false) },
  })
  const handler = createHandler(service, { authorize: () => true }) // an example on loopback: everybody here may do everything
  server.on('request', (request, response) => void handler.node(request, response))
  await new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
  await service.start()
  const routes = `http://127.0.0.1:${server.address().port}/workers`
  console.log(`Worker routes on ${routes} (try ${routes}/stats/queue)`)
}

async function crawl(pages) {
  console.log(`Crawling ${pages.length} page${pages.length === 1 ? '' : 's'} in the background ...`)
  const { id } = await service.submitJob({
    type: 'batch_crawl',
    urls: pages,
    options: { cacheMode: 'bypass' },
  })
  const progress = showProgress(service, id)
  const result = await service.waitForJob(id).finally(() => progress.end())
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
  server.close()
  await service?.stop({ graceMs: 10_000 })
  await site?.stop()
  server.closeAllConnections()
}

/** What a person can mend is said in one line; anything else keeps its stack. */
async function fail(error) {
  await end()
  if (isRiptideError(error) && error.code === 'STATE_INVALID') return // stopped by a signal in the middle
  const plain = isRiptideError(error) || ['EADDRINUSE', 'EACCES'].includes(error.code)
  console.error(plain ? `Could not start: ${error.message}` : error)
  process.exitCode = 1
}
