import { mkdtempSync, rmSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { PerHostOptions } from '../../src/crawl/politeness/per-host-options.js'
import { type PoliteSite, sendPage, startPoliteSite } from './polite-site.js'
import { type QueueSetting, WorkerProcess } from './worker-process.js'

const names = ['a', 'b'] as const
const isPage = ({ path }: { readonly path: string }): boolean => path !== '/robots.txt'
const endings: (() => unknown)[] = []

afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

export interface PoliteFleet {
  /** What the processes are told of the queue that they share. */
  queueIn(folder: string): QueueSetting
  /** The Node that they run on. @default this one */
  node?(): string
}

/** Two processes that crawl one site are as polite as one. */
export function crawlsPolitely({ queueIn, node }: PoliteFleet): void {
  const crawl = async (
    site: PoliteSite,
    perHost: PerHostOptions,
    urls: number,
  ): Promise<readonly unknown[]> => {
    const folder = mkdtempSync(join(tmpdir(), 'riptide-polite-'))
    endings.push(() => rmSync(folder, { recursive: true }))
    const service = {
      workers: { count: 1, maxConcurrentJobs: 1 },
      crawl: { allowPrivateNetwork: true, perHost, cacheTtlMs: 0, urlRetries: 1 },
    }
    const queue = queueIn(folder)
    const processes = await Promise.all(
      names.map((name) => WorkerProcess.started({ queue, service, history: join(folder, name) }, node?.())),
    )
    const [one] = processes
    const jobs = names.map((name) => ({
      type: 'batch_crawl' as const,
      urls: Array.from({ length: urls }, (_, i) => site.url(`/${name}/${i}`)),
      options: { concurrency: 10 },
    }))
    const ids = (await one!.service.submitJobs(jobs)).map((answer) => ('id' in answer ? answer.id : ''))
    const results = await Promise.all(ids.map((id) => one!.service.waitForJob(id, { timeoutMs: 25_000 })))
    // Each process has one slot: one job each.
    expect(new Set(results.map(({ workerId }) => workerId)).size).toBe(2)
    await Promise.all(processes.map((each) => each.stop()))
    return results.map(({ data }) => data)
  }
  const open = async (answer: (path: string, response: ServerResponse) => void): Promise<PoliteSite> => {
    const site = await startPoliteSite(answer)
    endings.push(() => site.close())
    return site
  }

  test('keep the Crawl-delay of a site together, and ask for its robots.txt once', async () => {
    const site = await open((path, response) =>
      path === '/robots.txt'
        ? response.end('User-agent: *\nCrawl-delay: 0.3\nDisallow: /a/3\n')
        : sendPage(response),
    )
    const results = await crawl(site, {}, 6)
    expect(results).toMatchObject([
      { successful: 5, failed: 1, results: { 3: { error: { code: 'ROBOTS_FORBIDDEN' } } } },
      { successful: 6 },
    ])
    const starts = site.arrivals.map(({ at }) => at)
    const gaps = starts.slice(1).map((at, i) => at - starts[i]!)
    const byLength = [...gaps].sort((a, b) => a - b)
    expect(site.arrivals.filter((one) => !isPage(one))).toHaveLength(1)
    // A busy machine brings one late and the next in time, above all the first that come over a connection: the sum tells the
    // delay, and most gaps that there was one.
    expect(byLength[0]).toBeGreaterThan(100)
    expect(byLength[4]).toBeGreaterThan(250)
    expect(starts.at(-1)! - starts[0]!).toBeGreaterThan(gaps.length * 295)
    const firstOf = (name: string): number =>
      site.arrivals.findIndex(({ path }) => path.startsWith(`/${name}/`))
    expect(Math.max(...names.map(firstOf))).toBeLessThan(9)
  })

  test('both stay away for as long as a Retry-After says', async () => {
    let toldAt = 0
    const site = await open((path, response) => {
      if (path === '/robots.txt') return response.writeHead(404).end()
      if (toldAt === 0 && path === '/a/2') {
        toldAt = performance.now()
        return response.writeHead(429, { 'retry-after': '2' }).end()
      }
      return setTimeout(() => sendPage(response), 50)
    })
    const results = await crawl(site, { maxConcurrent: 2 }, 30)
    expect(results).toMatchObject([{ successful: 30 }, { successful: 30 }])
    const early = site.arrivals.filter(({ at }) => at > toldAt + 400 && at < toldAt + 1950)
    expect(early).toEqual([])
    expect(site.arrivals.filter(({ at }) => at >= toldAt + 1950).length).toBeGreaterThan(1)
  })

  test('have no more requests under way than the limit of a host allows', async () => {
    const site = await open((path, response) => {
      if (path === '/robots.txt') return response.writeHead(404).end()
      return setTimeout(() => sendPage(response), 100)
    })
    const results = await crawl(site, { maxConcurrent: 3, adaptive: false }, 20)
    expect(results).toMatchObject([{ successful: 20 }, { successful: 20 }])
    expect(Math.max(...site.arrivals.map(({ active }) => active))).toBe(3)
  })
}
