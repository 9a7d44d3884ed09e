import { describe, expect, test } from 'vitest'
import { indexOf } from '../../../src/crawl/fetch/linear-search.js'
import { robotsAllows } from '../../../src/crawl/fetch/robots.js'

/** Park and Miller's generator: the same texts for the same seed. */
function words(seed: number): (length: number) => string {
  let state = seed
  const letter = (): string => 'ab'.charAt((state = (state * 48_271) % 2_147_483_647) % 2)
  return (length) => Array.from({ length }, letter).join('')
}

describe('the search for a part', () => {
  test('finds what the built-in one finds', () => {
    const word = words(7)
    for (let i = 0; i < 3000; i++) {
      const [text, part, from] = [word(i % 97), word(i % 13), i % 31]
      expect([text, part, indexOf(text, part, from)]).toEqual([text, part, text.indexOf(part, from)])
    }
  })

  test('finds a part that repeats itself', () => {
    const text = `${'ab'.repeat(50)}${'abababababac'.repeat(3)}`
    for (const part of ['abababababac', 'babababacabababab', 'aaaaaaaaaa'])
      for (let from = 0; from < text.length; from += 7)
        expect(indexOf(text, part, from)).toBe(text.indexOf(part, from))
  })

  test('takes no product of the lengths, which would be a minute', () => {
    const half = 'a'.repeat(50_000)
    expect(indexOf('a'.repeat(2_000_000), `${half}b${half}`, 0)).toBe(-1)
  })
})

test('a robots.txt of parts that are hard to find holds nobody up', () => {
  const half = 'a'.repeat(2000)
  const text = `User-agent: *\n${`Disallow: *${half}b${half}\n`.repeat(40)}`
  const url = `http://a.test/${'a'.repeat(80_000)}`
  // By the built-in search each of these takes seconds.
  for (let i = 0; i < 10; i++) expect(robotsAllows(text, 'MyBot', url)).toBe(true)
})
