import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { jsonFaultAt } from '../../src/http/json-fault.js'

describe('where a text stops being JSON', () => {
  test.each([
    [`{'a':1}`, 1],
    ['{"a":1,}', 7],
    ['[1,]', 3],
    ['[1 2]', 3],
    ['{"a" 1}', 5],
    ['{"a":}', 5],
    ['{}{}', 2],
    ['{}\n{}', 3],
    ['// x\n{}', 0],
    ['NaN', 0],
    ['[Infinity]', 1],
    ['[01]', 2],
    ['[+1]', 1],
    ['[.5]', 1],
    ['[0x1]', 2],
    ['["a\nb"]', 3],
    ['["\\x"]', 2],
    ['["\\u12g4"]', 2],
    ['"abc', 4],
    ['{"a":tru}', 5],
    ['{]', 1],
    ['[}', 1],
    [']', 0],
    ['{"a":1', 6],
    ['{"a":\u00001}', 5],
    ['', 0],
  ])('%j breaks at %i', (text, position) => {
    expect(() => JSON.parse(text) as unknown).toThrow()
    expect(jsonFaultAt(text)).toBe(position)
  })

  test('finds no fault in what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(jsonFaultAt(text)).toBe(text.length)
      }),
    )
  })

  test('cutting off a text never moves the fault before the cut', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 3 }), fc.nat(), (text, n) => {
        const cut = text.slice(0, n % (text.length + 1))
        expect(jsonFaultAt(cut)).toBeGreaterThanOrEqual(Math.max(0, cut.length - 6))
      }),
    )
  })

  test('reads millions of nested arrays and characters without recursion', () => {
    expect(jsonFaultAt('['.repeat(2_000_000))).toBe(2_000_000)
    expect(jsonFaultAt(`"${'a\\n'.repeat(1_000_000)}`)).toBe(3_000_001)
  })
})
