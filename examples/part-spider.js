// A spider without jobs: it says which url comes next; how that is fetched and read is yours.
import {
  createFetcher,
  createSpider,
  decodeHtml,
  extractDocument,
  fetchSitemapUrls,
} from 'riptide-workers/crawl'
import { startSite } from './server/site.js'

const site = await startSite()
const fetcher = createFetcher({ allowPrivateNetwork: [site.origin] })
const spider = createSpider([`${site.origin}/`], { maxPages: 10, exclude: ['/lighthouse*'] })

const { urls } = await fetchSitemapUrls([site.origin], { fetcher }) // this site has none
console.log('from sitemaps:', spider.seed(urls))

for (let target = spider.next(); target; target = spider.next()) {
  const { body, contentType, finalUrl } = await fetcher.fetch(target.url)
  const document = extractDocument(decodeHtml(body, contentType).text, { url: finalUrl })
  const { added } = await spider.found(target, { finalUrl, document })
  console.log(target.depth, new URL(target.url).pathname, document.title, `+${added}`)
}

await fetcher.close()
await site.stop()

// prints:
// from sitemaps: 0
// 0 / The harbour gazette +2
// 1 /tides How the tides work +0
// 1 /workers The workers of the harbour +0
