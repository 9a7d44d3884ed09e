export const concurrency = 50

const total = Number(process.env.BENCH_PAGES ?? 3_000)
const origin = process.env.BENCH_ORIGIN
const paths = JSON.parse(process.env.BENCH_PATHS)

/** Crawls some pages to let the compiler settle, then the pages that count, and prints the figures. */
export async function measure(crawl) {
  await crawl(urls(Math.min(total, 600), 'warm-up'))
  globalThis.gc()
  const cpu = process.cpuUsage()
  const start = performance.now()
  await crawl(urls(total, 'measured'))
  const seconds = (performance.now() - start) / 1000
  const { user, system } = process.cpuUsage(cpu)
  console.log(JSON.stringify({ pagesPerSecond: total / seconds, cpuMs: (user + system) / 1000 / total }))
}

/** So many urls, no two the same. */
export function urls(count, round) {
  return Array.from({ length: count }, (_, i) => `${origin}${paths[i % paths.length]}?${round}=${i}`)
}
