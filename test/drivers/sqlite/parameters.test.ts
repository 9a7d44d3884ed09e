import { expect, test } from 'vitest'
import { withPlainParameters } from '../../../src/drivers/sqlite/parameters.js'

test.each([
  ['SELECT ?, ?'],
  ['SELECT 1'],
  [`SELECT '?1', "?2", [?3], \`?4\` -- ?5`],
  ['SELECT 1 /* ?1 \n ?2 */'],
])('%s stays as it is', (sql) => {
  expect(withPlainParameters(sql)).toBeUndefined()
})

test.each([
  ['SELECT ?1, ?2', 'SELECT ?, ?', [0, 1]],
  ['SELECT ?2, ?1, ?2, ?10', 'SELECT ?, ?, ?, ?', [1, 0, 1, 9]],
  [`SELECT 'it''s ?1', ?1 -- ?2`, `SELECT 'it''s ?1', ? -- ?2`, [0]],
])('%s becomes %s', (sql, plain, order) => {
  expect(withPlainParameters(sql)).toEqual({ sql: plain, order })
})

test('both kinds in one statement are refused', () => {
  expect(() => withPlainParameters('SELECT ?1, ?')).toThrow(
    expect.objectContaining({ code: 'ARGUMENT_INVALID' }),
  )
})
