// The rules of a robots.txt and of X-Robots-Tag, and the urls of a sitemap, read from their text: pure, and nothing is fetched.
import {
  parseSitemap,
  robotsAllows,
  robotsCrawlDelay,
  robotsSitemaps,
  robotsTagSaysNofollow,
} from 'riptide-workers/crawl'

const robots = `
User-agent: *
Disallow: /private/
Allow: /private/open$
Crawl-delay: 2
Sitemap: https://example.com/sitemap.xml
`
for (const path of ['/', '/private/x', '/private/open']) {
  console.log(path, robotsAllows(robots, 'harbour-bot/1.0', `https://example.com${path}`))
}
console.log('seconds between two requests:', robotsCrawlDelay(robots, 'harbour-bot/1.0'))
console.log(robotsSitemaps(robots))
console.log('follows no links:', robotsTagSaysNofollow('noindex, harbour-bot: nofollow', 'harbour-bot/1.0'))

const sitemap = '<urlset><url><loc>https://example.com/a</loc></url></urlset>'
console.log(await parseSitemap(new TextEncoder().encode(sitemap)))

// prints:
// / true
// /private/x false
// /private/open true
// seconds between two requests: 2
// [ 'https://example.com/sitemap.xml' ]
// follows no links: true
// { urls: [ 'https://example.com/a' ], sitemaps: [], cut: null }
