import { existsSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'tsup'
import type { Plugin } from 'vitest/config'
import { textFiles } from './text-files.js'

/** Packages that a user may have: built in, an app could not choose its version. */
export const optionalPeers = ['ioredis', 'better-sqlite3', 'libsql', 'pdfjs-dist'] as const

/**
 * Worker threads have entries of their own, which the build makes. The tests run the sources: there each is built when it is
 * first needed, in a place from which it finds the packages, and is gone when the tests are over.
 */
export function buildThreads(): Plugin {
  const folder = fileURLToPath(new URL(`../node_modules/.cache/threads-${process.pid}`, import.meta.url))
  const built = new Map<string, Promise<string>>()
  const urlOf = (source: string): Promise<string> => {
    const url = built.get(source) ?? buildThread(source, folder)
    built.set(source, url)
    return url
  }
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return {
    name: 'build-threads',
    enforce: 'pre',
    async transform(code, id) {
      const [, name = ''] = code.match(entry) ?? []
      const source = join(dirname(id), `${name}.ts`)
      if (name === '' || !existsSync(source)) return null
      const url = await urlOf(source)
      return { code: code.replace(entry, `new URL(${JSON.stringify(url)})`), map: null }
    },
  }
}

// -------------------------------------------------------------------------------------------------------------------

/** How a thread is started, in the words that bundlers know too. */
const entry = /new URL\('\.\/([a-z-]+)\.js', import\.meta\.url\)/

async function buildThread(source: string, folder: string): Promise<string> {
  const name = basename(source, '.ts')
  await build({
    config: false,
    silent: true,
    entry: { [name]: source },
    outDir: folder,
    format: 'esm',
    target: 'node20.19',
    sourcemap: 'inline',
    clean: false,
    external: [...optionalPeers],
    loader: Object.fromEntries(textFiles.map((ending) => [ending, 'text'])),
  })
  return pathToFileURL(join(folder, `${name}.js`)).href
}
