import { afterEach } from 'vitest'
import { type CrawlStage, type StageOptions, crawlStage } from './crawl-stage.js'
import { type Route, type Site, startSite } from './site.js'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** Calls `close` when the test has ended, the last one first. */
export function afterTest(close: () => Promise<void>): void {
  closing.push(close)
}

/** A site that is closed after the test. */
export async function siteOf(routes: Readonly<Record<string, Route>>): Promise<Site> {
  const site = await startSite(routes)
  closing.push(() => site.close())
  return site
}

/** Crawl jobs that are closed after the test. */
export function stageOf(options?: StageOptions): CrawlStage {
  const stage = crawlStage(options)
  closing.push(() => stage.jobs.close())
  return stage
}

/** How each page of a batch ended. */
export const codes = (result: { results: readonly { error: { code: string } | null }[] }) =>
  result.results.map((page) => page.error?.code ?? 'ok')
