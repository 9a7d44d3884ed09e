import { describe, expect, test } from 'vitest'
import { cycleIn, parentsFirst } from '../../src/service/flow-order.js'
import { planFlow } from '../../src/service/flow.js'
import { stepsOf } from '../../src/service/submit-steps.js'

const job = { type: 'x', payload: null }
const plan = (jobs: unknown, id?: unknown) =>
  planFlow({ ...(id === undefined ? {} : { id }), jobs }, () => 'new')

describe('a flow', () => {
  test('is put in an order in which each job comes after those that it depends on', () => {
    const jobs = {
      publish: { job, dependsOn: ['parse', { name: 'images', onFailure: 'ignore' }] },
      images: { job, dependsOn: ['parse'] },
      parse: { job, dependsOn: ['fetch'] },
      fetch: { job },
    }
    const { id, entries } = plan(jobs, 'f')
    expect(id).toBe('f')
    expect(entries.map(({ name }) => name)).toEqual(['fetch', 'parse', 'images', 'publish'])
    expect(entries.at(-1)?.options).toEqual({
      id: 'f.publish',
      dependsOn: [
        { id: 'f.parse', onFailure: 'fail' },
        { id: 'f.images', onFailure: 'ignore' },
      ],
    })
  })

  test('without an id gets a new one', () => {
    expect(plan({ a: { job } }).entries[0]?.options).toEqual({ id: 'new.a' })
  })

  test('of ten thousand jobs in one line, given from its end, is put in order', () => {
    const names = Array.from({ length: 10_000 }, (_, i) => `n${9_999 - i}`)
    const jobs = Object.fromEntries(
      names.map((name, i) => [name, i === 9_999 ? { job } : { job, dependsOn: [names[i + 1]] }]),
    )
    expect(plan(jobs).entries.map(({ name }) => name)).toEqual([...names].reverse())
  })

  test('may call its jobs as prototypes call their fields', () => {
    const jobs: unknown = JSON.parse(
      '{"__proto__":{"job":{"type":"x"}},"constructor":{"job":{"type":"x"},"dependsOn":["__proto__"]}}',
    )
    expect(plan(jobs).entries.map(({ name }) => name)).toEqual(['__proto__', 'constructor'])
  })

  test.each([
    ['nothing', undefined, 'REQUIRED', '/jobs'],
    ['a list', [{ job }], 'TYPE_MISMATCH', '/jobs'],
    ['no jobs', {}, 'RANGE', '/jobs'],
    ['a name with a space', { 'a b': { job } }, 'NAME_INVALID', '/jobs/a b'],
    ['a name with a dot', { 'b.c': { job } }, 'NAME_INVALID', '/jobs/b.c'],
    ['a name of 101 characters', { ['n'.repeat(101)]: { job } }, 'NAME_INVALID', `/jobs/${'n'.repeat(100)}`],
    ['a job that is missing', { a: {} }, 'REQUIRED', '/jobs/a/job'],
    ['a field too many', { a: { job, dependOn: [] } }, 'FIELD_UNKNOWN', '/jobs/a/dependOn'],
    ['an id for a job', { a: { job, options: { id: 'x' } } }, 'FIELD_UNKNOWN', '/jobs/a/options/id'],
    ['dependencies that are no list', { a: { job, dependsOn: 'b' } }, 'TYPE_MISMATCH', '/jobs/a/dependsOn'],
    ['a dependency that is null', { a: { job, dependsOn: [null] } }, 'TYPE_MISMATCH', '/jobs/a/dependsOn/0'],
    [
      'a name that is not there',
      { a: { job, dependsOn: ['b'] } },
      'DEPENDENCY_NOT_FOUND',
      '/jobs/a/dependsOn/0',
    ],
    [
      'a dedupe key of a job that others depend on',
      { a: { job, options: { dedupeKey: 'k' } }, b: { job, dependsOn: ['a'] } },
      'FIELDS_CONFLICT',
      '/jobs/a/options/dedupeKey',
    ],
    ['a job that depends on itself', { a: { job, dependsOn: ['a'] } }, 'DEPENDENCY_CYCLE', '/jobs'],
  ])('with %s is refused', (_, jobs, code, path) => {
    expect(() => plan(jobs)).toThrow(expect.objectContaining({ code, path }))
  })

  test('in a circle is refused with the names of it, and of nobody who only waits for it', () => {
    const jobs = {
      before: { job },
      behind: { job, dependsOn: ['a'] },
      a: { job, dependsOn: ['before', 'b'] },
      b: { job, dependsOn: ['c'] },
      c: { job, dependsOn: ['a'] },
    }
    expect(() => plan(jobs)).toThrow(
      expect.objectContaining({ code: 'DEPENDENCY_CYCLE', facts: { cycle: ['a', 'b', 'c'] } }),
    )
    expect(() => plan(jobs)).toThrow('"a" -> "b" -> "c" -> "a"')
  })

  test('in a circle of a thousand is refused with the first of them', () => {
    const names = Array.from({ length: 1_000 }, (_, i) => `n${i}`)
    const jobs = Object.fromEntries(
      names.map((name, i) => [name, { job, dependsOn: [names[(i + 1) % 1_000]] }]),
    )
    expect(() => plan(jobs)).toThrow(/"n0" -> "n1" .* -> \.\.\.$/)
  })

  test('whose id and names are too long together is refused', () => {
    expect(() => plan({ ['n'.repeat(100)]: { job } }, 'i'.repeat(100))).toThrow(
      expect.objectContaining({ code: 'ID_INVALID', path: '/id' }),
    )
    expect(plan({ ['n'.repeat(100)]: { job } }, 'i'.repeat(99)).entries).toHaveLength(1)
  })
})

describe('the order of a graph', () => {
  test('names a parent that is given twice once', () => {
    const parents = new Map([
      ['b', ['a', 'a']],
      ['a', []],
    ])
    expect(parentsFirst(parents)).toEqual(['a', 'b'])
  })

  test('leaves out who is in a circle or behind one, and finds the circle from there', () => {
    const parents = new Map([
      ['behind', ['x']],
      ['x', ['y']],
      ['y', ['x']],
      ['free', []],
    ])
    const order = parentsFirst(parents)
    expect(order).toEqual(['free'])
    expect(cycleIn(parents, new Set(order))).toEqual(['x', 'y'])
  })
})

test('jobs go in their order, as many together as one step may carry; a large one goes alone', () => {
  const sized = (id: string, length: number) =>
    ({ id, payload: 'x'.repeat(length), options: '' }) as Parameters<typeof stepsOf>[0][number]
  const jobs = [sized('a', 10), sized('b', 10), sized('c', 10), sized('d', 100_000), sized('e', 10)]
  const steps = stepsOf(jobs, { items: 2, bytes: 10_000 })
  expect(steps.map((step) => step.map(({ id }) => id))).toEqual([['a', 'b'], ['c'], ['d'], ['e']])
  expect(stepsOf([], { items: 2, bytes: 10 })).toEqual([])
})
