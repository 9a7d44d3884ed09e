import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CheerioCrawler, Configuration, LogLevel, log } from '@crawlee/cheerio'
import { concurrency, measure } from './measure.mjs'

log.setLevel(LogLevel.OFF)

// As it comes, its queue on disk included, but for none of the limits by which it slows itself down.
const folder = mkdtempSync(join(tmpdir(), 'riptide-bench-'))
process.env.CRAWLEE_STORAGE_DIR = folder
const configuration = new Configuration({ availableMemoryRatio: 1 })
const unlimited = { maxCpuOverloadedRatio: 1, maxEventLoopOverloadedRatio: 1, maxMemoryOverloadedRatio: 1 }

await measure(async (urls) => {
  let pages = 0
  const crawler = new CheerioCrawler(
    {
      minConcurrency: concurrency,
      maxConcurrency: concurrency,
      autoscaledPoolOptions: {
        desiredConcurrency: concurrency,
        systemStatusOptions: { ...unlimited, maxClientOverloadedRatio: 1 },
      },
      async requestHandler({ $, response }) {
        const links = $('a[href]')
          .map((_, a) => $(a).attr('href'))
          .get()
        if (response.statusCode === 200 && links.length > 0) pages++
      },
    },
    configuration,
  )
  await crawler.run(urls, { purgeRequestQueue: true })
  if (pages !== urls.length) throw new Error(`${pages} of ${urls.length} pages`)
})
rmSync(folder, { recursive: true, force: true })
process.exit(0)
