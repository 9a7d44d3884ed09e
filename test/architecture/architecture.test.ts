import { readFileSync, readdirSync } from 'node:fs'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { lazy, lazyInCrawler, lazyRedis, lazySqlite, map, threadEntries } from './map.js'
import {
  defaultExportViolations,
  eagerChains,
  emptyParts,
  hostViolations,
  importViolations,
  indexViolations,
  nameViolations,
  sizeViolations,
} from './rules.js'
import { readSource } from './source.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const sources = filesOf('src').map((path) => readSource(path, textOf(path)))
const paths = sources.map(({ path }) => path)

describe('the source', () => {
  test('is there to be read', () => {
    expect(paths).toContain('src/core/clock.ts')
    expect(sources.flatMap(({ imports }) => imports).length).toBeGreaterThan(100)
  })

  test('imports only what the map allows', () => {
    expect(importViolations(sources, map)).toEqual([])
  })

  test('has files in every part of the map', () => {
    expect(emptyParts(sources, map)).toEqual([])
  })

  test('reaches the crawler and its parsers only by import(), so that a process which submits loads neither', () => {
    expect(eagerChains(sources, lazy.entries, lazy.packages)).toEqual([])
  })

  test('reaches the pool of threads, the reader of PDF and the jar of cookies only by import()', () => {
    for (const { entries, targets } of lazyInCrawler)
      expect(eagerChains(sources, entries, targets)).toEqual([])
  })

  test('reaches ioredis and the driver for it only by import(), so that a process without Redis loads neither', () => {
    for (const { entries, targets } of lazyRedis) expect(eagerChains(sources, entries, targets)).toEqual([])
  })

  test('reaches the drivers for SQLite only by import(), so that a process without it loads none', () => {
    for (const { entries, targets } of lazySqlite) expect(eagerChains(sources, entries, targets)).toEqual([])
  })

  test('takes time, timers, chance and environment as arguments', () => {
    expect(hostViolations(sources)).toEqual([])
  })

  test('has no file beyond 300 lines', () => {
    expect(sizeViolations(sources)).toEqual([])
  })

  test('names its files for what they hold', () => {
    expect(nameViolations(paths)).toEqual([])
  })

  test('has an index.ts exactly where package.json points', () => {
    const entries = entriesOf(JSON.parse(textOf('package.json')))
    expect(entries).toEqual(expect.arrayContaining([...threadEntries]))
    const others = entries.filter((entry) => !threadEntries.some((one) => one === entry))
    expect(indexViolations(paths, others)).toEqual([])
  })

  test('has no default exports', () => {
    expect(defaultExportViolations(sources)).toEqual([])
  })
})

describe('the tests and examples', () => {
  const others = ['test', 'examples'].flatMap(filesOf).filter((path) => /\.(ts|js|mjs)$/.test(path))

  test('have no file beyond 300 lines', () => {
    expect(others.length).toBeGreaterThan(10)
    expect(sizeViolations(others.map((path) => readSource(path, textOf(path))))).toEqual([])
  })
})

// ---------------------------------------------------------------------------------------------------------

function threadOf(path: string): string | undefined {
  return threadEntries.find((entry) => posix.basename(entry) === posix.basename(path))
}

function filesOf(folder: string): string[] {
  return readdirSync(posix.join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => posix.relative(root, posix.join(entry.parentPath.replaceAll('\\', '/'), entry.name)))
    .filter((path) => !path.includes('/node_modules/'))
    .sort()
}

function textOf(path: string): string {
  return readFileSync(posix.join(root, path), 'utf8')
}

/**
 * The sources of the package's entries: `./dist/http/index.js` is made of `src/http/index.ts`, or of a driver of that name; that
 * of a thread lies deeper.
 */
function entriesOf(manifest: { readonly exports: Readonly<Record<string, unknown>> }): string[] {
  const targets = JSON.stringify(manifest.exports).match(/\.\/dist\/[^"]+\.js(?=")/g) ?? []
  return targets
    .map((target) => target.replace('./dist/', 'src/').replace(/\.js$/, '.ts'))
    .map((path) => (paths.includes(path) ? path : (threadOf(path) ?? path.replace('src/', 'src/drivers/'))))
}
