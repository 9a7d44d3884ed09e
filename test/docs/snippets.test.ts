import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { type Block, blocksOf, pages } from './page-blocks.js'

const root = new URL('../../', import.meta.url).pathname
const blocks = pages().flatMap(blocksOf)
const programs = blocks.filter(({ language }) => language === 'js')

/** What a guide may speak of without saying again where it comes from. The README has no such help: its blocks are whole. */
const context = `
import type { JobDefinition, QueueAdapter, WorkerService as Service } from 'riptide-workers'
import type { Handler } from 'riptide-workers/http'
declare global {
  const service: Service
  const handler: Handler
  const app: any
  const invoice: JobDefinition<{ order: string }>
  const sync: JobDefinition<{ tenant: string }>
  const feed: JobDefinition<{ url: string; part: string }>
  const id: string
  const tenant: string
  const url: string
  const myQueue: () => QueueAdapter
  const userOf: (cookie: string | null) => Promise<{ isAdmin: boolean } | null>
  const test: (name: string, run: () => unknown) => void
}`
/** Packages that an app has, and this repository has not. */
const packages = `
declare module 'better-sqlite3' {
  export default class Database {
    constructor(path: string)
    transaction(run: () => void): { (): void; immediate(): void }
    prepare(sql: string): { run(...values: unknown[]): unknown }
  }
}
`

const usual: readonly [string, string][] = [
  ['WorkerService', 'riptide-workers'],
  ['createHandler', 'riptide-workers/http'],
]

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2023.d.ts'],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  paths: {
    'riptide-workers': [join(root, 'src/index.ts')],
    'riptide-workers/redis': [join(root, 'src/drivers/redis/index.ts')],
    'riptide-workers/sqlite': [join(root, 'src/drivers/sqlite/index.ts')],
    'riptide-workers/*': [join(root, 'src/*/index.ts')],
  },
  types: ['node'],
  noEmit: true,
  skipLibCheck: true,
}

/** As one who copies it into a file would have it: alone, or with the context of the guides. */
function fileOf({ page, code }: Block): string {
  if (page === 'README.md') return `${code}\nexport {}\n`
  const missing = usual.filter(([name]) => !new RegExp(`import [^\n]*\\b${name}\\b`).test(code))
  const imports = missing.map(([name, from]) => `import { ${name} } from '${from}'`).join('; ')
  return `${imports}; import type {} from './context.js'; export {}\n${code}`
}

/** What the compiler says about each block, by the block. */
function faults(): ReadonlyMap<Block, readonly string[]> {
  const folder = join(root, 'test/docs')
  const files = new Map(programs.map((block, i) => [join(folder, `block-${i}.ts`), fileOf(block)]))
  files.set(join(folder, 'context.ts'), context)
  files.set(join(folder, 'packages.d.ts'), packages)
  const host = ts.createCompilerHost(options)
  const { fileExists, readFile, getSourceFile } = host
  host.fileExists = (name) => files.has(name) || fileExists(name)
  host.readFile = (name) => files.get(name) ?? readFile(name)
  const parsed = new Map<string, ts.SourceFile | undefined>()
  host.getSourceFile = (name, languageVersion) => {
    const text = files.get(name)
    if (text !== undefined) return ts.createSourceFile(name, text, languageVersion)
    if (!parsed.has(name)) parsed.set(name, getSourceFile(name, languageVersion))
    return parsed.get(name)
  }
  const isWhole = (i: number): boolean => programs[i]?.page === 'README.md'
  const check = (whole: boolean): readonly [Block, readonly string[]][] => {
    const chosen = programs.flatMap((block, i) =>
      isWhole(i) === whole ? [{ block, name: join(folder, `block-${i}.ts`) }] : [],
    )
    const program = ts.createProgram(
      [...chosen.map(({ name }) => name), join(folder, 'packages.d.ts')],
      options,
      host,
    )
    return chosen.map(({ block, name }) => [block, faultsIn(program, name)])
  }
  return new Map([...check(true), ...check(false)])
}

function faultsIn(program: ts.Program, name: string): readonly string[] {
  const file = program.getSourceFile(name)
  return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map((fault) =>
    ts.flattenDiagnosticMessageText(fault.messageText, '\n'),
  )
}

/** What of a block no JavaScript engine would take, such as a type. */
function notJavaScript({ code }: Block): readonly string[] {
  const { diagnostics = [] } = ts.transpileModule(code, {
    fileName: 'block.mjs',
    reportDiagnostics: true,
    compilerOptions: { allowJs: true, target: options.target!, module: ts.ModuleKind.ESNext },
  })
  return diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
}

describe('the blocks of code in the pages', () => {
  const found = faults()

  test('are all told by their language', () => {
    expect(programs.length).toBeGreaterThan(15)
    const known = ['', 'js', 'json', 'mermaid', 'sh', 'yaml']
    expect(blocks.filter(({ language }) => !known.includes(language))).toEqual([])
  })

  test.each(programs)('$page:$line is a program that the types agree with', (block) => {
    expect(found.get(block)).toEqual([])
  })

  test.each(programs)('$page:$line is JavaScript', (block) => {
    expect(notJavaScript(block)).toEqual([])
  })

  test.each(blocks.filter(({ language }) => language === 'json'))('$page:$line is JSON', ({ code }) => {
    expect(() => JSON.parse(code) as unknown).not.toThrow()
  })
})
