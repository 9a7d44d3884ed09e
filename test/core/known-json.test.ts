import { expect, test } from 'vitest'
import { resultToJson } from '../../src/core/json.js'
import { noteJson, notedJson } from '../../src/core/known-json.js'

test('a result whose text was noted is not written again', () => {
  const result = { pages: [1, 2] }
  expect(noteJson(result, '{"pages":[1,2]} ')).toBe(result)
  expect(resultToJson(result)).toBe('{"pages":[1,2]} ')
  expect(resultToJson({ pages: [1, 2] })).toBe('{"pages":[1,2]}')
})

test.each([undefined, null, 1, 'text'])('%j has no text', (value) => {
  expect(notedJson(value)).toBeUndefined()
})
