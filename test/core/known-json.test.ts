import { expect, test } from 'vitest'
import { counted } from '../../src/core/counted-text.js'
import { resultToJson } from '../../src/core/json.js'
import { noteJson, notedJson } from '../../src/core/known-json.js'

test('a result whose text was noted is not written again', () => {
  const result = { pages: [1, 2] }
  expect(noteJson(result, counted('{"pages":[1,2]} '))).toBe(result)
  expect(resultToJson(result).text).toBe('{"pages":[1,2]} ')
  expect(resultToJson({ pages: [1, 2] }).text).toBe('{"pages":[1,2]}')
})

test.each([undefined, null, 1, 'text'])('%j has no text', (value) => {
  expect(notedJson(value)).toBeUndefined()
})
