import { describe, expect, test } from 'vitest'
import type { Part } from './map.js'
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

const map: readonly Part[] = [
  { of: 'src/core/', ours: [], packages: ['node:crypto'] },
  { of: 'src/engine/', ours: ['src/core/'], packages: ['cron-parser'] },
  { of: 'src/crawl/', ours: ['src/core/'], packages: [] },
  { of: 'src/crawl/fetch/', ours: ['src/core/'], packages: ['undici'] },
  { of: 'src/api.ts', ours: [], packages: [] },
  { of: 'src/http/', ours: ['src/core/'], typesOnly: ['src/api.ts'], packages: [] },
]

const imports = (path: string, text: string): string[] => importViolations([readSource(path, text)], map)
const host = (text: string, path = 'src/engine/loop.ts'): string[] => hostViolations([readSource(path, text)])

describe('an import is refused', () => {
  test.each([
    ['core to a wing', 'src/core/job.ts', `import { run } from '../engine/run.js'`],
    ['a wing to a wing', 'src/engine/loop.ts', `import { fetchPage } from '../crawl/fetch/fetch-page.js'`],
    ['the type of another wing', 'src/engine/loop.ts', `import type { Page } from '../crawl/page.js'`],
    ['one wing through an export', 'src/engine/loop.ts', `export { Page } from '../crawl/page.js'`],
    ['one wing through export *', 'src/engine/loop.ts', `export * from '../crawl/page.js'`],
    ['one wing by import()', 'src/engine/loop.ts', `const load = () => import('../crawl/page.js')`],
    ['one wing by require()', 'src/engine/loop.ts', `const page = require('../crawl/page.js')`],
    ['one wing as an import type', 'src/engine/loop.ts', `let page: import('../crawl/page.js').Page`],
    ['one wing for its effects', 'src/engine/loop.ts', `import '../crawl/page.js'`],
    ['one wing by import =', 'src/engine/loop.ts', `import page = require('../crawl/page.js')`],
    ['a file out of src', 'src/engine/loop.ts', `import { x } from '../../test/x.js'`],
    ['a package of another part', 'src/engine/loop.ts', `import { request } from 'undici'`],
    ['a package that only a deeper part has', 'src/crawl/page.ts', `import { request } from 'undici'`],
    ['a package whose name begins like a listed one', 'src/engine/loop.ts', `import x from 'cron-parser-x'`],
    [
      'a module of Node that is not listed',
      'src/core/job.ts',
      `import { setTimeout } from 'node:timers/promises'`,
    ],
    ['a computed one', 'src/engine/loop.ts', `const load = (name: string) => import(name)`],
    ['a value of a file open to types', 'src/http/routes.ts', `import { type A, b } from '../api.js'`],
  ])('%s', (_, path, text) => {
    expect(imports(path, text)).toHaveLength(1)
  })

  test('a value of a file open to types, and says so', () => {
    expect(imports('src/http/routes.ts', `\nimport { b } from '../api.js'`)).toEqual([
      'src/http/routes.ts:2 imports ../api.js, of which it may name types only; see src/http/ in the map',
    ])
  })

  test('a file in no part of the map', () => {
    expect(imports('src/extra/thing.ts', '')).toEqual(['src/extra/thing.ts lies in no part of the map'])
  })
})

describe('an import is allowed', () => {
  test.each([
    [
      'a wing to core',
      'src/engine/loop.ts',
      `import { a } from '../core/a.js'; export * from '../core/b.js'`,
    ],
    ['a part to itself', 'src/engine/loop.ts', `import { a } from './a.js'`],
    ['a folder to a deeper part of its own', 'src/crawl/page.ts', `import { a } from './fetch/a.js'`],
    ['a listed package', 'src/crawl/fetch/page.ts', `import { request } from 'undici'`],
    [
      'types where types are',
      'src/http/a.ts',
      `import type { A } from '../api.js'; import { type B } from '../api.js'`,
    ],
    [
      'types through an export',
      'src/http/a.ts',
      `export type { A } from '../api.js'; export { type B } from '../api.js'`,
    ],
    [
      'what stands in a comment or a text',
      'src/core/a.ts',
      `// import '../engine/x.js'\nconst a = "import '../engine/x.js'"`,
    ],
  ])('%s', (_, path, text) => {
    expect(imports(path, text)).toEqual([])
  })
})

