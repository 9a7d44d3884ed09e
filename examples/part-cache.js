// The page cache without jobs: what is fresh is not fetched again.
import { memoryStorage } from 'riptide-workers'
import { createCachedFetcher } from 'riptide-workers/crawl'
import { startSite } from './server/site.js'

const site = await startSite()
const fetcher = createCachedFetcher({
  storage: memoryStorage(),
  cacheTtlMs: 60_000,
  allowPrivateNetwork: [site.origin],
})

for (const mode of ['read_through', 'read_through', 'refresh', 'only_cached']) {
  const { status, fromCache } = await fetcher.fetch(`${site.origin}/tides`, { mode })
  console.log(mode, status, fromCache ? 'stored' : 'fetched')
}
await fetcher.fetch(`${site.origin}/gone`).catch((error) => console.log(error.code))

await fetcher.close()
await site.stop()

// prints:
// read_through 200 fetched
// read_through 200 stored
// refresh 200 fetched
// only_cached 200 stored
// HTTP_STATUS
