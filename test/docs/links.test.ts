import { existsSync } from 'node:fs'
import { posix } from 'node:path'
import { expect, test } from 'vitest'
import { pages, textOf } from './page-blocks.js'

const root = new URL('../../', import.meta.url).pathname

interface Link {
  readonly target: string
  readonly path: string
  readonly heading: string
}

/** The links of a page that lead to this repository. */
function linksOf(page: string): readonly Link[] {
  return [...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target = '']) => {
    if (/^https?:/.test(target)) return []
    const [file = '', heading = ''] = target.split('#')
    return [{ target, path: file === '' ? page : posix.join(posix.dirname(page), file), heading }]
  })
}

/** The names that headings are linked by, as GitHub makes them. */
function headingsOf(path: string): readonly string[] {
  return [...textOf(path).matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  )
}

test.each([...pages(), 'CHANGELOG.md'])('%s links to what is there', (page) => {
  const lost = linksOf(page).filter(
    ({ path, heading }) =>
      !existsSync(root + path) || (heading !== '' && !headingsOf(path).includes(heading)),
  )
  expect(lost.map(({ target }) => target)).toEqual([])
})

test('every page of the docs is linked from another', () => {
  const linked = new Set(
    pages().flatMap((page) => linksOf(page).map(({ path }) => (path === page ? '' : path))),
  )
  expect(pages().filter((page) => page !== 'README.md' && !linked.has(page))).toEqual([])
})
