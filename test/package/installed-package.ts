import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The root of the repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

export interface Manifest {
  readonly name: string
  readonly version: string
  readonly exports: Readonly<Record<string, unknown>>
  readonly dependencies: Readonly<Record<string, string>>
}

/** The package.json that the package is published with. */
export const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest

/** What users import: `riptide-workers`, `riptide-workers/http`, ... A worker thread is started with the rest. */
export const entries = Object.keys(manifest.exports)
  .filter((path) => !['./package.json', './crawl/thread', './sqlite/thread'].includes(path))
  .map((path) => manifest.name + path.slice(1))

/** An app that has the package as npm would install it: its tarball, and beside it only what it declares to need. */
export interface InstalledPackage {
  readonly folder: string
  /** The files of the tarball. */
  readonly files: readonly string[]
  /** Runs a program in the app and answers with what it printed, as JSON. It must end by itself. */
  evaluate(format: Format, source: string, env?: Readonly<Record<string, string>>): Promise<unknown>
  remove(): void
}

export type Format = 'esm' | 'cjs'

/** Packs what was built and installs it in a folder of its own. */
export async function installPackage(): Promise<InstalledPackage> {
  if (!existsSync(join(root, 'dist/index.js'))) throw new Error('dist is missing: run "npm run build" first')
  const folder = mkdtempSync(join(tmpdir(), 'riptide-package-'))
  const packed = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
    cwd: root,
  })
  const [tarball] = JSON.parse(packed.stdout) as [{ filename: string; files: { path: string }[] }]
  const home = join(folder, 'node_modules', manifest.name)
  mkdirSync(home, { recursive: true })
  await run('tar', ['-xzf', join(folder, tarball.filename), '-C', home, '--strip-components=1'])
  for (const name of Object.keys(manifest.dependencies)) link(name, folder)
  return {
    folder,
    files: tarball.files.map((file) => file.path),
    evaluate: (format, source, env) => evaluate(folder, format, source, env),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Puts a package of the repository's own node_modules into the app. */
export function link(name: string, folder: string): void {
  const place = join(folder, 'node_modules', name)
  mkdirSync(dirname(place), { recursive: true })
  symlinkSync(join(root, 'node_modules', name), place, 'dir')
}

// ---------------------------------------------------------------------------------------------------------

let programs = 0

async function evaluate(
  folder: string,
  format: Format,
  source: string,
  env: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const file = join(folder, `program-${++programs}.${format === 'esm' ? 'mjs' : 'cjs'}`)
  writeFileSync(file, source)
  const options = { cwd: folder, env: { ...process.env, NODE_OPTIONS: '', ...env }, timeout: 20_000 }
  const { stdout } = await run(process.execPath, [file], options)
  return JSON.parse(stdout)
}
