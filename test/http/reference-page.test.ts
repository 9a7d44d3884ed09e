import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { routes } from '../../src/http/routes.js'
import { statusOf } from '../../src/http/problem.js'

const page = readFileSync(new URL('../../docs/reference/http.md', import.meta.url), 'utf8')

test('the reference has every route with its action, and no other', () => {
  const told = [...page.matchAll(/^\| `([A-Z]+) (\/workers\S*)` \| (\w+) \|/gm)].map(([, ...cells]) =>
    cells.join(' '),
  )
  const table = Object.values(routes).map(({ method, path, action }) => `${method} ${path} ${action}`)
  expect(told.sort()).toEqual(table.sort())
})

test('the reference tells codes under the status they have', () => {
  const rows = [...page.matchAll(/^\| ((?:4|5)\d\d[^|]*) \| (.*) \|$/gm)]
  const told = rows.flatMap(([, statuses = '', codes = '']) =>
    [...codes.matchAll(/`([A-Z_]+)`/g)].map(([, code = '']) => ({ code, statuses })),
  )
  expect(told.length).toBeGreaterThan(30)
  for (const { code, statuses } of told) {
    expect(statusOf, code).toHaveProperty(code)
    expect(statuses, code).toContain(String(statusOf[code as keyof typeof statusOf]))
  }
})
