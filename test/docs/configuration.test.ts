import { readFileSync } from 'node:fs'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { WorkerService, memoryQueue, memoryStorage } from '../../src/index.js'
import { redisQueue } from '../../src/drivers/redis/index.js'
import { sqliteQueue } from '../../src/drivers/sqlite/index.js'
import { optionsFromEnv } from '../../src/env.js'
import { resolveOptions } from '../../src/options.js'

const page = read('docs/reference/configuration.md')

interface Row {
  readonly name: string
  readonly standard: string
  readonly range: string
}

const rows: readonly Row[] = [...page.matchAll(/^\| `([a-z][\w.]+)` \|([^|]*)\|([^|]*)\|/gim)]
  .map(([, name = '', standard = '', range = '']) => ({
    name,
    standard: standard.trim(),
    range: range.trim(),
  }))
  .filter(({ name }) => !name.startsWith('WORKER_'))
const limited = rows.flatMap(({ name, range }) => {
  const [, from = '', to = ''] = /^([\d_]+) to ([\d_]+)$/.exec(range) ?? []
  return from === '' ? [] : [{ name, min: numberIn(from), max: numberIn(to) }]
})

describe('the table of options', () => {
  test('has every option of the service, of the crawler and of each store, and no other', () => {
    const names = [
      ...optionsIn('src/options.ts', 'WorkerServiceOptions').filter((name) => name !== 'crawl'),
      ...optionsIn('src/crawl/options.ts', 'CrawlOptions').map((name) => `crawl.${name}`),
      ...optionsIn('src/drivers/memory/memory-queue.ts', 'MemoryQueueOptions').map(
        (name) => `memoryQueue.${name}`,
      ),
      ...optionsIn('src/drivers/memory/memory-storage.ts', 'MemoryStorageOptions').map(
        (name) => `memoryStorage.${name}`,
      ),
      ...optionsIn('src/drivers/redis/redis-options.ts', 'RedisQueueOptions').map(
        (name) => `redisQueue.${name}`,
      ),
      ...optionsIn('src/drivers/sqlite/sqlite-options.ts', 'SqliteQueueOptions').map(
        (name) => `sqliteQueue.${name}`,
      ),
    ]
    expect(rows.map(({ name }) => name).sort()).toEqual(names.sort())
  })

  test('gives each the default it has', () => {
    const said = rows.filter(({ name }) => !/^(memory|redis|sqlite)/.test(name)).flatMap(defaultIn)
    expect(said.length).toBeGreaterThan(30)
    expect(said).toEqual(said.map(([name]) => [name, defaultOf(name)]))
  })

  test.each(limited)('$name takes $min to $max, and nothing beside', ({ name, min, max }) => {
    // What classes may be passed over hangs together: alone, only the ends out of range can be told.
    if (!name.startsWith('budgets.')) for (const value of [min, max]) use(name, value)
    for (const value of [min - 1, max + 1])
      expect(() => use(name, value)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  })
})

test('every variable of the environment stands in the table, and no other', () => {
  const said = [...page.matchAll(/`(WORKER_[A-Z_]+|REDIS_URL)`/g)].map(([, name = '']) => name)
  const asked = new Set<string>()
  // A proxy tells what is looked at, without a word about how.
  optionsFromEnv(new Proxy<Record<string, undefined>>({}, { get: (_, name) => void asked.add(String(name)) }))
  expect([...asked].sort()).toEqual([...new Set(said)].sort())
})

function read(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
}

function numberIn(text: string): number {
  return Number(text.replaceAll('_', ''))
}

/** The names that may be given, with a dot where one holds others; of `Partial<Retention>` those of Retention. */
function optionsIn(path: string, name: string): readonly string[] {
  const file = ts.createSourceFile(path, read(path), ts.ScriptTarget.Latest, true)
  const found = file.statements.find((one) => ts.isInterfaceDeclaration(one) && one.name.text === name)
  if (!found || !ts.isInterfaceDeclaration(found)) throw new Error(`${path} has no interface ${name}`)
  return found.members.flatMap((member) => namesIn(member))
}

const partsOf: Readonly<Record<string, readonly string[]>> = {
  'Partial<Retention>': ['ageMs', 'count', 'bytes'],
  'Partial<SkipBudgets>': ['high', 'normal', 'low'],
}

function namesIn(member: ts.TypeElement): readonly string[] {
  const name = member.name?.getText() ?? ''
  const type = ts.isPropertySignature(member) ? member.type : undefined
  const parts =
    type && ts.isTypeLiteralNode(type) ? type.members.flatMap(namesIn) : partsNamed(type?.getText() ?? '')
  return parts ? parts.map((part) => `${name}.${part}`) : [name]
}

function partsNamed(type: string): readonly string[] | undefined {
  if (!type.startsWith('PerHostOptions')) return partsOf[type]
  return optionsIn('src/crawl/politeness/per-host-options.ts', 'PerHostOptions')
}

/** The default that a row gives as one value in code. */
function defaultIn({ name, standard }: Row): readonly [string, string][] {
  const [, value = ''] = /^`([\w.]+)`$/.exec(standard) ?? []
  const isName = /^[a-z]+[A-Z.]/.test(value)
  return value === '' || isName ? [] : [[name, value.replaceAll('_', '')]]
}

function defaultOf(name: string): string {
  const { schedulerEnabled, retention, ...rest } = resolveOptions()
  const { dead_letter: deadLetter, completed, cancelled } = retention
  const all = {
    ...rest,
    scheduler: { enabled: schedulerEnabled },
    retention: { completed, deadLetter, cancelled },
  }
  return String(name.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], all))
}

/** Makes what has this option, with a value for it. */
function use(name: string, value: number): void {
  const [owner, ...path] = name.split('.')
  if (owner === 'memoryQueue') return void memoryQueue(nested(path, value))
  if (owner === 'redisQueue') return void redisQueue({ url: 'redis://127.0.0.1', ...nested(path, value) })
  if (owner === 'sqliteQueue') return void sqliteQueue({ path: 'jobs.db', ...nested(path, value) })
  if (owner === 'memoryStorage') return void memoryStorage(nested(path, value))
  new WorkerService(nested(name.split('.'), value))
}

function nested(path: readonly string[], value: number): object {
  return path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as object
}
