import { describe, expect, test, vi } from 'vitest'
import { counted } from '../../../src/core/counted-text.js'
import { RiptideError } from '../../../src/core/errors.js'
import { type PagesChunk, pagesKey, readChunk } from '../../../src/core/job-pages.js'
import { silentLogger } from '../../../src/core/logger.js'
import type { StorageAdapter } from '../../../src/core/storage-adapter.js'
import { type JournalOptions, PageJournal } from '../../../src/crawl/journal.js'
import { memoryStorage } from '../../../src/drivers/memory/memory-storage.js'
import { FakeClock } from '../../../src/testing/fake-clock.js'
import { textStorage } from './text-storage.js'

const life = { id: 'job', generation: 1, createdAt: 1000 }
/** The fields of a page. */
const page = (url: string, more = '') => counted(`"url":${JSON.stringify(url)}${more}`)

function journalOf(storage: StorageAdapter, more: Partial<JournalOptions> = {}): PageJournal {
  const signal = new AbortController().signal
  const clock = new FakeClock()
  return new PageJournal({
    ...{
      storage,
      clock,
      signal,
      life,
      logger: silentLogger,
      fence: '10',
      content: 'c',
      ttlMs: 60_000,
      isNeeded: true,
    },
    ...more,
  })
}

async function chunksOf(storage: StorageAdapter): Promise<PagesChunk[]> {
  const chunks: PagesChunk[] = []
  await journalOf(storage).restore((chunk) => chunks.push(chunk))
  return chunks
}

const urlsOf = (chunks: readonly PagesChunk[]) => chunks.flatMap(({ pages }) => pages.map(({ url }) => url))

describe('a journal', () => {
  test('gives a later run what an earlier one has kept, in its order', async () => {
    const storage = memoryStorage()
    const first = journalOf(storage)
    await first.append(3, page('a'), { links: 2 })
    await first.note({ seeds: [] })
    await first.append(0, page('b'))
    const chunks = await chunksOf(storage)
    expect(chunks.flatMap(({ pages }) => pages)).toMatchObject([
      { index: 3, url: 'a', finishedAt: expect.any(Number) },
      { index: 0, url: 'b' },
    ])
    expect(chunks.flatMap(({ notes }) => notes)).toEqual([{ links: 2 }, { seeds: [] }])
  })

  test('goes on behind what an earlier run has kept', async () => {
    const storage = memoryStorage()
    for (let n = 0; n < 30; n++) {
      const journal = journalOf(storage, { fence: String(10 + n) })
      await journal.restore(() => undefined)
      await journal.append(n, page(String(n)))
    }
    expect(urlsOf(await chunksOf(storage))).toEqual(Array.from({ length: 30 }, (_, n) => String(n)))
  })

  test('makes one write of what comes while another is under way', async () => {
    const storage = textStorage()
    const set = vi.spyOn(storage, 'set')
    const journal = journalOf(storage)
    await Promise.all(Array.from({ length: 40 }, (_, n) => journal.append(n, page(String(n)))))
    expect(set).toHaveBeenCalledTimes(2)
    expect(urlsOf(await chunksOf(storage))).toHaveLength(40)
  })

  test('makes several writes of what is too much for one', async () => {
    const storage = textStorage()
    const journal = journalOf(storage)
    const long = page('u', `,"content":"${'x'.repeat(400_000)}"`)
    await Promise.all(Array.from({ length: 6 }, (_, n) => journal.append(n, long)))
    const sizes = [...storage.texts.values()].map((text) => readChunk(text)?.pages.length)
    expect(sizes).toEqual([1, 2, 2, 1])
  })

  test('belongs to one life of a job: another generation, or a later job with its id, has its own', async () => {
    const storage = memoryStorage()
    await journalOf(storage).append(0, page('a'))
    for (const other of [
      { ...life, generation: 2 },
      { ...life, createdAt: 2000 },
    ]) {
      const take = vi.fn()
      await journalOf(storage, { life: other }).restore(take)
      expect(take).not.toHaveBeenCalled()
    }
  })
})

test('what was kept of other content counts for nothing, and goes', async () => {
  const storage = memoryStorage()
  for (let n = 0; n < 20; n++) {
    const before = journalOf(storage, { content: 'other' })
    await before.restore(() => undefined)
    await before.append(n, page('old'))
  }
  const take = vi.fn()
  const journal = journalOf(storage, { fence: '11' })
  await journal.restore(take)
  expect(take).not.toHaveBeenCalled()
  await journal.append(0, page('new'))
  expect(urlsOf(await chunksOf(storage))).toEqual(['new'])
  expect(await storage.get(pagesKey(life, 19))).toBeUndefined()
})

