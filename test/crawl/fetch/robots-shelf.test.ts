import { describe, expect, test } from 'vitest'
import { RiptideError } from '../../../src/core/errors.js'
import { silentLogger } from '../../../src/core/logger.js'
import type { StorageAdapter } from '../../../src/core/storage-adapter.js'
import type { Deadline } from '../../../src/crawl/deadline.js'
import { type KeptRobots, createRobotsShelf } from '../../../src/crawl/fetch/robots-shelf.js'
import { memoryStorage } from '../../../src/drivers/memory/memory-storage.js'
import { FakeClock } from '../../../src/testing/fake-clock.js'
import { failure } from './fetching.js'

const never = new AbortController().signal
const origin = 'http://a.test'
const file = 'User-agent: *\nDisallow: /x\n'
const brought: KeptRobots = { file, leftMs: 86_400_000 }

/** Shelves over one storage, as processes have them, and how often an origin was asked. */
function shelves(change: (storage: StorageAdapter) => Partial<StorageAdapter> = () => ({})) {
  const clock = new FakeClock()
  const memory = memoryStorage()
  void memory.open?.({ logger: silentLogger, clock })
  const storage: StorageAdapter = { ...memory, isPrivate: false, ...change(memory) }
  const make = (salt: readonly unknown[] = ['crawler']) =>
    createRobotsShelf({ storage: () => storage, clock, logger: silentLogger, salt })
  let asked = 0
  const ask = (answer: KeptRobots | Promise<KeptRobots> = brought) => {
    return async (): Promise<KeptRobots> => (asked++, answer)
  }
  return { clock, make, ask, asked: () => asked }
}

describe('a shelf of robots.txt files', () => {
  test('has an origin asked once for all processes, for as long as the answer counts', async () => {
    const { clock, make, ask, asked } = shelves()
    expect(await make().get(origin, ask(), never)).toEqual(brought)
    await clock.advance(86_399_000)
    expect(await make().get(origin, ask(), never)).toEqual({ file, leftMs: 1000 })
    expect(asked()).toBe(1)
    await clock.advance(1000)
    await make().get(origin, ask(), never)
    expect(asked()).toBe(2)
  })

  test('has the others wait while one asks', async () => {
    const { clock, make, ask, asked } = shelves()
    let arrive = (_: KeptRobots): void => undefined
    const first = make().get(origin, ask(new Promise((resolve) => (arrive = resolve))), never)
    await clock.settle()
    const second = make().get(origin, ask(), never)
    await clock.advance(5000)
    expect(asked()).toBe(1)
    arrive(brought)
    await clock.advance(200)
    expect([(await first).file, (await second).file, asked()]).toEqual([file, file, 1])
    expect(clock.pendingTimers).toBe(0)
  })

  test('does not wait without end for one who has died', async () => {
    const { clock, make, ask, asked } = shelves()
    void make().get(origin, ask(new Promise(() => undefined)), never)
    await clock.settle()
    const second = make().get(origin, ask(), never)
    await clock.advance(15_100)
    expect([(await second).file, asked()]).toEqual([file, 2])
  })

  test('waits for no longer than one may take where one after the other asks in vain', async () => {
    const { clock, make } = shelves()
    let asked = 0
    const inVain = async (): Promise<KeptRobots> => {
      asked++
      await clock.sleep(10_000)
      return { file: new RiptideError('ROBOTS_FORBIDDEN', 'away'), leftMs: 20_000 }
    }
    const answers = [0, 1, 2].map(() => make().get(origin, inVain, never))
    await clock.advance(14_900)
    expect(asked).toBe(2)
    await clock.advance(200)
    expect(asked).toBe(3)
    await clock.advance(10_000)
    await Promise.all(answers)
  })

  test('costs who waits none of the time of its page, and gives that back however the wait ends', async () => {
    const { clock, make, ask } = shelves()
    let pauses = 0
    const deadline: Deadline = { pause: () => (pauses++, () => void pauses--) }
    let arrive = (_: KeptRobots): void => undefined
    const first = make().get(origin, ask(new Promise((resolve) => (arrive = resolve))), never, deadline)
    await clock.settle()
    expect(pauses).toBe(0)
    const controller = new AbortController()
    const leaving = failure(make().get(origin, ask(), controller.signal, deadline))
    const second = make().get(origin, ask(), never, deadline)
    await clock.advance(1000)
    expect(pauses).toBe(2)
    controller.abort(new RiptideError('CANCELLED', 'no longer wanted'))
    await leaving
    expect(pauses).toBe(1)
    arrive(brought)
    await clock.advance(200)
    await Promise.all([first, second])
    expect(pauses).toBe(0)
  })

  test('does not wait for one who has left', async () => {
    const { clock, make, ask, asked } = shelves()
    const gone = new RiptideError('CANCELLED', 'no longer wanted')
    expect(await failure(make().get(origin, ask(Promise.reject(gone)), never))).toBe(gone)
    const second = make().get(origin, ask(), never)
    await clock.settle()
    expect([(await second).file, asked()]).toEqual([file, 2])
  })

  test('leaves with its signal, and no timer behind', async () => {
    const { clock, make, ask } = shelves()
    void make().get(origin, ask(new Promise(() => undefined)), never)
    await clock.settle()
    const controller = new AbortController()
    const leaving = failure(make().get(origin, ask(), controller.signal))
    await clock.settle()
    controller.abort(new RiptideError('CANCELLED', 'no longer wanted'))
    expect((await leaving).code).toBe('CANCELLED')
    expect(clock.pendingTimers).toBe(0)
  })

  test('keeps what a server answered, and not what only went wrong here', async () => {
    const { make, ask, asked } = shelves()
    const failed = (facts: Record<string, unknown>): KeptRobots => ({
      file: new RiptideError('ROBOTS_FORBIDDEN', 'for now', { retryable: true, facts }),
      leftMs: 20_000,
    })
    await make().get('http://down.test', ask(failed({ status: 503 })), never)
    const kept = await make().get('http://down.test', ask(), never)
    expect(kept.file).toMatchObject({ code: 'ROBOTS_FORBIDDEN', retryable: true, facts: { status: 503 } })
    const asking = { status: 429, retryAfter: '60' }
    await make().get('http://busy.test', ask(failed(asking)), never)
    expect((await make().get('http://busy.test', ask(), never)).file).toMatchObject({ facts: asking })
    await make().get('http://away.test', ask(failed({})), never)
    expect((await make().get('http://away.test', ask(), never)).file).toBe(file)
    expect(asked()).toBe(4)
  })

  test('is another one for another crawler', async () => {
    const { make, ask, asked } = shelves()
    await make(['crawler', false]).get(origin, ask(), never)
    await make(['crawler', true]).get(origin, ask(), never)
    expect(asked()).toBe(2)
  })

  test.each([
    ['cannot be read', { get: () => Promise.reject(new Error('away')) }],
    ['cannot be written', { set: () => Promise.reject(new Error('away')) }],
    ['cannot be compared', { replace: () => Promise.reject(new Error('away')) }],
    ['has no replace', { replace: undefined }],
    ['holds something else', { get: () => Promise.resolve('7') }],
  ] as [string, Partial<StorageAdapter>][])('asks for itself where the storage %s', async (_, broken) => {
    const { make, ask, asked } = shelves(() => broken)
    expect((await make().get(origin, ask(), never)).file).toBe(file)
    expect(asked()).toBe(1)
  })
})
