import { urls } from './measure.mjs'
import { crawlAll, startService } from './service.mjs'

const concurrency = 50
const batches = 2
const tenth = Number(process.env.BENCH_PAGES ?? 100_000) / 10

const service = await startService({ isolation: process.argv[2], concurrency, batches })
const marks = []
for (let i = 0; i < 10; i++) {
  for (let part = 0; part < 10; part++)
    await crawlAll(service, urls(tenth / 10, `${i}-${part}`), concurrency / batches)
  globalThis.gc()
  const { heapUsed, rss, external } = process.memoryUsage()
  const handles = process.getActiveResourcesInfo().length
  marks.push({ heap: (heapUsed + external) / 2 ** 20, rss: rss / 2 ** 20, handles })
  console.error(`${(i + 1) * tenth} pages: ${JSON.stringify(marks.at(-1))}`)
}
const [first, last] = [marks[0], marks.at(-1)]
console.log(
  JSON.stringify({
    ...{ heapFirst: first.heap, heapLast: last.heap, rssFirst: first.rss, rssLast: last.rss },
    ...{ handlesFirst: first.handles, handlesLast: last.handles },
  }),
)
await service.stop()
