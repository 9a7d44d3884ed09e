import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { systemClock } from '../../src/core/clock.js'
import { parseInTurns } from '../../src/core/parse-in-turns.js'

const page = {
  url: 'https://a.example/',
  text: 'He said "no" \\ and left {[, ]}.\n'.repeat(4000),
  links: [1, [2, {}]],
}

describe('a text that is parsed in turns', () => {
  test('says what it says at once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.jsonValue({ maxDepth: 5 }),
        fc.nat(40),
        fc.constantFrom(0, 2),
        async (value, n, indent) => {
          const text = JSON.stringify(value, null, indent)
          expect(await parseInTurns(text, systemClock, { largeChars: 0, sliceChars: n })).toEqual(
            JSON.parse(text),
          )
        },
      ),
      { numRuns: 2_000 },
    )
  })

  test.each([
    '[]',
    '{}',
    '{"a":[],"b":[[]],"c":[{}],"d":{"e":[1,2]}}',
    '[[1,2],[3],{"a":[4]}]',
    String.raw`{"a\"]":["\\","\\\"",",",",]"],"__proto__":[1],"constructor":[2]}`,
    '"a text alone, [1,2]"',
    '17',
  ])('%s', async (text) => {
    expect(await parseInTurns(text, systemClock, { largeChars: 0, sliceChars: 0 })).toEqual(JSON.parse(text))
    expect(JSON.stringify(await parseInTurns(text, systemClock, { largeChars: 0, sliceChars: 3 }))).toBe(
      JSON.stringify(JSON.parse(text)),
    )
  })

  test('leaves turns to others', async () => {
    const text = JSON.stringify({ results: Array.from({ length: 200 }, () => page), warnings: [] })
    let turns = 0
    let isOver = false
    const count = (): void => {
      turns++
      if (!isOver) setImmediate(count)
    }
    setImmediate(count)
    const parsed = await parseInTurns(text, systemClock)
    isOver = true
    expect(parsed).toEqual(JSON.parse(text))
    expect(turns).toBeGreaterThan(2)
  })

  test.each([
    '{"a":[1,2}',
    '{"a":[1}]',
    '[1,,2]',
    '[1,2,]',
    '[,1]',
    '["a',
    '{"a":["b',
    String.raw`["\"]`,
    '',
  ])('throws what is no JSON: %s', async (text) => {
    await expect(parseInTurns(text, systemClock, { largeChars: 0, sliceChars: 0 })).rejects.toThrow(
      SyntaxError,
    )
  })
})
