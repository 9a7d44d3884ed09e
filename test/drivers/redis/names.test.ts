import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newId } from '../../../src/core/random.js'
import {
  idOf,
  nameOf,
  prefixOf,
  textOf,
  textOrNull,
  wordOf,
  wordOrNull,
} from '../../../src/drivers/redis/names.js'

/** Any text at all, lone surrogates included. */
const anyText = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((n) => String.fromCharCode(n)) })
/** Texts that look like what the words themselves are made of. */
const trickyText = fc.string({
  unit: fc.constantFrom('%', 'u', '0', 'f', '-', '~', ' ', '\n', '\ud83c', '\udf0a', ':'),
})
const text = fc.oneof(anyText, trickyText, fc.string({ unit: 'binary' }))
const id = fc.oneof(
  text,
  fc.uuid(),
  fc.uuid().map((one) => one.toUpperCase()),
  almostUuid(),
)

describe('names', () => {
  it('an id comes back from its name, whatever it is', () => {
    fc.assert(
      fc.property(id, (one) => idOf(nameOf(one)) === one),
      { numRuns: 2000 },
    )
  })

  it('different ids have different names', () => {
    fc.assert(
      fc.property(id, id, (a, b) => a === b || nameOf(a) !== nameOf(b)),
      { numRuns: 2000 },
    )
  })

  it('a name holds no white space and is never that of nothing', () => {
    fc.assert(fc.property(id, (one) => /^[^\s\p{Cc}\p{Cs}]+$/u.test(nameOf(one)) && nameOf(one) !== '-'))
  })

  it('a UUID has a name of 22 signs: its bytes in base64url', () => {
    fc.assert(
      fc.property(fc.uuid(), (one) => {
        expect(nameOf(one)).toBe(Buffer.from(one.replaceAll('-', ''), 'hex').toString('base64url'))
      }),
    )
    expect(nameOf(newId(1_700_000_000_000))).toHaveLength(22)
  })

  it('only the one spelling of a UUID is shortened', () => {
    for (const one of [
      '0190F3A0-7c1e-7abc-8def-0123456789ab',
      '0190f3a07c1e-7abc-8def-0123456789ab-',
      '0190f3a0-7c1e-7abc-8def-0123456789a\u0162',
      '0190f3a0-7c1e-7abc-8def-0123456789ag',
    ]) {
      expect(nameOf(one)).toBe(`~${wordOf(one)}`)
    }
  })
})

describe('words', () => {
  it('a text comes back from its word, whatever it is', () => {
    fc.assert(
      fc.property(text, (one) => textOf(wordOf(one)) === one),
      { numRuns: 2000 },
    )
  })

  it('a word holds no white space, is well formed and is never that of nothing', () => {
    fc.assert(fc.property(text, (one) => /^[^\s\p{Cc}\p{Cs}]+$/u.test(wordOf(one)) && wordOf(one) !== '-'))
  })

  it('a word survives the way through bytes', () => {
    fc.assert(fc.property(text, (one) => textOf(Buffer.from(wordOf(one)).toString()) === one))
  })

  it('nothing has a word of its own', () => {
    fc.assert(fc.property(fc.option(text), (one) => textOrNull(wordOrNull(one)) === one))
    expect([wordOrNull(null), wordOrNull('-'), wordOrNull('')]).toEqual(['-', '%u002d', '%'])
  })

  it('words that need nothing are as they were', () => {
    for (const one of ['crawl', 'batch_crawl', 'a.b-c', 'été', '日本🌊']) expect(wordOf(one)).toBe(one)
  })
})

describe('prefixes', () => {
  it('different namespaces have different ones, none within another', () => {
    fc.assert(
      fc.property(text, text, (a, b) => a === b || !prefixOf(a).startsWith(prefixOf(b))),
      { numRuns: 2000 },
    )
  })

  it('all between the braces, and nothing else, decides the slot of a cluster', () => {
    fc.assert(fc.property(text, (one) => /^\{[^{}:\s]+\}:$/.test(prefixOf(one))))
    expect(prefixOf('a{b}:c')).toBe('{a%u007bb%u007d%u003ac}:')
  })
})

/** A UUID with one sign changed. */
function almostUuid(): fc.Arbitrary<string> {
  return fc
    .tuple(fc.uuid(), fc.nat(35), fc.integer({ min: 0, max: 0x180 }))
    .map(([one, at, code]) => one.slice(0, at) + String.fromCharCode(code) + one.slice(at + 1))
}
