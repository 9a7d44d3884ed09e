import { expect, test, vi } from 'vitest'
import { silentLogger } from '../../../src/core/logger.js'
import type { Hint } from '../../../src/core/queue-adapter.js'
import type { Post } from '../../../src/drivers/sqlite/hints.js'
import { Listeners, audienceOf } from '../../../src/drivers/sqlite/listeners.js'

const work: Hint = { kind: 'work' }

/** Who of some hears a post. */
function hear(to: Post['to']): readonly string[] {
  const listeners = new Listeners()
  const heard: string[] = []
  for (const instance of ['a', 'b']) listeners.subscribe(instance, () => heard.push(instance))
  listeners.subscribe(null, () => heard.push('ends'))
  listeners.subscribe(null, () => heard.push('moves'), { moves: true })
  listeners.deliver([{ to, hint: work }], silentLogger)
  return heard
}

test.each([
  [{ instance: 'a' }, ['a']],
  [{ instance: 'c' }, []],
  ['instances', ['a', 'b']],
  ['ends', ['ends', 'moves']],
  ['moves', ['moves']],
  ['all', ['a', 'b', 'ends', 'moves']],
] as const)('what is for %j is heard by %j', (to, expected) => {
  expect(hear(to)).toEqual(expected)
})

test('the same listener twice is two subscriptions, each of which ends by itself', () => {
  const listeners = new Listeners()
  const heard = vi.fn()
  const stop = listeners.subscribe('a', heard)
  listeners.subscribe('a', heard)
  listeners.deliver([{ to: { instance: 'a' }, hint: work }], silentLogger)
  stop()
  stop()
  listeners.deliver([{ to: { instance: 'a' }, hint: work }], silentLogger)
  expect(heard).toHaveBeenCalledTimes(3)
})

test('a listener that throws is logged, and the others hear', () => {
  const listeners = new Listeners()
  const [heard, warn] = [vi.fn(), vi.fn()]
  listeners.subscribe('a', () => {
    throw new Error('broken')
  })
  listeners.subscribe('a', heard)
  listeners.deliver([{ to: 'instances', hint: work }], { ...silentLogger, warn })
  expect([heard.mock.calls.length, warn.mock.calls.length]).toEqual([1, 1])
})

test('the audience of several is that of each, once', () => {
  const [one, other] = [new Listeners(), new Listeners()]
  one.subscribe('a', () => undefined)
  other.subscribe('a', () => undefined)
  other.subscribe('b', () => undefined)
  const stop = other.subscribe(null, () => undefined, { moves: true })
  expect(audienceOf([one, other])).toEqual({ instances: ['a', 'b'], ends: true, moves: true })
  stop()
  expect(audienceOf([one, other])).toEqual({ instances: ['a', 'b'], ends: false, moves: false })
})
