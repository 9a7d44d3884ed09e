import { describe, expect, test, vi } from 'vitest'
import { resolveCrawlOptions } from '../../../src/crawl/options.js'
import { checkSpiderCrawl } from '../../../src/crawl/payload.js'
import { spiderSettingsOf } from '../../../src/crawl/spider/spider-request.js'
import { createTargetFinder } from '../../../src/crawl/spider/targets.js'

const start = new URL('http://a.example/')
const settings = (options: Record<string, unknown>) => spiderSettingsOf(options, { maxSpiderPages: 100 })

function finderOf(options: Record<string, unknown>, known: readonly string[] = []) {
  const soon = vi.fn((run: () => void) => {
    const turn = setImmediate(run)
    return () => clearImmediate(turn)
  })
  const knows = (url: string) => known.includes(url)
  return { soon, finder: createTargetFinder(settings(options), [start], { knows }, { soon }) }
}

const linksTo = (...urls: readonly string[]) => urls.map((url) => ({ url, text: 'there' }))

describe('what a page links to', () => {
  test('becomes targets as far as it is new and belongs to the crawl', async () => {
    const { finder } = finderOf({ spiderExclude: ['/private/*'] }, ['http://a.example/known'])
    const links = linksTo(
      ...[
        'http://a.example/x#part',
        'http://a.example/known',
        'http://b.example/',
        'http://a.example/private/x',
      ],
      ...['http://user:secret@a.example/', 'mailto:x@a.example', 'no url'],
    )
    expect(await finder.ofLinks(links, { url: 'http://a.example/p', depth: 2 })).toEqual([
      { url: 'http://a.example/x', depth: 3, foundOn: 'http://a.example/p', score: 0 },
    ])
    expect(finder.ofSeed('http://a.example/s')).toEqual({
      ...{ url: 'http://a.example/s', depth: 0, foundOn: null, score: 0 },
    })
  })

  test('leaves the event loop to others while many links meet many patterns', async () => {
    const patterns = Array.from({ length: 50 }, () => `/${'*a'.repeat(240)}*b`)
    const { finder, soon } = finderOf({ spiderExclude: patterns })
    const links = linksTo(
      ...Array.from({ length: 200 }, (_, i) => `http://a.example/${i}${'a'.repeat(8_000)}`),
    )
    expect(await finder.ofLinks(links, { url: start.href, depth: 0 })).toHaveLength(200)
    expect(soon.mock.calls.length).toBeGreaterThan(50)
  })

  test('costs no turn where there are no patterns, or few links', async () => {
    const { finder, soon } = finderOf({})
    await finder.ofLinks(linksTo(...Array.from({ length: 5_000 }, (_, i) => `http://a.example/${i}`)), {
      url: start.href,
      depth: 0,
    })
    const few = finderOf({ spiderInclude: ['/docs/*'] })
    await few.finder.ofLinks(linksTo('http://a.example/docs/x'), { url: start.href, depth: 0 })
    expect([soon, few.soon].map(({ mock }) => mock.calls.length)).toEqual([0, 0])
  })
})

test('a pattern of more than 500 signs is refused, and it is said where it stands', () => {
  const options = { spiderInclude: ['/a', `/${'*'.repeat(500)}`] }
  expect(() => checkSpiderCrawl({ url: start.href, options }, resolveCrawlOptions())).toThrow(
    expect.objectContaining({ path: '/options/spiderInclude/1', message: expect.stringContaining('500') }),
  )
})
