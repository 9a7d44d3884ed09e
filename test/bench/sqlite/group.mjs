import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startContender } from '../redis/contender.mjs'
import { startServer } from '../redis/redis-server.mjs'
import { linesOf, tableOf } from '../redis/report.mjs'
import { installDriver } from './install.mjs'
import { rows } from './rows.mjs'

// No-op jobs of about 200 bytes in a SQLite file, beside BullMQ on a Redis of our own that keeps nothing on disk. Each
// measurement has fresh processes and an empty store; the queues take turns within a row.

const ours = 'riptide-sqlite'
const queues = [ours, 'bullmq']

/** Prints each row when it is measured, and all of them at the end. `only` chooses some by their names. */
export async function run({ rounds, jobs = 100_000, only = [], queues: chosen = [] }) {
  if (chosen.length > 0) throw new Error('--queues is for redis alone: each row of sqlite names its queues')
  const version = installDriver()
  const server = await startServer()
  const lines = []
  try {
    for (const row of rows.filter(({ name }) => only.length === 0 || only.includes(name))) {
      const own = linesOf(row, await measure(row, { server, rounds, jobs }), queues, ours)
      lines.push(...own)
      console.error(own.map((cells) => cells.join(' | ')).join('\n'))
    }
  } finally {
    await server.close()
  }
  const title = `better-sqlite3 ${version}, ${jobs.toLocaleString('en-US')} jobs`
  console.log(`\n${title}\n${tableOf(lines, queues, ours)}`)
}

// -------------------------------------------------------------------------------------------------------------------

async function measure(row, { server, rounds, jobs }) {
  const runs = Object.fromEntries(queues.map((name) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const name of row.queues) runs[name].push(await once(row, { name, server, jobs, round }))
  }
  return runs
}

async function once({ scenario, settings }, { name, server, jobs, round }) {
  const place = makePlace(name, server)
  const open = []
  const launch = async (role, more = {}) => {
    const contender = await startContender(name, { ...place.at, role, ...settings, ...more })
    open.push(contender)
    return contender
  }
  await place.empty()
  try {
    return await scenario({ server: place, launch, jobs, round, settings, folder: place.folder })
  } finally {
    await Promise.all(open.map((contender) => contender.end()))
    place.remove()
  }
}

/** Where a queue keeps its jobs: a folder of its own, with a file for ours. */
function makePlace(name, server) {
  const folder = mkdtempSync(join(tmpdir(), 'riptide-bench-'))
  const path = join(folder, 'jobs.db')
  return {
    folder,
    at: name === ours ? { path } : { port: server.port },
    async empty() {
      if (name !== ours) return server.empty()
      for (const end of ['', '-wal', '-shm']) rmSync(`${path}${end}`, { force: true })
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
