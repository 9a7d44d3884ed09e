// The politeness of the crawler for requests of your own: one at a time to a host, here with the fetch of Node.
import { createHostLimiter } from 'riptide-workers/crawl'
import { startSite } from './server/site.js'

const site = await startSite()
const hosts = createHostLimiter({ maxConcurrent: 1 })
let active = 0

async function get(url) {
  const pass = await hosts.enter(url)
  const startedAt = Date.now()
  active++
  try {
    const response = await fetch(url)
    console.log(response.status, new URL(url).pathname, `${active} at a time`)
    await response.text()
    pass.leave({ status: response.status, latencyMs: Date.now() - startedAt })
  } finally {
    active--
    pass.leave() // counts only where nothing was told before
  }
}

await Promise.all(site.urls.map(get))
await hosts.close()
await site.stop()

// prints:
// 200 / 1 at a time
// 200 /tides 1 at a time
// 200 /workers 1 at a time
// 200 /lighthouse 1 at a time
