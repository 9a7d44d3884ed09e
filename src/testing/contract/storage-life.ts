import assert from 'node:assert/strict'
import { silentLogger } from '../../core/logger.js'
import { storageCase } from './storage-case.js'

const year = 31_536_000_000

/** How long texts are kept, and how what is over goes away. */
export const storageLifeCases = [
  storageCase(
    'a text is there until its time is over, and then it is not',
    ['I14'],
    async ({ storage, clock }) => {
      await storage.set('key', 'text', 5000)
      await clock.advance(4999)
      assert.equal(await storage.get('key'), 'text')
      await clock.advance(1)
      assert.equal(await storage.get('key'), undefined)
    },
    ['open'],
  ),

  storageCase(
    'a text without a time is there for good',
    ['I14'],
    async ({ storage, clock }) => {
      await storage.set('key', 'text')
      await clock.advance(10 * year)
      assert.equal(await storage.get('key'), 'text')
    },
    ['open'],
  ),

  storageCase(
    'setting a text again gives it its new time',
    ['I14'],
    async ({ storage, clock }) => {
      await storage.set('longer', '1', 1000)
      await storage.set('longer', '2', 5000)
      await storage.set('shorter', '1', 5000)
      await storage.set('shorter', '2', 1000)
      await storage.set('for good', '1', 1000)
      await storage.set('for good', '2')
      await clock.advance(1000)
      assert.equal(await storage.get('longer'), '2')
      assert.equal(await storage.get('shorter'), undefined)
      assert.equal(await storage.get('for good'), '2')
    },
    ['open'],
  ),

  storageCase(
    'a key whose time was over can be set again',
    ['I14'],
    async ({ storage, clock }) => {
      await storage.set('key', 'old', 100)
      await clock.advance(200)
      await storage.set('key', 'new', 100)
      assert.equal(await storage.get('key'), 'new')
    },
    ['open'],
  ),

  storageCase(
    'reading a text does not make it last longer',
    ['I14'],
    async ({ storage, clock }) => {
      await storage.set('key', 'text', 1000)
      await clock.advance(900)
      await storage.get('key')
      await clock.advance(100)
      assert.equal(await storage.get('key'), undefined)
    },
    ['open'],
  ),

  storageCase(
    'pruning removes what is over and nothing else',
    ['I33'],
    async ({ storage, clock, prune }) => {
      await storage.set('over', '1', 1000)
      await storage.set('later', '2', 5000)
      await storage.set('for good', '3')
      await clock.advance(1000)
      assert.equal(await prune(100), 1)
      assert.equal(await prune(100), 0)
      assert.deepEqual(
        [await storage.get('over'), await storage.get('later'), await storage.get('for good')],
        [undefined, '2', '3'],
      )
    },
    ['open', 'prune'],
  ),

  storageCase(
    'pruning removes no more than its limit at once, and all in the end',
    ['I33', 'I36'],
    async ({ storage, clock, prune }) => {
      for (let i = 0; i < 10; i++) await storage.set(`key-${i}`, 'x', 100)
      await clock.advance(100)
      assert.deepEqual([await prune(4), await prune(4), await prune(4), await prune(4)], [4, 4, 2, 0])
    },
    ['open', 'prune'],
  ),

  storageCase(
    'pruning leaves a text whose time was made longer',
    ['I14', 'I33'],
    async ({ storage, clock, prune }) => {
      await storage.set('key', 'one', 100)
      await storage.set('key', 'two', 10_000)
      await clock.advance(5000)
      assert.equal(await prune(100), 0)
      assert.equal(await storage.get('key'), 'two')
    },
    ['open', 'prune'],
  ),

  storageCase(
    'deleting by prefix removes the keys that begin so, and nothing else',
    ['I15', 'I33'],
    async ({ storage, deletePrefix }) => {
      const gone = ['result/a/1', 'result/a/2', 'result/a/']
      const kept = ['result/a', 'result/ab', 'Result/a/1', 'xresult/a/1', 'result/b/1']
      for (const key of [...gone, ...kept]) await storage.set(key, key)
      assert.equal(await deletePrefix('result/a/', 100), 3)
      for (const key of gone) assert.equal(await storage.get(key), undefined)
      for (const key of kept) assert.equal(await storage.get(key), key)
      assert.equal(await deletePrefix('result/a/', 100), 0)
    },
    ['deletePrefix'],
  ),

  storageCase(
    'a prefix is taken literally',
    ['I15'],
    async ({ storage, deletePrefix }) => {
      const prefixes = ['a*', 'a?', 'a[b]', 'a%', 'a_', 'a\\', '{a}', "a'", 'é']
      const kept = ['ab', 'abc', 'a', 'e\u0301x']
      for (const key of kept) await storage.set(key, key)
      for (const prefix of prefixes) {
        await storage.set(`${prefix}x`, 'x')
        assert.equal(await deletePrefix(prefix, 100), 1, `the prefix ${prefix}`)
        assert.equal(await storage.get(`${prefix}x`), undefined)
      }
      for (const key of kept) assert.equal(await storage.get(key), key)
    },
    ['deletePrefix'],
  ),

  storageCase(
    'deleting by prefix removes no more than its limit at once, and all in the end',
    ['I36'],
    async ({ storage, deletePrefix }) => {
      for (let i = 0; i < 10; i++) await storage.set(`p/${i}`, 'x')
      const removed = [await deletePrefix('p/', 4), await deletePrefix('p/', 4), await deletePrefix('p/', 4)]
      assert.deepEqual(removed, [4, 4, 2])
    },
    ['deletePrefix'],
  ),

  storageCase(
    'a storage may be opened by several and goes on until the last has closed it',
    ['I29', 'I30'],
    async ({ storage, clock }) => {
      await storage.open?.({ logger: silentLogger, clock })
      await storage.set('key', 'text', 1000)
      await storage.close?.()
      assert.equal(await storage.get('key'), 'text')
      await clock.advance(1000)
      assert.equal(await storage.get('key'), undefined)
    },
    ['open'],
  ),
]
