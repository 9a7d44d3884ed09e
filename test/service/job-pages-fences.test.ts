import { describe, expect, test } from 'vitest'
import { counted } from '../../src/core/counted-text.js'
import { pagesKey, writeChunk } from '../../src/core/job-pages.js'
import { memoryStorage } from '../../src/index.js'
import { readPages } from '../../src/service/job-pages.js'

const life = { id: 'job', generation: 1, createdAt: 1000 }

/** A log whose chunks are put down by hand. */
function logOf() {
  const storage = memoryStorage()
  return {
    put: (chunk: number, fence: string, ...urls: readonly string[]) => {
      const pages = urls.map((url, index) => counted(JSON.stringify({ index, finishedAt: 1, url })))
      return storage.set(pagesKey(life, chunk), writeChunk({ fence, content: '' }, pages, []).text)
    },
    async read(hasEnded: boolean, cursor: string | null = null, limit = 50) {
      const { pages, nextCursor } = await readPages(storage, life, hasEnded, { limit, cursor })
      return { urls: pages.map(({ url }) => url), cursor: nextCursor }
    },
  }
}

describe('of pages that a run wrote which had been given up', () => {
  test('those behind the end of a later run are none', async () => {
    const log = logOf()
    await log.put(0, '9', 'a')
    await log.put(1, '10', 'b')
    await log.put(2, '9', 'ghost')
    await log.put(3, '9', 'ghost')
    expect(await log.read(true)).toEqual({ urls: ['a', 'b'], cursor: null })
  })

  test('those behind a cursor are none either, and what replaces them is read', async () => {
    const log = logOf()
    await log.put(0, '9', 'a')
    await log.put(1, '10', 'b')
    await log.put(2, '9', 'ghost')
    const first = await log.read(false)
    expect(first.urls).toEqual(['a', 'b'])
    expect(await log.read(false, first.cursor)).toEqual({ urls: [], cursor: first.cursor })
    await log.put(2, '10', 'c')
    expect(await log.read(true, first.cursor)).toEqual({ urls: ['c'], cursor: null })
  })

  test('those that were read before a later run replaced them make way for its own', async () => {
    const log = logOf()
    await log.put(0, '9', 'a')
    await log.put(1, '9', 'ghost 1')
    await log.put(2, '9', 'ghost 2')
    const { cursor } = await log.read(false)
    await log.put(1, '10', 'b')
    await log.put(2, '10', 'c')
    await log.put(3, '10', 'd')
    expect(await log.read(true, cursor)).toEqual({ urls: ['b', 'c', 'd'], cursor: null })
  })

  test('the same when the later run has ended sooner', async () => {
    const log = logOf()
    await log.put(0, '9', 'a')
    await log.put(1, '9', 'ghost')
    const { cursor } = await log.read(false)
    await log.put(1, '10', 'b')
    expect(await log.read(true, cursor)).toEqual({ urls: ['b'], cursor: null })
  })

  test('a part that was read of a chunk counts for nothing once that was replaced', async () => {
    const log = logOf()
    await log.put(0, '9', 'ghost 1', 'ghost 2', 'ghost 3')
    const { cursor } = await log.read(false, null, 2)
    await log.put(0, '10', 'a', 'b', 'c')
    expect(await log.read(true, cursor)).toEqual({ urls: ['a', 'b', 'c'], cursor: null })
  })
})

test('a run that takes over makes nobody read again', async () => {
  const log = logOf()
  await log.put(0, '9', 'a', 'b')
  await log.put(1, '9', 'c')
  const first = await log.read(false, null, 3)
  await log.put(2, '10', 'd')
  expect(await log.read(true, first.cursor)).toEqual({ urls: ['d'], cursor: null })
  const part = await log.read(false, null, 1)
  expect(await log.read(true, part.cursor)).toEqual({ urls: ['b', 'c', 'd'], cursor: null })
})

test('a cursor of an earlier version goes on from its place', async () => {
  const log = logOf()
  await log.put(0, '9', 'a', 'b')
  await log.put(1, '9', 'c')
  const old = ['1', (1000).toString(36), '0', '1'].join('.')
  expect(await log.read(true, old)).toEqual({ urls: ['b', 'c'], cursor: null })
})
