import { expect, test } from 'vitest'
import { counted } from '../../src/core/counted-text.js'
import {
  cursorOf,
  mayFollow,
  pagesKey,
  pagesOf,
  placeOf,
  readChunk,
  writeChunk,
} from '../../src/core/job-pages.js'

const life = { id: 'a.b~c', generation: 2, createdAt: 1_767_225_600_000 }

test('a cursor leads back to its place, in the same life of the job alone', () => {
  const place = { chunk: 70, offset: 499, fence: '1767225600000000' }
  const cursor = cursorOf(life, place)
  expect(cursor).toMatch(/^[\da-z.]{1,100}$/)
  expect(placeOf(life, cursor)).toEqual(place)
  expect(placeOf({ ...life, generation: 3 }, cursor)).toBeUndefined()
  expect(placeOf({ ...life, createdAt: 1 }, cursor)).toBeUndefined()
})

test('a cursor that names no fence, as earlier versions made them, leads to the same place', () => {
  const old = [life.generation, life.createdAt, 70, 499].map((part) => part.toString(36)).join('.')
  expect(placeOf(life, old)).toEqual({ chunk: 70, offset: 499, fence: '0' })
})

test.each([
  ['9', '10', false],
  ['10', '9', true],
  ['10', '10', true],
  ['18446744073709551616', '18446744073709551617', false],
])('a chunk of the fence %s may stand behind one of %s: %s', (fence, before, may) => {
  expect(mayFollow(fence, before)).toBe(may)
})

test.each(['', 'x', '1.2.3', '1.2.3.4.5', '1.2.3.-4', '1.2.3.__proto__', '1'.repeat(100)])(
  'what is no cursor leads nowhere: %j',
  (cursor) => {
    expect(placeOf(life, cursor)).toBeUndefined()
  },
)

test('keys of a job begin as those of no other', () => {
  expect(pagesKey(life, 3).startsWith(pagesOf(life.id))).toBe(true)
  expect(pagesKey({ ...life, id: 'a.b~c2' }, 3).startsWith(pagesOf(life.id))).toBe(false)
})

test('a chunk comes back as it was written', () => {
  const page = { index: 0, finishedAt: 1, url: 'u', title: '"}é€' }
  const notes = ['{"a":1}', 'null'].map(counted)
  const { text, bytes } = writeChunk({ fence: '12', content: 'c"' }, [counted(JSON.stringify(page))], notes)
  expect(bytes).toBe(Buffer.byteLength(text))
  expect(readChunk(text)).toEqual({ fence: '12', content: 'c"', pages: [page], notes: [{ a: 1 }, null] })
})

test.each([
  '',
  'null',
  '[]',
  '{}',
  '{"fence":"1","content":"","pages":[{}],"notes":[]}',
  '{"fence":1}',
  '{"fence":"x","content":"","pages":[],"notes":[]}',
])('what is no chunk is none: %s', (text) => {
  expect(readChunk(text)).toBeUndefined()
})
