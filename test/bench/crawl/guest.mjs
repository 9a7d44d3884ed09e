import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { urls } from './measure.mjs'
import { crawlAll, startService } from './service.mjs'

// An app with one route of its own crawls 200 pages at a time. A process beside it asks the route every 5 ms.

const concurrency = 200
const batches = 4
const total = Number(process.env.BENCH_PAGES ?? 2_000)

const service = await startService({ isolation: process.argv[2], concurrency, batches })
const app = createServer((_, response) => response.end('ok'))
app.keepAliveTimeout = 60_000
app.listen(0, '127.0.0.1')
await once(app, 'listening')
await crawlAll(service, urls(400, 'warm-up'), concurrency / batches)

// Before anybody asks: what a collection that is called for holds up is none of the crawl's doing.
globalThis.gc()
const visitor = fork(fileURLToPath(new URL('visitor.mjs', import.meta.url)), [`${app.address().port}`])
await once(visitor, 'message')
const delay = monitorEventLoopDelay({ resolution: 1 })
delay.enable()
const start = performance.now()
await crawlAll(service, urls(total, 'measured'), concurrency / batches)
const seconds = (performance.now() - start) / 1000
delay.disable()
visitor.send('end')
const [{ p99 }] = await once(visitor, 'message')
console.log(
  JSON.stringify({
    loopP99: delay.percentile(99) / 1e6,
    loopMax: delay.max / 1e6,
    routeP99: p99,
    pagesPerSecond: total / seconds,
  }),
)
await service.stop()
app.close()
app.closeAllConnections()
