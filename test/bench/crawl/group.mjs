import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { fine } from '../table.mjs'

// The same pages from the same server at the same concurrency. The bare loop fetches with undici and parses with parse5,
// and keeps nothing; ours also guards addresses, decodes by charset, extracts text, links and metadata, stores results.

export const contenders = [
  { name: 'riptide, batches of 50', program: 'crawl/riptide.mjs', args: [] },
  { name: 'undici + parse5.parse', program: 'crawl/bare.mjs', args: [] },
]

export const views = [
  {
    title: `Crawling local pages${process.env.PAGES_DIR ? ' of PAGES_DIR' : ', about 50 KB each'}, concurrency 20`,
    columns: [
      { key: 'pagesPerSecond', title: 'pages/s', format: fine },
      { key: 'cpuMs', title: 'CPU ms/page', format: fine },
    ],
  },
]

/** One server for all contenders and rounds, in a process of its own. */
export async function prepare() {
  const server = fork(fileURLToPath(new URL('server.mjs', import.meta.url)))
  const [{ origin, paths }] = await once(server, 'message')
  return {
    env: { BENCH_ORIGIN: origin, BENCH_PATHS: JSON.stringify(paths) },
    async close() {
      server.disconnect()
      await once(server, 'exit')
    },
  }
}