describe('the host is seen in', () => {
  test.each([
    ['Date.now', 'const now = Date.now()'],
    ['Date.now', 'const now = globalThis.Date.now()'],
    ['Date.now', 'const now = Date["now"]()'],
    ['Date.now', 'const { now } = Date'],
    ['Date.now', 'const { now: time } = Date'],
    ['new Date()', 'const now = new Date()'],
    ['new Date()', 'const now = new Date'],
    ['Date()', 'const now = Date()'],
    ['setTimeout', 'setTimeout(run, 5)'],
    ['setTimeout', 'globalThis.setTimeout(run, 5)'],
    ['setTimeout', 'const later = setTimeout'],
    ['setTimeout', 'const timers = { setTimeout }'],
    ['setInterval', 'setInterval(run, 5)'],
    ['setImmediate', 'setImmediate(run)'],
    ['Math.random', 'const a = Math.random()'],
    ['randomUUID', `import { randomUUID } from 'node:crypto'`],
    ['randomUUID', 'const id = crypto.randomUUID()'],
    ['process.env', 'const home = process.env.HOME'],
    ['process.env', 'const home = process["env"].HOME'],
    ['process.env', 'const { env } = process'],
    ['process.env', 'const debug = (globalThis as any).process?.env.DEBUG'],
    ['setTimeout', '(globalThis as any)!.setTimeout(run, 5)'],
    ['new Date()', 'const now = new globalThis.Date()'],
    ['performance', 'const t = performance.now()'],
    ['AbortSignal.timeout', 'const signal = AbortSignal.timeout(5)'],
  ])('%s: %s', (name, text) => {
    expect(host(text)).toEqual([`src/engine/loop.ts:1 uses ${name}`])
  })

  test('its own file only for what that file is for', () => {
    expect(host('Date.now(); setTimeout(run, 5)', 'src/core/clock.ts')).toEqual([])
    expect(host('Math.random()', 'src/core/clock.ts')).toEqual(['src/core/clock.ts:1 uses Math.random'])
  })

  test.each([
    'const now = clock.now()',
    'const at = new Date(ms)',
    'clock.setTimeout(run)',
    'const options = { setTimeout: 5 }',
    'interface Timers { setTimeout(run: () => void): void }',
    'const now = Date.UTC(2026, 0, 1)',
    '// Date.now()',
    'const text = "setTimeout(run, 5)"',
    'const random = options.random()',
  ])('nothing of: %s', (text) => {
    expect(host(text)).toEqual([])
  })
})

describe('also refused', () => {
  test('a file of 301 lines, and none of 300', () => {
    const file = (lines: number): string[] =>
      sizeViolations([readSource('src/core/a.ts', 'let a\n'.repeat(lines))])
    expect(file(300)).toEqual([])
    expect(file(301)).toEqual(['src/core/a.ts has 301 lines; 300 is the most'])
  })

  test('a file of another language that is too long', () => {
    expect(
      sizeViolations([readSource('src/drivers/redis/lua/cycle.lua', '-- a\n'.repeat(301))]),
    ).toHaveLength(1)
  })

  test('a name that says nothing, in whatever place', () => {
    const bad = ['src/utils.ts', 'src/core/types.ts', 'src/engine/job-manager.ts', 'src/http/test-helpers.ts']
    expect(nameViolations([...bad, 'src/core/job.ts', 'src/core/typescript.ts'])).toHaveLength(bad.length)
  })

  test('a name that is not in kebab-case', () => {
    expect(
      nameViolations(['src/core/jobStates.ts', 'src/core/Job.ts', 'src/core/job_state.ts']),
    ).toHaveLength(3)
    expect(nameViolations(['src/dashboard/page.client.js', 'src/drivers/sqlite/sql/claim-jobs.sql'])).toEqual(
      [],
    )
  })

  test('an index.ts that is no entry, and an entry without one', () => {
    expect(
      indexViolations(['src/index.ts', 'src/core/index.ts'], ['src/index.ts', 'src/http/index.ts']),
    ).toEqual([
      'src/core/index.ts is no entry of package.json',
      'src/http/index.ts is an entry of package.json and is missing',
    ])
  })

  test.each([
    'export default 5',
    'export default function run() {}',
    'export default class {}',
    'export { a as default }',
  ])('a default export: %s', (text) => {
    expect(defaultExportViolations([readSource('src/core/a.ts', text)])).toEqual([
      'src/core/a.ts:1 has a default export',
    ])
  })

  test('a part of the map that has no files', () => {
    expect(emptyParts([readSource('src/core/a.ts', '')], map.slice(0, 2))).toEqual(['src/engine/'])
  })
})

describe('a package that must be loaded late', () => {
  const chains = (jobs: string, target = 'undici'): string[] =>
    eagerChains(
      [
        readSource('src/index.ts', `import { a } from './jobs.js'`),
        readSource('src/jobs.ts', jobs),
        readSource('src/runtime.ts', `import { request } from 'undici/x.js'\nimport './index.js'`),
      ],
      ['src/index.ts'],
      [target],
    )

  test('is found through the files between', () => {
    expect(chains(`import { run } from './runtime.js'`)).toEqual([
      'src/index.ts > src/jobs.ts > src/runtime.ts > undici',
    ])
    expect(chains(`export * from './runtime.js'`)).toHaveLength(1)
  })

  test('is not reached by import() or by types', () => {
    expect(chains(`const load = () => import('./runtime.js')`)).toEqual([])
    expect(chains(`import type { Run } from './runtime.js'`)).toEqual([])
  })

  test('may be a file of ours', () => {
    expect(chains(`import './runtime.js'`, 'src/runtime.ts')).toEqual([
      'src/index.ts > src/jobs.ts > src/runtime.ts',
    ])
    expect(chains(`const load = () => import('./runtime.js')`, 'src/runtime.ts')).toEqual([])
  })
})
