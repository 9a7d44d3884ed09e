import { parse } from 'parse5'
import { Agent, request } from 'undici'
import { concurrency, measure } from './measure.mjs'

const dispatcher = new Agent({ connections: concurrency })

await measure(async (urls) => {
  let next = 0
  let pages = 0
  async function lane() {
    while (next < urls.length) {
      const { statusCode, body } = await request(urls[next++], { dispatcher })
      const tree = parse(await body.text())
      if (statusCode === 200 && tree.childNodes.length > 0) pages++
    }
  }
  await Promise.all(Array.from({ length: concurrency }, lane))
  if (pages !== urls.length) throw new Error(`${pages} of ${urls.length} pages`)
})
await dispatcher.close()
