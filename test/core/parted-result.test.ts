import { describe, expect, test } from 'vitest'
import { systemClock } from '../../src/core/clock.js'
import { type ListText, counted, listText } from '../../src/core/counted-text.js'
import { partedValue, partsOf } from '../../src/core/parted-result.js'
import { partKeys, resultKey } from '../../src/core/storage-adapter.js'

const resultOf = (items: readonly unknown[]): ListText =>
  listText({
    before: '"total":1',
    list: 'a "list"',
    items: items.map((item) => counted(JSON.stringify(item))),
    after: '"warnings":["é"]',
  })

const valueOf = (result: ListText) =>
  partedValue(
    partsOf(result).map(({ text }) => text),
    systemClock,
  )

describe('a result with a list', () => {
  const large = Array.from({ length: 400 }, (_, i) => ({ i, text: 'é€"'.repeat(800) }))

  test.each([
    ['none', []],
    ['few', [1, 'two']],
    ['large', large],
    ['one that is large', ['x'.repeat(3_000_000)]],
  ])('says the same in its parts: %s', async (_, items) => {
    const result = resultOf(items)
    expect(result.bytes).toBe(Buffer.byteLength(result.text))
    expect(JSON.stringify(await valueOf(result))).toBe(result.text)
  })

  test('is one text while it is small, and then parts of a quarter of a megabyte', () => {
    expect(partsOf(resultOf([1, 2])).map(({ text }) => text)).toEqual([resultOf([1, 2]).text])
    const [first, ...parts] = partsOf(resultOf(large))
    expect(first?.bytes).toBeLessThan(200)
    expect(parts.length).toBeGreaterThan(5)
    for (const { text, bytes } of parts) {
      expect(bytes).toBe(Buffer.byteLength(text))
      expect(bytes).toBeLessThan(300_000)
    }
  })
})

test('what no list is known of stays one text', () => {
  const text = counted(JSON.stringify('x'.repeat(3_000_000)))
  expect(partsOf(text)).toEqual([text])
})

test('a key says how many parts there are', () => {
  expect(partKeys(resultKey('a', 1, '99'))).toEqual(['result/a/1/99'])
  expect(partKeys(resultKey('a~7', 1, '99'))).toEqual(['result/a~7/1/99'])
  expect(partKeys(resultKey('a~7', 1, '99', 2))).toEqual(['result/a~7/1/99~2/0', 'result/a~7/1/99~2/1'])
})
