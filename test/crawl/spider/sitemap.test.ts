import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { systemClock } from '../../../src/core/clock.js'
import { RiptideError } from '../../../src/core/errors.js'
import { readSitemap } from '../../../src/crawl/spider/sitemap-file.js'
import { type SitemapEntry, SitemapTokens } from '../../../src/crawl/spider/sitemap-tokens.js'
import { readSitemaps } from '../../../src/crawl/spider/sitemaps.js'

const ns = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
const urlset = (...urls: string[]) =>
  `<?xml version="1.0"?>\n<urlset ${ns}>${urls.map((url) => `<url><loc>${url}</loc><lastmod>2026-01-01</lastmod></url>`).join('\n')}</urlset>`
const index = (...urls: string[]) =>
  `<sitemapindex ${ns}>${urls.map((url) => `<sitemap><loc>${url}</loc></sitemap>`).join('')}</sitemapindex>`

function entriesOf(text: string, pieceLength = text.length): SitemapEntry[] {
  const tokens = new SitemapTokens()
  const entries: SitemapEntry[] = []
  for (let at = 0; at < text.length; at += pieceLength)
    entries.push(...tokens.write(text.slice(at, at + pieceLength)))
  return entries
}

async function all<T>(list: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = []
  for await (const item of list) items.push(item)
  return items
}

const plenty = { maxBytes: 1e9, maxUrls: 1e9 }
const read = async (body: string | Uint8Array, limits = plenty, cuts: string[] = [], pieceBytes = 50_000) =>
  (await all(readSitemap(bytesOf(body, pieceBytes), limits, systemClock, (why) => void cuts.push(why)))).map(
    ({ url }) => url,
  )

/** A body as it comes. */
function bytesOf(body: string | Uint8Array, pieceBytes = 50_000): AsyncIterable<Uint8Array> {
  const bytes = Buffer.from(body)
  const count = Math.ceil(bytes.length / pieceBytes)
  return Readable.from(
    Array.from({ length: count }, (_, i) => bytes.subarray(i * pieceBytes, (i + 1) * pieceBytes)),
  )
}

describe('the reader of sitemaps', () => {
  const tricky = `<!-- <url><loc>http://no/</loc></url> --><s:urlset xmlns:s="x"><s:url>
    <s:loc>
      http://a/?x=1&amp;y=&#50;&#x33;
    </s:loc><image:loc>http://picture/</image:loc></s:url>
    <s:url><s:loc><![CDATA[http://b/?x=1&y=<]]></s:loc></s:url><s:url><s:loc/></s:url><s:loc>http://outside/</s:loc></s:urlset>`

  test.each([1, 2, 3, 7, 1000])('takes it in pieces of %i signs', (length) => {
    expect(entriesOf(tricky, length)).toEqual([
      { kind: 'page', url: 'http://a/?x=1&y=23' },
      { kind: 'page', url: 'http://b/?x=1&y=<' },
    ])
    expect(entriesOf(index('http://a/1.xml'), length)).toEqual([{ kind: 'sitemap', url: 'http://a/1.xml' }])
  })

  test.each([
    ['a tag without end', `<urlset><url ${'x'.repeat(3_000_000)}`],
    ['tags without end', '<url'.repeat(500_000)],
    ['a comment without end', `<!--${' -'.repeat(1_500_000)}`],
    ['nothing but openings', '<'.repeat(2_000_000)],
    ['a url without end', `<urlset><url><loc>${'x'.repeat(3_000_000)}</loc></url></urlset>`],
    ['elements without end', '<urlset>'.repeat(300_000)],
  ])('gets over %s', (_name, text) => {
    const start = process.cpuUsage()
    expect(entriesOf(text, 65_536)).toEqual([])
    expect(process.cpuUsage(start).user / 1000).toBeLessThan(1000)
  })

  test('knows gzip by its first bytes, and a text by its missing tags', async () => {
    expect(await read(gzipSync(urlset('http://a/', 'http://b/')))).toEqual(['http://a/', 'http://b/'])
    expect(await read('http://a/\r\nno url\n\nhttps://b/')).toEqual(['http://a/', 'https://b/'])
    expect(await read(gzipSync('http://a/\n'))).toEqual(['http://a/'])
    expect(await read('\ufeff' + urlset('http://a/'))).toEqual(['http://a/'])
  })

  test('takes gzip that ends in line breaks', async () => {
    const cuts: string[] = []
    const packed = Buffer.concat([gzipSync(urlset('http://a/')), Buffer.from('\n\n')])
    expect([await read(packed, plenty, cuts), cuts]).toEqual([['http://a/'], []])
  })

  test('knows gzip also where its first bytes come one by one', async () => {
    expect(await read(gzipSync('http://a/'), plenty, [], 1)).toEqual(['http://a/'])
    expect(await read('h', plenty, [], 1)).toEqual([])
    expect(await read('')).toEqual([])
  })

  test('reads no more than it may, bytes as unpacked and urls, and says so', async () => {
    const cuts: string[] = []
    const many = urlset(...Array.from({ length: 5000 }, (_, n) => `http://a/${n}`))
    expect(await read(many, { ...plenty, maxUrls: 10 }, cuts)).toHaveLength(10)
    expect((await read(gzipSync(many), { ...plenty, maxBytes: 100_000 }, cuts)).length).toBeLessThan(1700)
    const spaces = gzipSync(Buffer.alloc(50_000_000, ' '))
    expect(await read(spaces, { ...plenty, maxBytes: 1_000_000 }, cuts)).toEqual([])
    expect(cuts).toEqual(['maxUrls', 'maxBytes', 'maxBytes'])
    expect(await read(many, { maxBytes: Buffer.byteLength(many), maxUrls: 5000 }, cuts)).toHaveLength(5000)
    expect(cuts).toHaveLength(3)
  })

  test('gives what stands before the break of a file, and says so', async () => {
    const cuts: string[] = []
    const packed = gzipSync(urlset(...Array.from({ length: 20_000 }, (_, n) => `http://a/${n}-${n * 7919}`)))
    const found = await read(packed.subarray(0, packed.length / 2), plenty, cuts)
    expect(found.length).toBeGreaterThan(1000)
    expect(cuts).toEqual(['corrupt'])
  })
})

