import { describe, expect, test } from 'vitest'
import { seeded } from '../../faults/patience.js'
import { Frontier } from '../../../src/crawl/spider/frontier.js'
import type { Target } from '../../../src/crawl/spider/lineup.js'
import { type SpiderStrategy, spiderStrategies } from '../../../src/crawl/spider/spider-request.js'

const target = (url: string, score = 0): Target => ({ url, score, depth: 1, foundOn: null })

function taken(frontier: Frontier): string[] {
  const urls: string[] = []
  for (let next = frontier.next(); next; next = frontier.next()) urls.push(next.url)
  return urls
}

describe('a frontier', () => {
  test.each<[SpiderStrategy, string]>([
    ['breadth_first', 'a b c d'],
    ['depth_first', 'c d a b'],
    ['best_first', 'd b a c'],
  ])('of the strategy %s gives %s', (strategy, order) => {
    const frontier = new Frontier(strategy, 10)
    frontier.offer([target('a', 1), target('b', 2)])
    frontier.offer([target('c', 1), target('d', 3)])
    expect(taken(frontier).join(' ')).toBe(order)
    expect(frontier.isCut).toBe(false)
  })

  test.each(spiderStrategies)('gives each url once, and no more than it may (%s)', (strategy) => {
    const frontier = new Frontier(strategy, 3)
    const news = frontier.offer([target('a'), target('b'), target('a')])
    expect(news.map(({ url }) => url)).toEqual(['a', 'b'])
    expect(frontier.offer([target('b')])).toEqual([])
    const first = frontier.next()?.url ?? ''
    expect(frontier.offer([target(first)])).toEqual([])
    frontier.offer([target('c'), target('d'), target('e')])
    expect(new Set([first, ...taken(frontier)]).size).toBe(3)
    expect(frontier.isCut).toBe(true)
    expect(frontier.next()).toBeUndefined()
  })

  test('does not give what turned out to be the same as another', () => {
    const frontier = new Frontier('breadth_first', 10)
    frontier.offer([target('a'), target('b'), target('c')])
    expect(frontier.next()?.url).toBe('a')
    frontier.see('b')
    expect(frontier.waiting).toBe(1)
    expect(frontier.offer([target('b')])).toEqual([])
    expect(taken(frontier)).toEqual(['c'])
  })

  test.each(spiderStrategies)('keeps no more waiting than it can still give (%s)', (strategy) => {
    const random = seeded(7)
    const frontier = new Frontier(strategy, 500)
    const plain = new PlainFrontier(strategy, 500)
    const got: string[] = []
    let n = 0
    for (;;) {
      // Among new ones some that were taken: what was dropped may come again, and is new then.
      const targets = Array.from({ length: 1 + Math.floor(random() * 60) }, () =>
        target(random() < 0.2 && got.length > 0 ? (got.at(-1) ?? '') : `u${n++}`, random()),
      )
      frontier.offer(targets)
      plain.offer(targets)
      expect(frontier.waiting).toBeLessThan(2 * 500 + 1_100)
      const [next, expected] = [frontier.next(), plain.next()]
      expect(next?.url).toBe(expected)
      if (!next) break
      got.push(next.url)
    }
    expect(new Set(got).size).toBe(500)
  })

  test.each(spiderStrategies)(
    'gives as many as it may, however many turn out to be the same as others (%s)',
    (strategy) => {
      const random = seeded(11)
      const frontier = new Frontier(strategy, 300)
      const plain = new PlainFrontier(strategy, 300)
      const underWay: string[] = []
      let [n, count] = [0, 0]
      for (;;) {
        const targets = Array.from({ length: Math.floor(random() * 9) }, () => target(`u${n++}`, random()))
        frontier.offer(targets)
        plain.offer(targets)
        const [next, expected] = [frontier.next(), plain.next()]
        expect(next?.url).toBe(expected)
        if (!next) break
        count++
        underWay.push(next.url)
        if (underWay.length < 5) continue
        underWay.shift()
        // It leads where one leads that waits, as redirects do: often to the one that would have been next.
        const finalUrl = random() < 0.8 ? (plain.peek(Math.floor(random() * 3)) ?? null) : null
        frontier.settle(finalUrl)
        plain.see(finalUrl)
      }
      expect(count).toBe(300)
    },
  )

  test('does not end early because what waited was the same as what was taken', () => {
    const frontier = new Frontier('breadth_first', 4)
    frontier.offer([target('/')])
    expect(frontier.next()?.url).toBe('/')
    frontier.settle('/')
    frontier.offer(['/r', '/t', '/u', '/v', '/w'].map((url) => target(url)))
    expect(frontier.next()?.url).toBe('/r')
    frontier.settle('/t')
    expect(taken(frontier)).toEqual(['/u', '/v'])
    expect(frontier.isCut).toBe(true)
  })

  test.each<[SpiderStrategy, string]>([
    ['breadth_first', 'start s1 s2 s3 a b'],
    ['depth_first', 'start a b s1 s2 s3'],
    ['best_first', 'start s2 s1 s3 a b'],
  ])('of the strategy %s comes to what only sitemaps name in its turn', (strategy, order) => {
    const frontier = new Frontier(strategy, 10)
    frontier.offer([target('start', Infinity)])
    frontier.offerSeeds([target('s1', 1), target('s2', 2)])
    frontier.offerSeeds([target('s3', 1)])
    const first = frontier.next()?.url
    frontier.offer([target('a', 0), target('b', 0)])
    expect([first, ...taken(frontier)].join(' ')).toBe(order)
  })

  test.each<[SpiderStrategy, string]>([
    ['breadth_first', 'start s0 s1'],
    ['depth_first', 'start s0 s1'],
    ['best_first', 'start s4999 s4998'],
  ])('of the strategy %s keeps its start and few of many seeds', (strategy, order) => {
    const frontier = new Frontier(strategy, 3)
    frontier.offer([target('start', Infinity)])
    const waiting = Array.from({ length: 5_000 }, (_, i) => target(`s${i}`, i)).flatMap((seed) =>
      frontier.offerSeeds([seed]),
    )
    expect(frontier.waiting).toBeLessThan(1_100)
    if (strategy !== 'best_first') expect(waiting.length).toBeLessThan(6)
    expect(taken(frontier).join(' ')).toBe(order)
    expect(frontier.isCut).toBe(true)
  })

  test('depth first keeps what was found last, and answers only with what it keeps', () => {
    const frontier = new Frontier('depth_first', 3)
    frontier.offerSeeds([target('s1'), target('s2')])
    expect(frontier.offer(['a', 'b'].map((url) => target(url)))).toHaveLength(2)
    const links = Array.from({ length: 100 }, (_, i) => target(`l${i}`))
    const news = frontier.offer(links)
    expect(news.map(({ url }) => url)).toEqual(['l0', 'l1', 'l2', 'l3', 'l4', 'l5'])
    expect(taken(frontier)).toEqual(['l0', 'l1', 'l2'])
  })

  test('best first refuses what is worse than what it has dropped', () => {
    const frontier = new Frontier('best_first', 10)
    for (let i = 0; i < 3_000; i++) frontier.offer([target(`u${i}`, i)])
    expect(frontier.offer([target('bad', 1)])).toEqual([])
    expect(frontier.offer([target('good', 5_000)])).toHaveLength(1)
    expect(taken(frontier).slice(0, 2)).toEqual(['good', 'u2999'])
  })
})

/** What a frontier does, said without any bound. */
class PlainFrontier {
  readonly #strategy: SpiderStrategy
  readonly #seen = new Set<string>()
  #waiting: Target[] = []
  #left: number

  constructor(strategy: SpiderStrategy, maxPages: number) {
    this.#strategy = strategy
    this.#left = maxPages
  }

  offer(targets: readonly Target[]): void {
    const news = targets.filter(({ url }) => !this.#seen.has(url) && this.#seen.add(url))
    if (this.#strategy === 'depth_first') this.#waiting = [...news, ...this.#waiting]
    else this.#waiting = [...this.#waiting, ...news]
    if (this.#strategy === 'best_first') this.#waiting.sort((a, b) => b.score - a.score)
  }

  /** The one that is taken when so many others were. */
  peek(n: number): string | undefined {
    return this.#waiting[n]?.url
  }

  see(url: string | null): void {
    if (url === null) return
    this.#seen.add(url)
    this.#waiting = this.#waiting.filter((target) => target.url !== url)
  }

  next(): string | undefined {
    return this.#left-- > 0 ? this.#waiting.shift()?.url : undefined
  }
}
