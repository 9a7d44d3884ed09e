import { expect, test, vi } from 'vitest'
import { silentLogger } from '../../src/core/logger.js'
import type { QueueAdapter } from '../../src/core/queue-adapter.js'
import { stepLimits } from '../../src/drivers/redis/step-limits.js'
import { lazyRedisQueue } from '../../src/lazy-redis-queue.js'

/** What was asked of the driver, which is not there: `[method, ...arguments]`. */
const { asked, made } = vi.hoisted(() => ({ asked: [] as unknown[][], made: [] as unknown[] }))

vi.mock('../../src/drivers/redis/redis-queue.js', () => {
  /** Any method there is, which answers with its name and what it was given. */
  const recorder = (path: string, own: object = {}): object =>
    new Proxy(own, {
      get: (target, name) =>
        name in target
          ? (target as Record<string | symbol, unknown>)[name]
          : name === 'then'
            ? undefined
            : (...args: unknown[]) => {
                asked.push([path + String(name), ...args])
                return [path + String(name), ...args]
              },
    })
  return {
    redisQueue: (options: unknown) => {
      made.push(options)
      return recorder('', { storage: recorder('storage.') })
    },
  }
})

type Method = (...args: unknown[]) => unknown

/** The methods of an adapter by name, those of its storage too. */
function methodsOf(queue: QueueAdapter): [string, Method][] {
  const named = (prefix: string, value: object): [string, Method][] =>
    Object.entries(value).flatMap(([name, one]) =>
      typeof one === 'function' ? [[prefix + name, one as Method] as [string, Method]] : [],
    )
  return [...named('', queue), ...named('storage.', queue.storage)]
}

const verbs = methodsOf(lazyRedisQueue('redis://host')).filter(([name]) => name !== 'open')

test('nothing is loaded and nothing connected before the queue is opened', async () => {
  const queue = lazyRedisQueue('redis://host')
  expect([queue.kind, queue.limits, made]).toEqual(['redis', stepLimits, []])
  await queue.close()
  expect(asked).toEqual([])
  await expect(queue.get('id')).rejects.toMatchObject({ code: 'STATE_INVALID' })
})

test('two who open it at once share one queue, and each opens it', async () => {
  made.length = 0
  asked.length = 0
  const queue = lazyRedisQueue('redis://host:1')
  const options = { logger: silentLogger }
  await Promise.all([queue.open(options), queue.open(options)])
  expect(made).toEqual([{ url: 'redis://host:1' }])
  expect(asked).toEqual([
    ['open', options],
    ['open', options],
  ])
})

/** How much a verb is given, where that is not one thing. */
const given: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    ['close', 'time', 'pauses', 'counts', 'metrics', 'instances', 'mend', 'schedules', 'withdrawal'].map(
      (name) => [name, []],
    ),
  ),
  removeSchedule: ['id', 'token'],
  subscribe: ['instance', 'listener', 'options'],
  'storage.set': ['key', 'text', 'ttl'],
  'storage.replace': ['key', 'expected', 'value', 'ttl'],
  'storage.deletePrefix': ['prefix', 'limit'],
}

test('there are verbs to hand on', () => {
  expect(verbs.map(([name]) => name)).toEqual(expect.arrayContaining(Object.keys(given)))
  expect(verbs.length).toBeGreaterThan(20)
})

test.each(verbs.map(([name]) => name))('%s is handed on with all it was given', async (name) => {
  const queue = lazyRedisQueue('redis://host')
  await queue.open({ logger: silentLogger })
  asked.length = 0
  const verb = methodsOf(queue).find(([one]) => one === name)?.[1]
  const args = given[name] ?? ['one']
  expect(await verb?.(...args)).toEqual([name, ...args])
  expect(asked).toEqual([[name, ...args]])
})
