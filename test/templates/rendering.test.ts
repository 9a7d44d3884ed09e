import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { piecesOf } from '../../src/templates/placeholders.js'
import { render } from '../../src/templates/render.js'

const values = new Map<string, unknown>([
  ['text', 'a"b\n{{text}}'],
  ['count', 3],
  ['big', 1e21],
  ['yes', true],
  ['list', [1, '{{text}}']],
  ['map', { 'a b': null }],
])
const made = (tree: unknown, maxBytes = 10_000): unknown => render(tree, values, maxBytes)

describe('a string that is one place', () => {
  test.each([
    ['{{text}}', 'a"b\n{{text}}'],
    ['{{ count }}', 3],
    ['{{yes}}', true],
    ['{{list}}', [1, '{{text}}']],
    ['{{map}}', { 'a b': null }],
  ])('%s takes the value as it is', (text, value) => {
    expect(made(text)).toEqual(value)
  })
})

describe('a longer string', () => {
  test.each([
    ['n={{count}}', 'n=3'],
    ['{{count}}{{yes}}', '3true'],
    [' {{count}}', ' 3'],
    ['{{big}}!', '1e+21!'],
    ['{{text}}/{{text}}', 'a"b\n{{text}}/a"b\n{{text}}'],
    ['{ "a": {{count}} }', '{ "a": 3 }'],
    ['{{count}}}', '3}'],
    // eslint-disable-next-line no-template-curly-in-string -- it means nothing here either
    ['${process.env.HOME}', '${process.env.HOME}'],
    ['{count}', '{count}'],
    ['', ''],
  ])('%j becomes %j', (text, value) => {
    expect(made(text)).toBe(value)
  })
})

test('everything else stays as it is, keys too', () => {
  const tree = { a: [null, 1, false, { b: '{{count}}' }], '{count}': 'x', constructor: 'y' }
  expect(made(tree)).toEqual({ a: [null, 1, false, { b: 3 }], '{count}': 'x', constructor: 'y' })
})

describe('what is put in', () => {
  test('is not looked at again, and changes nothing around it', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const tree = { whole: '{{v}}', part: 'a {{v}} b', beside: 'x' }
        expect(render(tree, new Map([['v', value]]), 1_000_000)).toEqual({
          whole: value,
          part: `a ${value} b`,
          beside: 'x',
        })
      }),
    )
  })

  test.each([
    ['whole strings', (text: string) => Array(60).fill(text) as unknown],
    ['one long string', (text: string) => `x${text.repeat(6_000)}`],
    ['a tree', (text: string) => ({ a: { b: { c: Array(50).fill([text, text]) as unknown } } })],
  ])('is counted, in %s', (_, tree) => {
    const bomb = new Map([['v', 'x'.repeat(100_000)]])
    const before = process.memoryUsage().heapUsed
    expect(() => render(tree('{{v}}'), bomb, 2_000_000)).toThrow(
      expect.objectContaining({ code: 'TEMPLATE_PARAMETER_INVALID', facts: { limit: 2_000_000 } }),
    )
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(100_000_000)
  })

  test('counts by its JSON, where it is a list', () => {
    const list = new Map([['v', Array(1000).fill(1234)]])
    expect(() => render(['{{v}}', '{{v}}'], list, 9_000)).toThrow()
    expect(render(['{{v}}'], list, 9_000)).toEqual([Array(1000).fill(1234)])
  })
})

describe('a place', () => {
  test.each([
    '{{',
    '}}',
    'a}}b',
    '{{a',
    '{{a}',
    '{{}}',
    '{{ }}',
    '{{a b}}',
    '{{a.b}}',
    '{{a.b.c}}',
    '{{1}}',
    '{{a}}}}',
    '{{{a}}}',
    '{{{{a}}}}',
    '{{{{a}}',
    "{{constructor.constructor('return process')()}}",
    '{{constructor}}',
    '{{__proto__}}',
    '{{prototype}}',
    '{{toString}}',
    '{{hasOwnProperty}}',
    '{{a\u200b}}',
    '{{ä}}',
    '{{#if a}}',
    `{{${'a'.repeat(101)}}}`,
  ])('is none: %s', (text) => {
    expect(piecesOf(text)).toHaveProperty('fault')
  })

  test('of any string is found in time that grows with its length only', () => {
    const begin = performance.now()
    for (const text of ['{{', '}}', '{{a}}', '{', '{{a}'])
      piecesOf(text.repeat(Math.floor(1_000_000 / text.length)))
    expect(performance.now() - begin).toBeLessThan(5_000)
  })
})
