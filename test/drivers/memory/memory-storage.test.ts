import { describe, expect, test } from 'vitest'
import { systemClock } from '../../../src/core/clock.js'
import { silentLogger } from '../../../src/core/logger.js'
import { memoryStorage } from '../../../src/drivers/memory/memory-storage.js'

async function openAt(time: { now: number }, maxBytes = 1_000) {
  const storage = memoryStorage({ maxBytes })
  await storage.open?.({ logger: silentLogger, clock: { ...systemClock, now: () => time.now } })
  return storage
}

describe('a memory storage', () => {
  test('keeps a text until its time is over, on the ms', async () => {
    const time = { now: 1_000 }
    const storage = await openAt(time)
    await storage.set('k', 'v', 500)
    time.now = 1_499
    expect(await storage.get('k')).toBe('v')
    time.now = 1_500
    expect(await storage.get('k')).toBeUndefined()
  })

  test('keeps a text without a time until it is deleted', async () => {
    const time = { now: 0 }
    const storage = await openAt(time)
    await storage.set('k', 'v')
    time.now = 1e15
    expect(await storage.get('k')).toBe('v')
    expect(await storage.delete('k')).toBe(true)
    expect(await storage.delete('k')).toBe(false)
    expect(await storage.get('k')).toBeUndefined()
  })

  test('replaces a text together with its time', async () => {
    const time = { now: 0 }
    const storage = await openAt(time)
    await storage.set('k', 'old', 10)
    await storage.set('k', 'new')
    time.now = 10
    expect(await storage.prune?.(10)).toBe(0)
    expect(await storage.get('k')).toBe('new')
  })

  test('makes room with what was used longest ago', async () => {
    const storage = await openAt({ now: 0 }, 30)
    for (const key of ['a', 'b', 'c']) await storage.set(key, '123456789')
    await storage.get('a')
    await storage.set('d', '123456789')
    const kept = await Promise.all(['a', 'b', 'c', 'd'].map((key) => storage.get(key)))
    expect(kept.map((text) => text !== undefined)).toEqual([true, false, true, true])
  })

  test('makes room with what is over before it touches what can be read', async () => {
    const time = { now: 0 }
    const storage = await openAt(time, 30)
    await storage.set('a', '123456789')
    await storage.set('b', '123456789', 5)
    await storage.get('b')
    await storage.set('c', '123456789')
    time.now = 5
    await storage.set('d', '123456789')
    expect(await storage.get('a')).toBe('123456789')
  })

  test('counts bytes, not characters, and refuses what could never fit', async () => {
    const storage = await openAt({ now: 0 }, 10)
    await storage.set('k', 'äöüä')
    expect(await storage.get('k')).toBe('äöüä')
    await expect(storage.set('k', 'äöüäö')).rejects.toMatchObject({ code: 'STORE_FULL' })
    expect(await storage.get('k')).toBe('äöüä')
  })

  test('prunes what is over in bounded steps', async () => {
    const time = { now: 0 }
    const storage = await openAt(time)
    for (let n = 0; n < 5; n++) await storage.set(`k${n}`, 'v', 10)
    await storage.set('stays', 'v', 11)
    time.now = 10
    expect(await storage.prune?.(3)).toBe(3)
    expect(await storage.prune?.(3)).toBe(2)
    expect(await storage.prune?.(3)).toBe(0)
    expect(await storage.get('stays')).toBe('v')
  })

  test('deletes by prefix, taken literally, in bounded steps', async () => {
    const storage = await openAt({ now: 0 })
    for (const key of ['page/1', 'page/2', 'page/3', 'pages', 'page']) await storage.set(key, 'v')
    expect(await storage.deletePrefix?.('page/', 2)).toBe(2)
    expect(await storage.deletePrefix?.('page/', 2)).toBe(1)
    expect(await storage.get('pages')).toBe('v')
    expect(await storage.get('page')).toBe('v')
  })

  test('refuses options it does not know and sizes that are none', () => {
    expect(() => memoryStorage({ maxBytes: 0 })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
    // @ts-expect-error an option that is none
    expect(() => memoryStorage({ maxByte: 1 })).toThrow(/did you mean "maxBytes"/)
  })
})
