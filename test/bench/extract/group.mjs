import { execFile, execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { median, table } from '../table.mjs'

// What each contender finds on the same pages against what people say is there, and the processor time it takes against
// that of `parse5.parse` in the same process. With PAGES_DIR the pages are those of a folder (pages.mjs says in which form).

const contenders = ['riptide', 'readability', 'defuddle', 'stripped']
const here = fileURLToPath(new URL('.', import.meta.url))
const figures = ['f1', 'wanted', 'unwanted', 'title', 'author', 'date']

/** Prints the word F1 by page type, and the other figures over all pages. */
export async function run({ rounds }) {
  installPeers()
  const results = new Map(contenders.map((name) => [name, []]))
  for (let round = 0; round < rounds; round++)
    for (const name of contenders) results.get(name).push(await measure(name))
  const first = (name) => results.get(name)[0]
  const types = Object.keys(first('riptide').byType)
  const share = (value) => (value === null ? '-' : value.toFixed(3))
  const byType = contenders.map((name) => [name, ...types.map((type) => share(first(name).byType[type]))])
  const all = contenders.map((name) => [
    name,
    ...figures.map((key) => share(first(name)[key])),
    median(results.get(name).map(({ cpu }) => cpu)).toFixed(2),
    `${first(name).failed}`,
  ])
  const heads = types.map((type) => `${type} (${first('riptide').counts[type]})`)
  console.log(`\nWord F1 by page type\n${table(['', ...heads], byType)}`)
  console.log(`\nOver all pages\n${table(['', ...figures, 'CPU/parse5', 'failed'], all)}`)
}

// -------------------------------------------------------------------------------------------------------------------

async function measure(name) {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--expose-gc', `${here}measure.mjs`, name],
    {
      cwd: here,
      maxBuffer: 2 ** 24,
    },
  )
  return JSON.parse(stdout.trim().split('\n').at(-1))
}

function installPeers() {
  const { dependencies } = JSON.parse(readFileSync(`${here}package.json`, 'utf8'))
  if (Object.keys(dependencies).every((name) => existsSync(`${here}node_modules/${name}/package.json`)))
    return
  const options = ['--no-audit', '--no-fund', '--no-package-lock']
  execFileSync('npm', ['install', '--prefix', here, ...options], { stdio: 'inherit', cwd: here })
}
