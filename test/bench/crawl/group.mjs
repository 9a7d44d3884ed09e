import { execFile, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { fine, median, table, whole } from '../table.mjs'
import { installCrawlee } from './install.mjs'

// The same pages from the same server at the same concurrency. The bare loop fetches with undici and parses with parse5,
// and keeps nothing; Crawlee's CheerioCrawler fetches, parses and takes the links; ours also guards addresses, decodes by
// charset, extracts text, markdown, links and metadata, and stores results.

const here = fileURLToPath(new URL('.', import.meta.url))

const bare = { name: 'undici + parse5.parse', program: 'bare.mjs', args: [] }
const crawlers = [
  { name: 'riptide, inline', program: 'riptide.mjs', args: ['inline'] },
  { name: 'riptide, thread', program: 'riptide.mjs', args: ['thread'] },
  { name: "Crawlee's CheerioCrawler", program: 'crawlee.mjs', args: [] },
  bare,
]

const rows = [
  {
    name: 'pages',
    title: `Crawling local pages${process.env.PAGES_DIR ? ' of PAGES_DIR' : ', about 50 KB each'}, concurrency 50`,
    contenders: crawlers,
    env: { PAGE_SCALE: '1' },
    columns: [
      { key: 'pagesPerSecond', title: 'pages/s', format: fine },
      { key: 'cpuMs', title: 'CPU ms/page', format: fine },
    ],
  },
  {
    name: 'guest',
    title: 'Beside an app: 200 pages of 150 KB in flight',
    contenders: crawlers.slice(0, 2).map((one) => ({ ...one, program: 'guest.mjs' })),
    env: { PAGE_SCALE: '3' },
    columns: [
      { key: 'loopP99', title: 'event-loop delay p99, ms', format: fine },
      { key: 'routeP99', title: 'a bare route p99, ms', format: fine },
      { key: 'loopMax', title: 'event-loop delay, longest, ms', format: fine },
      { key: 'pagesPerSecond', title: 'pages/s', format: fine },
    ],
  },
  {
    name: 'soak',
    title: '100,000 fetches in one process: from the first tenth to the last',
    contenders: [{ name: 'riptide, thread', program: 'soak.mjs', args: ['thread'] }],
    env: { PAGE_SCALE: '0.05' },
    once: true,
    columns: [
      { key: 'heapFirst', title: 'heap, MB', format: fine },
      { key: 'heapLast', title: 'at the end', format: fine },
      { key: 'rssFirst', title: 'RSS, MB', format: fine },
      { key: 'rssLast', title: 'at the end', format: fine },
      { key: 'handlesFirst', title: 'handles', format: whole },
      { key: 'handlesLast', title: 'at the end', format: whole },
    ],
  },
]

/** Prints each row when it is measured, with `jobs` pages. The soak, of some minutes, is run when it is asked for. */
export async function run({ rounds, jobs, only = [] }) {
  const chosen = rows.filter(({ name }) => (only.length === 0 ? name !== 'soak' : only.includes(name)))
  if (chosen.some(({ name }) => name === 'pages')) console.log(`Crawlee ${installCrawlee()}`)
  const pages = jobs === undefined ? {} : { BENCH_PAGES: `${jobs}` }
  for (const row of chosen) await measure({ ...row, env: { ...row.env, ...pages } }, row.once ? 1 : rounds)
}

// -------------------------------------------------------------------------------------------------------------------

async function measure({ title, contenders, env, columns }, rounds) {
  const server = await startServer(env)
  const runs = new Map(contenders.map(({ name }) => [name, []]))
  try {
    for (let round = 0; round < rounds; round++) {
      for (const { name, program, args } of contenders)
        runs.get(name).push(await runOnce(program, args, server.env))
    }
  } finally {
    await server.close()
  }
  const last = contenders.at(-1).name
  const of = (name, key) => runs.get(name).map((one) => one[key])
  const head = columns.flatMap((column) => (contenders.length > 1 ? [column.title, 'ratio'] : [column.title]))
  const lines = contenders.map(({ name }) => [
    name,
    ...columns.flatMap(({ key, format }) => {
      const values = of(name, key)
      const cell = `${format(median(values))} (${format(Math.min(...values))} - ${format(Math.max(...values))})`
      return contenders.length > 1 ? [cell, fine(median(values) / median(of(last, key)))] : [cell]
    }),
  ])
  console.log(`\n${title}\n${table(['', ...head], lines)}`)
}

/** One server for all contenders and rounds, in a process of its own. */
async function startServer(env) {
  const server = fork(`${here}server.mjs`, { env: { ...process.env, ...env } })
  const [{ origin, paths }] = await once(server, 'message')
  return {
    env: { ...env, BENCH_ORIGIN: origin, BENCH_PATHS: JSON.stringify(paths) },
    async close() {
      server.disconnect()
      await once(server, 'exit')
    },
  }
}

async function runOnce(program, args, env) {
  const running = promisify(execFile)(process.execPath, ['--expose-gc', `${here}${program}`, ...args], {
    cwd: here,
    env: { ...process.env, ...env },
    maxBuffer: 2 ** 24,
  })
  // What a long run says on its way.
  running.child.stderr.pipe(process.stderr)
  const { stdout } = await running
  return JSON.parse(stdout.trim().split('\n').at(-1))
}