describe('of two runs of one job', () => {
  test('the earlier one, which does not know that it was given up, cannot write over the later one', async () => {
    const storage = memoryStorage()
    const [early, late] = [journalOf(storage, { fence: '9' }), journalOf(storage, { fence: '10' })]
    await late.append(0, page('late'))
    await expect(early.append(0, page('early'))).rejects.toMatchObject({ code: 'LEASE_LOST' })
    expect(urlsOf(await chunksOf(storage))).toEqual(['late'])
  })

  test('the later one replaces what the earlier one wrote after it had looked', async () => {
    const storage = memoryStorage()
    const [early, late] = [journalOf(storage, { fence: '9' }), journalOf(storage, { fence: '10' })]
    await late.restore(() => undefined)
    await early.append(0, page('early'))
    await late.append(1, page('late'))
    await expect(early.append(2, page('early'))).resolves.toBeUndefined()
    await late.append(3, page('late too'))
    expect(urlsOf(await chunksOf(storage))).toEqual(['late', 'late too'])
  })

  test('what the earlier one wrote behind the end of the later one counts for nothing, and is replaced', async () => {
    const storage = memoryStorage()
    const [early, late] = [journalOf(storage, { fence: '9' }), journalOf(storage, { fence: '10' })]
    await late.restore(() => undefined)
    for (let n = 0; n < 3; n++) await early.append(n, page(`early ${n}`))
    await late.append(5, page('late'))
    expect(urlsOf(await chunksOf(storage))).toEqual(['late'])
    const next = journalOf(storage, { fence: '11' })
    await next.restore(() => undefined)
    await next.append(6, page('next'))
    expect(urlsOf(await chunksOf(storage))).toEqual(['late', 'next'])
    await next.append(7, page('and next'))
    expect(urlsOf(await chunksOf(storage))).toEqual(['late', 'next', 'and next'])
  })

  test('a write whose reply was lost counts as made', async () => {
    const inner = memoryStorage()
    const storage: StorageAdapter = {
      ...inner,
      async replace(...args) {
        await inner.replace?.(...args)
        return false
      },
    }
    await journalOf(storage).append(0, page('a'))
    expect(urlsOf(await chunksOf(inner))).toEqual(['a'])
  })
})

describe('a storage that fails', () => {
  const gone = (retryable: boolean) =>
    new RiptideError('STORE_UNAVAILABLE', 'the store is away', { retryable })

  test('in passing is asked again', async () => {
    const storage = textStorage()
    const clock = new FakeClock()
    const journal = journalOf(storage, { clock })
    storage.broken = gone(true)
    const kept = journal.append(0, page('a'))
    await clock.advance(60)
    storage.broken = undefined
    await clock.advance(300)
    await kept
    expect(storage.texts.has(pagesKey(life, 0))).toBe(true)
  })

  test('ends a run that cannot do without', async () => {
    const storage = textStorage()
    storage.broken = gone(false)
    const journal = journalOf(storage)
    await expect(journal.restore(() => undefined)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
    await expect(journal.append(0, page('a'))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
  })

  test('costs another run one line in the log, and the journal', async () => {
    const storage = textStorage()
    const logger = { ...silentLogger, warn: vi.fn() }
    storage.broken = gone(false)
    const journal = journalOf(storage, { logger, isNeeded: false })
    await journal.restore(() => undefined)
    await Promise.all([journal.append(0, page('a')), journal.append(1, page('b'))])
    expect(logger.warn).toHaveBeenCalledTimes(1)
    expect(journal.keeps).toBe(false)
  })
})

test('a journal says whether a later run will find what is kept: not once half of its time is over', async () => {
  const clock = new FakeClock()
  const storage = memoryStorage()
  const later = async (): Promise<PageJournal> => {
    const journal = journalOf(storage, { clock, ttlMs: 60_000 })
    await journal.restore(() => undefined)
    return journal
  }
  const first = await later()
  expect(first.keeps).toBe(true)
  await first.append(0, page('a'))
  await clock.advance(29_000)
  const second = await later()
  expect(second.keeps).toBe(true)
  await second.append(1, page('b'))
  await clock.advance(1_000)
  expect((await later()).keeps).toBe(false)
})
