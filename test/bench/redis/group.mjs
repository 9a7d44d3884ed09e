import { readFileSync } from 'node:fs'
import { Refused, startContender } from './contender.mjs'
import { startServer } from './redis-server.mjs'
import { linesOf, tableOf } from './report.mjs'
import { rows } from './rows.mjs'

// No-op jobs of about 200 bytes on a Redis of our own, against the queues that are used most on it. Each measurement has
// fresh processes and an empty server; the queues take turns within a row.

const usual = ['riptide', 'bullmq', 'bee-queue']
const known = [...usual, 'bullmq-node-redis']

/** Prints each row when it is measured, and all of them at the end. `only` and `queues` choose some by their names. */
export async function run({ rounds, jobs = 100_000, only = [], queues: chosen = [] }) {
  const measured = choose(
    only,
    rows.map(({ name }) => name),
    '--only',
  )
  const contenders = chosen.length === 0 ? usual : choose(chosen, known, '--queues')
  const lines = []
  for (const row of rows.filter(({ name }) => measured.includes(name))) {
    const own = linesOf(row, await measure(row, contenders, { rounds, jobs }), contenders)
    lines.push(...own)
    console.error(own.map((cells) => cells.join(' | ')).join('\n'))
  }
  console.log(`\n${await title(jobs)}\n${tableOf(lines, contenders)}`)
}

// -------------------------------------------------------------------------------------------------------------------

async function measure(row, contenders, { rounds, jobs }) {
  const server = await startServer(row.server)
  const runs = Object.fromEntries(contenders.map((name) => [name, []]))
  try {
    for (let round = 0; round < rounds; round++) {
      for (const name of contenders) {
        const figures = await once(row, { name, server, jobs, round })
        if (figures !== undefined) runs[name].push(figures)
      }
    }
    return runs
  } finally {
    await server.close()
  }
}

async function once(row, { name, server, jobs, round }) {
  const open = []
  const launch = async (role, more = {}) => {
    const own = name === 'riptide' ? row.ours : {}
    const contender = await startContender(name, {
      port: server.port,
      role,
      ...row.settings,
      ...own,
      ...more,
    })
    open.push(contender)
    return contender
  }
  await server.empty()
  try {
    return await row.scenario({ server, launch, jobs, round })
  } catch (error) {
    if (!(error instanceof Refused && name === 'riptide' && row.ours)) throw error
    console.error(`${row.name}: ${name} refuses: ${error.message}`)
    return undefined
  } finally {
    await Promise.all(open.map((contender) => contender.end()))
  }
}

function choose(given, known, option) {
  const unknown = given.filter((name) => !known.includes(name))
  if (unknown.length > 0) throw new Error(`${option} takes ${known.join(', ')}; got ${unknown.join(', ')}`)
  return given.length > 0 ? given : known
}

async function title(jobs) {
  const server = await startServer()
  const version = await server.version()
  await server.close()
  const peers = ['bullmq', 'bee-queue', 'ioredis', 'redis'].map((name) => `${name} ${versionOf(name)}`)
  return `Redis ${version}, ${jobs.toLocaleString('en-US')} jobs; ${peers.join(', ')}`
}

function versionOf(name) {
  return JSON.parse(readFileSync(new URL(`../node_modules/${name}/package.json`, import.meta.url), 'utf8'))
    .version
}
