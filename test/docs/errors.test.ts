import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { statusOf } from '../../src/http/problem.js'

const root = new URL('../../', import.meta.url).pathname
const page = readFileSync(join(root, 'docs/reference/errors.md'), 'utf8')
const union = readFileSync(join(root, 'src/core/errors.ts'), 'utf8')
const codes = [...union.matchAll(/^ {2}\| '([A-Z_]+)'$/gm)].map((match) => match[1] ?? '')

/** The files below a folder of the source, by their path. */
function filesOf(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name))
}

function textOf(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

interface Row {
  readonly codes: readonly string[]
  /** What stands in the second column. */
  readonly said: string
}

/** The rows of every table that has a column of this name as its second. */
function rowsUnder(column: string): readonly Row[] {
  const sections = page.split(/^## /m).filter((section) => section.includes(`| code | ${column} |`))
  return sections.flatMap((section) =>
    [...section.matchAll(/^\| (`[^|]+) \|([^|]*)\|/gm)].map(([, names = '', said = '']) => ({
      codes: codesIn(names),
      said: said.trim(),
    })),
  )
}

function codesIn(text: string): readonly string[] {
  return [...text.matchAll(/`([A-Z_]+)`/g)].map(([, code = '']) => code)
}

describe('the reference of errors', () => {
  test('has every code, and no other', () => {
    const documented = new Set(
      [...page.matchAll(/`([A-Z]+(?:_[A-Z]+)+|[A-Z]{4,})`/g)].map((match) => match[1]),
    )
    expect(codes.length).toBeGreaterThan(60)
    expect([...documented].sort()).toEqual([...codes].sort())
  })

  test('gives each code the status it is answered with', () => {
    const rows = [...rowsUnder('HTTP'), ...rowsUnder('status')]
    expect(rows.flatMap((row) => row.codes).length).toBeGreaterThan(60)
    const said = rows.flatMap((row) => row.codes.map((code) => [code, row.said]))
    const answered = said.map(([code = '']) => {
      const status = statusOf[code as keyof typeof statusOf]
      // Whatever is the server's own fault is shown to clients as INTERNAL.
      return [code, status === 500 && code !== 'INTERNAL' ? '' : String(status)]
    })
    expect(said).toEqual(answered)
  })

  test('says of each failed page what the crawler does about it', () => {
    const again = retryability(filesOf('src/crawl'))
    const rows = rowsUnder('again?')
    expect(rows.flatMap((row) => row.codes).length).toBeGreaterThan(20)
    const said = rows.flatMap((row) => row.codes.map((code) => [code, row.said]))
    expect(said).toEqual(said.map(([code = '']) => [code, again.get(code) ?? 'no']))
  })
})

test('every code is in use', () => {
  // Neither where codes are listed nor where they are described. The keys of `statusOf` stand without quotes.
  const places = filesOf('src').filter((path) => !/core\/errors\.ts$|http\/openapi/.test(path))
  const source = places.map(textOf).join('\n')
  expect(codes.filter((code) => !source.includes(`'${code}'`))).toEqual([])
})

/** By code, what `new RiptideError(code, text, { retryable })` says in these files: `yes`, `no`, or both: `sometimes`. */
function retryability(paths: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, Set<string>>()
  for (const path of paths) {
    const file = ts.createSourceFile(path, textOf(path), ts.ScriptTarget.Latest, true)
    const visit = (node: ts.Node): void => {
      const [code, , options] = (ts.isNewExpression(node) && node.arguments) || []
      if (code && ts.isStringLiteral(code)) {
        const answers = found.get(code.text) ?? new Set()
        found.set(code.text, answers.add(retryableIn(options)))
      }
      ts.forEachChild(node, visit)
    }
    visit(file)
  }
  return new Map([...found].map(([code, all]) => [code, all.size > 1 ? 'sometimes' : ([...all][0] ?? 'no')]))
}

function retryableIn(options: ts.Expression | undefined): string {
  if (!options || !ts.isObjectLiteralExpression(options)) return 'no'
  const property = options.properties.find((one) => one.name?.getText() === 'retryable')
  if (!property) return 'no'
  const isAlways =
    ts.isPropertyAssignment(property) && property.initializer.kind === ts.SyntaxKind.TrueKeyword
  return isAlways ? 'yes' : 'sometimes'
}
