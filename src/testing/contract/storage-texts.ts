import assert from 'node:assert/strict'
import { resultKey } from '../../core/storage-adapter.js'
import { storageCase } from './storage-case.js'
import { hardTexts } from './texts.js'

const keys = [
  'a',
  'A',
  'ab',
  'a:b',
  'a/b',
  ' a ',
  '{a}',
  '*',
  '?',
  '[a]',
  'a%',
  'a_',
  '__proto__',
  'constructor',
  '0',
  'null',
  'é',
  'e\u0301',
  '日本',
  '🌊',
  "'; --",
  'https://example.com/?q=1#x',
  'x'.repeat(1000),
  resultKey('job-1', 2, '1767225600000000'),
]

/** Keys and texts, whatever is in them. */
export const storageTextCases = [
  storageCase('there is nothing under a key that was never set', ['I13'], async ({ storage }) => {
    for (const key of ['nope', '__proto__', 'constructor', 'toString'])
      assert.equal(await storage.get(key), undefined)
  }),

  storageCase('a text is there once it is set', ['I13'], async ({ storage }) => {
    await storage.set('key', 'text')
    assert.equal(await storage.get('key'), 'text')
  }),

  storageCase('the newest text replaces the older', ['I13'], async ({ storage }) => {
    for (const text of ['one', 'a much longer text than before', 'x']) await storage.set('key', text)
    assert.equal(await storage.get('key'), 'x')
  }),

  storageCase('a deleted text is gone, and deleting it again is no error', ['I34'], async ({ storage }) => {
    await storage.set('key', 'text')
    await storage.delete('key')
    assert.equal(await storage.get('key'), undefined)
    await storage.delete('key')
    await storage.delete('never')
  }),

  storageCase('a deleted key can be set again', ['I13'], async ({ storage }) => {
    await storage.set('key', 'one')
    await storage.delete('key')
    await storage.set('key', 'two')
    assert.equal(await storage.get('key'), 'two')
  }),

  storageCase('an empty text is a text', ['I13'], async ({ storage }) => {
    await storage.set('key', '')
    assert.equal(await storage.get('key'), '')
  }),

  storageCase('keys that look alike are different keys', ['I13', 'I15'], async ({ storage }) => {
    for (const key of keys) await storage.set(key, `of ${key}`)
    for (const key of keys) assert.equal(await storage.get(key), `of ${key}`)
    await storage.delete('a')
    assert.equal(await storage.get('a'), undefined)
    for (const key of keys.slice(1)) assert.equal(await storage.get(key), `of ${key}`)
  }),

  ...hardTexts.map(([name, text]) =>
    storageCase(`a text keeps every byte: ${name}`, ['I13'], async ({ storage }) => {
      await storage.set('key', text)
      assert.ok((await storage.get('key')) === text)
    }),
  ),

  storageCase('a text keeps control characters and ends of lines', ['I13'], async ({ storage }) => {
    const text = 'a\u0000b\r\nc\td\u001b[0m\u007f\ufeff'
    await storage.set('key', text)
    assert.equal(await storage.get('key'), text)
  }),

  storageCase('a text of five megabytes is whole', ['I13'], async ({ storage }) => {
    const text = '0123456789abcdé '.repeat(327_680)
    await storage.set('key', text)
    assert.ok((await storage.get('key')) === text)
  }),

  storageCase('many texts are kept beside each other', ['I13'], async ({ storage }) => {
    await Promise.all(Array.from({ length: 500 }, (_, i) => storage.set(`key-${i}`, `text ${i}`)))
    const found = await Promise.all(Array.from({ length: 500 }, (_, i) => storage.get(`key-${i}`)))
    assert.deepEqual(
      found,
      Array.from({ length: 500 }, (_, i) => `text ${i}`),
    )
  }),

  storageCase('two storages know nothing of each other', ['I15'], async ({ storage, another }) => {
    const other = await another()
    await storage.set('key', 'here')
    assert.equal(await other.get('key'), undefined)
    await other.set('key', 'there')
    await other.delete('key')
    assert.equal(await storage.get('key'), 'here')
  }),
]
