// Pages without jobs: a guarded, polite fetch, what is read of the page, and what is refused.
import { createFetcher, decodeHtml, extractDocument, isPublicAddress } from 'riptide-workers/crawl'
import { startSite } from './server/site.js'

const site = await startSite()
const fetcher = createFetcher({ userAgent: 'harbour-bot/1.0', allowPrivateNetwork: [site.origin] }) // this site, and no other here

const page = await fetcher.fetch(`${site.origin}/tides`)
const { text, encoding } = decodeHtml(page.body, page.contentType)
const document = extractDocument(text, { url: page.finalUrl })
console.log(page.status, encoding, document.title)
console.log(document.markdown.split('\n')[0])

for (const url of ['http://169.254.169.254/latest/meta-data/', 'http://127.1:8080/', 'ftp://example.com/']) {
  await fetcher.fetch(url).catch((error) => console.log(error.code))
}
console.log(isPublicAddress('10.0.0.1'), isPublicAddress('1.1.1.1'))

await fetcher.close()
await site.stop()

// prints:
// 200 utf-8 How the tides work
// # How the tides work
// URL_BLOCKED
// URL_BLOCKED
// URL_SCHEME
// false true
