import { expect, test } from 'vitest'
import { systemClock } from '../../src/core/clock.js'
import { type CountedText, counted, listText } from '../../src/core/counted-text.js'
import { partedValue } from '../../src/core/parted-result.js'
import type { Claim, JobRecord } from '../../src/core/queue-adapter.js'
import type { StoredResult } from '../../src/core/settlement.js'
import { partKeys } from '../../src/core/storage-adapter.js'
import { memoryStorage } from '../../src/drivers/memory/memory-storage.js'
import { Results } from '../../src/service/results.js'

const pages = Array.from({ length: 30 }, (_, i) => ({ i, text: 'é'.repeat(50_000) }))
const batch = listText({
  before: '"total":30',
  list: 'results',
  items: pages.map((page) => counted(JSON.stringify(page))),
  after: '"warnings":[]',
})
const claim = { id: 'a', generation: 1, fence: '17' } as Claim

function stage() {
  const storage = memoryStorage()
  const limits = { foreign: false, resultTtlMs: 60_000, keepsCompleted: true, maxResultBytes: 64_000_000 }
  const results = new Results({ storage, ...limits })
  return {
    storage,
    keep: (text: CountedText) => results.keep(text, claim),
    read: (result: StoredResult | null) => results.read({ result } as JobRecord),
  }
}

function keyOf(kept: StoredResult | null): string {
  return kept !== null && 'key' in kept ? kept.key : ''
}

test('a large result is kept in parts of its pages, and read again', async () => {
  const { keep, read, storage } = stage()
  const kept = await keep(batch)
  const keys = partKeys(keyOf(kept))
  expect(keys.length).toBeGreaterThan(10)
  for (const key of keys) expect((await storage.get(key))?.length).toBeLessThan(300_000)
  expect(await partedValue(await read(kept), systemClock)).toEqual({
    total: 30,
    results: pages,
    warnings: [],
  })
})

test('a result of which a part is gone is gone', async () => {
  const { keep, read, storage } = stage()
  const kept = await keep(batch)
  await storage.delete(partKeys(keyOf(kept))[3] ?? '')
  expect(await read(kept)).toBeUndefined()
})

test('any other is one text, beside its job while it is small', async () => {
  const { keep, read } = stage()
  expect(await keep(counted('{"a":1}'))).toEqual({ inline: '{"a":1}' })
  const large = counted(JSON.stringify('x'.repeat(2_000_000)))
  const kept = await keep(large)
  expect(kept).toEqual({ key: 'result/a/1/17' })
  expect(await read(kept)).toEqual([large.text])
})
