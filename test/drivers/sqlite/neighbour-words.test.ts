import { describe, expect, test } from 'vitest'
import { type Words, wordsOf, wordsVersion } from '../../../src/drivers/sqlite/neighbour-words.js'

const all: readonly Words[] = [
  { kind: 'hello', version: wordsVersion, n: 1, secret: 's' },
  { kind: 'audience', instances: ['a'], ends: true, moves: false },
  { kind: 'heard' },
  { kind: 'waits', instance: 'a', types: ['t'] },
  { kind: 'stops', instance: 'a' },
  { kind: 'work', instance: 'a', type: 't' },
  { kind: 'ended', jobs: [{ id: '1', type: 't', status: 'dead_letter' }] },
  { kind: 'moved', jobs: [{ id: '1', type: 't', status: 'blocked' }] },
  { kind: 'interrupt', instance: 'a', leases: [{ id: '1', fence: '2', reason: 'lost' }] },
  { kind: 'schedules' },
  { kind: 'bye' },
]

describe('what a neighbour says', () => {
  test.each(all)('is understood: $kind', (words) => {
    expect(wordsOf(JSON.stringify(words))).toEqual(words)
  })

  test.each([
    '',
    'null',
    '[]',
    '7',
    '{}',
    '{"kind":"toString"}',
    '{"kind":"hello","version":2,"n":1,"secret":"s"}',
    '{"kind":"hello","version":1,"n":1.5,"secret":"s"}',
    '{"kind":"audience","instances":"a","ends":true,"moves":false}',
    '{"kind":"audience","instances":[1],"ends":true,"moves":false}',
    '{"kind":"audience","instances":[],"ends":1,"moves":false}',
    '{"kind":"waits","instance":"a"}',
    '{"kind":"work","instance":"a"}',
    '{"kind":"ended","jobs":[{"id":"1","type":"t","status":"pending"}]}',
    '{"kind":"moved","jobs":[{"id":"1","type":"t","status":"completed"}]}',
    '{"kind":"moved","jobs":[{"id":"1","type":"t","status":"unheard"}]}',
    '{"kind":"ended","jobs":[null]}',
    '{"kind":"interrupt","instance":"a","leases":[{"id":"1","fence":2,"reason":"lost"}]}',
    '{"kind":"interrupt","instance":"a","leases":[{"id":"1","fence":"2","reason":"fun"}]}',
  ])('is refused: %s', (line) => {
    expect(wordsOf(line)).toBeUndefined()
  })
})
