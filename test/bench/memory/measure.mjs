/** Jobs of one measurement. */
export const jobs = Number(process.env.BENCH_JOBS ?? 200_000)

const warmUp = Math.min(jobs, 50_000)

/**
 * Runs a contender, after a round that lets the compiler settle, and prints its figures. `filled(n)` and `submitted(n)`
 * each make what they need, and answer with a function that does the timed part and resolves when all n jobs have ended.
 */
export async function measure({ filled, submitted }) {
  await timed(filled, warmUp)
  const first = await timed(filled, jobs)
  await timed(submitted, warmUp)
  const second = await timed(submitted, jobs)
  const cpuMicros = second.cpuMicros / jobs
  console.log(JSON.stringify({ filled: jobs / first.seconds, submitted: jobs / second.seconds, cpuMicros }))
}

async function timed(prepare, n) {
  const { go, close } = await prepare(n)
  globalThis.gc()
  const cpu = process.cpuUsage()
  const start = performance.now()
  await go()
  const seconds = (performance.now() - start) / 1000
  const { user, system } = process.cpuUsage(cpu)
  await close?.()
  return { seconds, cpuMicros: user + system }
}
