// npm run bench [-- memory crawl redis sqlite --rounds=5 --jobs=10000 --only=kept-100]
// Each contender runs in a process of its own, the contenders take turns, and the medians are compared: what disturbs the
// machine for a while disturbs them all.
import { execFile, execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { readOptions } from './options.mjs'
import { fine, median, table } from './table.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))
const { groups, rounds, jobs, only, queues } = readOptions(process.argv.slice(2))

installPeers()
console.log(`Node ${process.version}, ${cpus().length} x ${cpus()[0].model}, medians of ${rounds} rounds`)
for (const name of groups) {
  // Loaded only now: a group may import what has just been installed.
  const group = await import(`./${name}/group.mjs`)
  // A group that has rows of many kinds runs them itself.
  await (group.run === undefined ? measure(group) : group.run({ rounds, jobs, only, queues }))
}

async function measure(group) {
  const { env, close } = await group.prepare()
  try {
    const runs = new Map(group.contenders.map(({ name }) => [name, []]))
    for (let round = 0; round < rounds; round++) {
      for (const { name, program, args: given } of group.contenders)
        runs.get(name).push(await run(program, given, env))
    }
    for (const view of group.views) show(view, group, runs)
  } finally {
    await close()
  }
}

/** Contenders that do not measure what a view shows have no line in it; the last one that does is the 1 of the ratios. */
function show({ title, columns }, { contenders }, runs) {
  const shown = contenders.filter(({ name }) =>
    columns.every(({ key }) => runs.get(name).every((one) => key in one)),
  )
  const middle = (name, key) => median(runs.get(name).map((one) => one[key]))
  const head = columns.flatMap((column) => (shown.length > 1 ? [column.title, 'ratio'] : [column.title]))
  const rows = shown.map(({ name }) => {
    const cells = columns.flatMap(({ key, format }) => {
      const values = runs.get(name).map((one) => one[key])
      const cell = `${format(median(values))} (${format(Math.min(...values))} - ${format(Math.max(...values))})`
      return shown.length > 1 ? [cell, fine(median(values) / middle(shown.at(-1).name, key))] : [cell]
    })
    return [name, ...cells]
  })
  console.log(`\n${title}\n${table(['', ...head], rows)}`)
}

async function run(program, given, env) {
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', program, ...given], {
    cwd: here,
    env: { ...process.env, ...(jobs === undefined ? {} : { BENCH_JOBS: `${jobs}` }), ...env },
    maxBuffer: 2 ** 24,
  })
  return JSON.parse(stdout.trim().split('\n').at(-1))
}

/** The peers are installed when they are first needed; nothing else in the repository depends on them. */
function installPeers() {
  const { dependencies } = JSON.parse(readFileSync(`${here}package.json`, 'utf8'))
  if (Object.keys(dependencies).every((name) => existsSync(`${here}node_modules/${name}/package.json`)))
    return
  execFileSync('npm', ['install', '--prefix', here, '--no-audit', '--no-fund', '--no-package-lock'], {
    stdio: 'inherit',
  })
}
