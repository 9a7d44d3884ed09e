import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { resultToJson, toJson } from '../../src/core/json.js'

function nested(depth: number): unknown {
  let value: unknown = 1
  for (let i = 0; i < depth; i++) value = i % 2 ? [value] : { a: value }
  return value
}

describe('a payload as JSON', () => {
  test('whatever is accepted comes back equal', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        let text: string
        try {
          text = toJson(value)
        } catch {
          return
        }
        // vitest's toEqual leaves properties that are undefined out of the comparison, as toJson does; -0 is 0 in JSON.
        const plusZero: unknown = JSON.parse(JSON.stringify(value))
        expect(JSON.parse(text)).toEqual(plusZero)
      }),
    )
  })

  test.each([
    ['a Date', { at: new Date(0) }, '/at'],
    ['a Map', { a: { b: new Map() } }, '/a/b'],
    [
      'a class instance',
      [
        new (class Point {
          x = 1
        })(),
      ],
      '/0',
    ],
    ['a function', { then: () => undefined }, '/then'],
    ['a BigInt', { n: 1n }, '/n'],
    ['a symbol', { s: Symbol('x') }, '/s'],
    ['NaN', { n: Number.NaN }, '/n'],
    ['Infinity', { n: Number.POSITIVE_INFINITY }, '/n'],
    ['a hole', { list: [1, , 3] }, '/list/1'], // eslint-disable-line no-sparse-arrays -- the hole is the case
    ['undefined in a list', { list: [undefined] }, '/list/0'],
    ['undefined itself', undefined, '/'],
    ['a key with a slash', { 'a/b~c': 1n }, '/a~1b~0c'],
  ])('%s is refused, with where it stands', (_, value, path) => {
    expect(() => toJson(value)).toThrow(expect.objectContaining({ code: 'PAYLOAD_NOT_SERIALIZABLE', path }))
  })

  test('a circle is refused', () => {
    const circle: Record<string, unknown> = {}
    circle['me'] = circle
    expect(() => toJson(circle)).toThrow(expect.objectContaining({ code: 'JSON_TOO_DEEP' }))
  })

  test('64 levels are accepted and 65 are not', () => {
    expect(JSON.parse(toJson(nested(64)))).toEqual(nested(64))
    expect(() => toJson(nested(65))).toThrow(expect.objectContaining({ code: 'JSON_TOO_DEEP' }))
  })

  test.each([
    ['{"__proto__":1}'],
    ['{"a":[{"__proto__":{"x":1}}]}'],
    ['{"constructor":{"prototype":{"x":1}}}'],
  ])('%s is refused as a forbidden key', (text) => {
    expect(() => toJson(JSON.parse(text))).toThrow(expect.objectContaining({ code: 'FORBIDDEN_KEY' }))
  })

  test('a key of a thousand and some characters is refused', () => {
    expect(() => toJson({ ['k'.repeat(1025)]: 1 })).toThrow(expect.objectContaining({ code: 'KEY_TOO_LONG' }))
  })

  test('a payload that looks like a promise is data', () => {
    expect(toJson({ then: { call: 1 } })).toBe('{"then":{"call":1}}')
  })
})

describe('a result as JSON', () => {
  test.each([
    [undefined, 'null'],
    [{ at: new Date(0) }, '{"at":"1970-01-01T00:00:00.000Z"}'],
    [{ a: undefined, b: 1 }, '{"b":1}'],
  ])('%# is what JSON makes of it', (value, text) => {
    expect(resultToJson(value)).toEqual({ text, bytes: Buffer.byteLength(text) })
  })

  test.each([
    ['a function', () => 1],
    ['a BigInt inside', { n: 1n }],
    ['a symbol', Symbol('x')],
    ['too deep', nested(100_000)],
    [
      'a proxy that throws',
      new Proxy(
        {},
        {
          ownKeys() {
            throw new Error('no')
          },
        },
      ),
    ],
    [
      'a toJSON that throws',
      {
        toJSON() {
          throw new Error('no')
        },
      },
    ],
  ])('%s is refused', (_, value) => {
    expect(() => resultToJson(value)).toThrow(expect.objectContaining({ code: 'RESULT_NOT_SERIALIZABLE' }))
  })
})
