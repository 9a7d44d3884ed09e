// npm run bench [-- memory crawl --rounds=5]
// Each contender runs in a process of its own, the contenders take turns, and the medians are compared: what disturbs the
// machine for a while disturbs them all.
import { execFile, execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import * as crawl from './crawl/group.mjs'
import * as memory from './memory/group.mjs'
import { fine, median, table } from './table.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))
const groups = { memory, crawl }

const args = process.argv.slice(2)
const wanted = args.filter((arg) => !arg.startsWith('--'))
const rounds = Number(args.find((arg) => arg.startsWith('--rounds='))?.slice(9) ?? 3)
const unknown = wanted.filter((name) => !Object.hasOwn(groups, name))
if (unknown.length > 0 || !Number.isInteger(rounds) || rounds < 1) {
  console.error(`usage: npm run bench -- [${Object.keys(groups).join('] [')}] [--rounds=3]`)
  process.exit(2)
}

installPeers()
console.log(`Node ${process.version}, ${cpus().length} x ${cpus()[0].model}, medians of ${rounds} rounds`)
for (const name of wanted.length > 0 ? wanted : Object.keys(groups)) await measure(groups[name])

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
    env: { ...process.env, ...env },
    maxBuffer: 2 ** 24,
  })
  return JSON.parse(stdout.trim().split('\n').at(-1))
}

/** The peers are installed when they are first needed; nothing else in the repository depends on them. */
function installPeers() {
  if (['fastq', 'p-queue'].every((name) => existsSync(`${here}node_modules/${name}/package.json`))) return
  execFileSync('npm', ['install', '--prefix', here, '--no-audit', '--no-fund', '--no-package-lock'], {
    stdio: 'inherit',
  })
}
