import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))
const root = fileURLToPath(new URL('../../..', import.meta.url))

/**
 * Compiles the driver where it is missing (about 80 seconds), and lays a copy of the built library beside it: the library
 * finds the driver as it would in an app that has both.
 */
export function installDriver() {
  const modules = join(here, 'node_modules')
  if (!existsSync(join(modules, 'better-sqlite3/build/Release/better_sqlite3.node'))) compile()
  const copy = join(modules, 'riptide-workers')
  rmSync(copy, { recursive: true, force: true })
  for (const name of ['dist', 'package.json']) cpSync(join(root, name), join(copy, name), { recursive: true })
  return JSON.parse(readFileSync(join(modules, 'better-sqlite3/package.json'), 'utf8')).version
}

// -------------------------------------------------------------------------------------------------------------------

/** With the headers that came with this Node, where they are there; else node-gyp fetches them. */
function compile() {
  const prefix = dirname(dirname(process.execPath))
  const hasHeaders = existsSync(join(prefix, 'include/node/node.h'))
  const env = { ...process.env, ...(hasHeaders ? { npm_config_nodedir: prefix } : {}) }
  const options = ['--no-audit', '--no-fund', '--no-package-lock']
  execFileSync('npm', ['install', '--prefix', here, ...options], { stdio: 'inherit', env, cwd: here })
}
