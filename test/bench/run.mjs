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
import { median, table } from './table.mjs'

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
    for (const view of group.views) {
      const rows = group.contenders.flatMap(({ name }) => row(view, name, runs.get(name)))
      console.log(`\n${view.title}\n${table(['', ...view.columns.map((column) => column.title)], rows)}`)
    }
  } finally {
    await close()
  }

  /** A contender that does not measure what a view shows has no line in it. */
  function row(view, name, results) {
    if (!view.columns.every(({ key }) => results.every((result) => key in result))) return []
    const cells = view.columns.map(({ key, format, spread }) => {
      const values = results.map((result) => result[key])
      const middle = format(median(values))
      return spread ? `${middle} (${format(Math.min(...values))} - ${format(Math.max(...values))})` : middle
    })
    return [[name, ...cells]]
  }
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
