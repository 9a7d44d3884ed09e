import assert from 'node:assert/strict'
import { storageCase } from './storage-case.js'

/** What several who change one text agree by. */
export const storageReplaceCases = [
  storageCase(
    'a text is replaced where exactly the expected one stands, and not where another does',
    ['I14'],
    async ({ storage, replace }) => {
      await storage.set('key', 'one')
      assert.equal(await replace('key', 'other', 'two', 5000), false)
      assert.equal(await storage.get('key'), 'one')
      assert.equal(await replace('key', 'one', 'two', 5000), true)
      assert.equal(await storage.get('key'), 'two')
      assert.equal(await replace('key', 'one', 'three', 5000), false)
      assert.equal(await storage.get('key'), 'two')
    },
    ['replace'],
  ),

  storageCase(
    'where nothing is expected a text is kept only where none stands',
    ['I14'],
    async ({ storage, replace }) => {
      assert.equal(await replace('key', undefined, 'one', 5000), true)
      assert.equal(await replace('key', undefined, 'two', 5000), false)
      assert.equal(await storage.get('key'), 'one')
      assert.equal(await replace('absent', 'one', 'two', 5000), false)
      assert.equal(await storage.get('absent'), undefined)
    },
    ['replace'],
  ),

  storageCase(
    'a text whose time is over is none when it is replaced',
    ['I14'],
    async ({ storage, clock, replace }) => {
      await storage.set('key', 'one', 1000)
      await clock.advance(1000)
      assert.equal(await replace('key', 'one', 'two', 5000), false)
      assert.equal(await replace('key', undefined, 'two', 5000), true)
      assert.equal(await storage.get('key'), 'two')
    },
    ['replace', 'open'],
  ),

  storageCase(
    'a text that replaces another has a time of its own',
    ['I14', 'I33'],
    async ({ storage, clock, replace }) => {
      await storage.set('shorter', 'one')
      await storage.set('longer', 'one', 1000)
      await replace('shorter', 'one', 'two', 2000)
      await replace('longer', 'one', 'two', 3000)
      await clock.advance(2000)
      assert.equal(await storage.get('shorter'), undefined)
      assert.equal(await storage.get('longer'), 'two')
      await clock.advance(1000)
      assert.equal(await storage.get('longer'), undefined)
    },
    ['replace', 'open'],
  ),

  storageCase(
    'the empty text is expected like any other, and is not nothing',
    ['I13'],
    async ({ storage, replace }) => {
      await storage.set('key', '')
      assert.equal(await replace('key', undefined, 'one', 5000), false)
      assert.equal(await replace('key', '', 'one', 5000), true)
      assert.equal(await replace('key', 'one', '', 5000), true)
      assert.equal(await storage.get('key'), '')
    },
    ['replace'],
  ),

  storageCase(
    'of several who replace one text at once one does',
    ['I16'],
    async ({ storage, replace }) => {
      await storage.set('key', 'start')
      const names = Array.from({ length: 20 }, (_, i) => `name ${i}`)
      const done = await Promise.all(names.map((name) => replace('key', 'start', name, 5000)))
      assert.equal(done.filter(Boolean).length, 1)
      assert.equal(await storage.get('key'), names[done.indexOf(true)])
    },
    ['replace'],
  ),
]
