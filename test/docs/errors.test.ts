import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = new URL('../../', import.meta.url).pathname
const source = readFileSync(join(root, 'src/core/errors.ts'), 'utf8')
const page = readFileSync(join(root, 'docs/reference/errors.md'), 'utf8')
const codes = [...source.matchAll(/^ {2}\| '([A-Z_]+)'$/gm)].map((match) => match[1] ?? '')

function everySource(folder: string): string {
  return readdirSync(folder, { withFileTypes: true })
    .map((entry) =>
      entry.isDirectory()
        ? everySource(join(folder, entry.name))
        : readFileSync(join(folder, entry.name), 'utf8'),
    )
    .join('\n')
}

describe('the codes of errors', () => {
  test('are found in the source', () => {
    expect(codes.length).toBeGreaterThan(60)
  })

  test('are all in the reference, and no others are', () => {
    const documented = new Set(
      [...page.matchAll(/`([A-Z]+(?:_[A-Z]+)+|[A-Z]{4,})`/g)].map((match) => match[1]),
    )
    expect([...documented].sort()).toEqual([...codes].sort())
  })

  test('are all in use', () => {
    const all = everySource(join(root, 'src')).replace(source, '')
    expect(
      codes.filter(
        (code) => !all.includes(`'${code}'`) && !source.includes(`?? '${code}'`) && !all.includes(`${code}:`),
      ),
    ).toEqual([])
  })
})