describe('the sitemaps of a site', () => {
  const urlsOf = async (
    files: Record<string, string | Buffer>,
    { asked = [], told = [], most = Infinity }: { asked?: string[]; told?: string[]; most?: number } = {},
  ) => {
    const urls: string[] = []
    await readSitemaps(['http://a'], {
      async fetch(url, _signal, read) {
        asked.push(url)
        const body = files[url]
        if (body === undefined) return { status: 404 }
        await read(bytesOf(body))
        if (body === 'breaks') throw new RiptideError('FETCH_FAILED', 'the connection broke')
        return { status: 200 }
      },
      clock: systemClock,
      signal: new AbortController().signal,
      take: (url) => urls.push(url) < most,
      warn: (text) => void told.push(text),
    })
    return urls
  }

  test('are those that robots.txt names, and the usual one', async () => {
    const files = {
      'http://a/robots.txt': 'User-agent: *\nSitemap: http://a/one.xml\nsitemap : http://a/two.txt\n',
      'http://a/one.xml': urlset('http://a/1'),
      'http://a/two.txt': 'http://a/2',
      'http://a/sitemap.xml': urlset('http://a/3'),
    }
    expect(await urlsOf(files)).toEqual(['http://a/1', 'http://a/2', 'http://a/3'])
  })

  test('are not those that a robots.txt names beyond what counts, nor one whose line is cut there', async () => {
    const asked: string[] = []
    const line = 'Sitemap: http://a/one'
    const filling = `#${'-'.repeat(500 * 1024 - line.length - 2)}\n`
    const files = { 'http://a/robots.txt': `${filling}${line}.xml\nSitemap: http://a/two.xml\n` }
    await urlsOf(files, { asked })
    expect(asked).toEqual(['http://a/robots.txt', 'http://a/sitemap.xml'])
  })

  test('may be indexes of each other, which are read once and to a depth', async () => {
    const files: Record<string, string> = {
      'http://a/sitemap.xml': index('http://a/0.xml', 'http://b/x.xml'),
    }
    for (let n = 0; n < 9; n++) {
      files[`http://a/${n}.xml`] = index(
        'http://a/sitemap.xml',
        `http://a/${n + 1}.xml`,
        `http://a/${n}p.xml`,
      )
      files[`http://a/${n}p.xml`] = urlset(`http://a/page${n}`)
    }
    const [asked, told]: [string[], string[]] = [[], []]
    expect(await urlsOf(files, { asked, told })).toEqual(['http://a/page0', 'http://a/page1'])
    expect(new Set(asked).size).toBe(asked.length)
    expect(asked).not.toContain('http://b/x.xml')
    expect(told.filter((text) => text.includes('deeper'))).toHaveLength(2)
  })

  test('are asked for as long as urls are taken', async () => {
    const asked: string[] = []
    const files = {
      'http://a/robots.txt': 'Sitemap: http://a/one.xml',
      'http://a/one.xml': urlset('http://a/1', 'http://a/2', 'http://a/3'),
      'http://a/sitemap.xml': urlset('http://a/4'),
    }
    expect(await urlsOf(files, { asked, most: 2 })).toEqual(['http://a/1', 'http://a/2'])
    expect(asked).not.toContain('http://a/sitemap.xml')
  })

  test('that are missing or break are told, but for one that nobody named', async () => {
    const told: string[] = []
    const files = {
      'http://a/robots.txt': 'Sitemap: http://u:secret@a/gone.xml?x=1\nSitemap: http://a/breaks.txt',
      'http://a/breaks.txt': 'breaks',
    }
    expect(await urlsOf(files, { told })).toEqual([])
    expect(told).toEqual([
      'http://a/gone.xml?x=1 could not be read: its status is 404',
      'http://a/breaks.txt could not be read, or not to its end: FETCH_FAILED',
    ])
  })

  test('are 200 at most, which is told once', async () => {
    const told: string[] = []
    const all = index(...Array.from({ length: 300 }, (_, n) => `http://a/${n}.xml`))
    const empty = Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`http://a/${n}.xml`, urlset()]))
    const asked: string[] = []
    await urlsOf({ ...empty, 'http://a/sitemap.xml': all }, { asked, told })
    // And robots.txt.
    expect(asked).toHaveLength(201)
    expect(told).toEqual(['only the first 200 sitemaps were read'])
  })
})
