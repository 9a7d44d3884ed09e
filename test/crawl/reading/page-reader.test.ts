import { readFileSync, readdirSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import type { Logger } from '../../../src/core/logger.js'
import { silentLogger } from '../../../src/core/logger.js'
import type { FetchedPage } from '../../../src/crawl/fetch/fetch-page.js'
import type { PageReader } from '../../../src/crawl/reading/page-reader-pool.js'
import { FakeClock } from '../../../src/testing/fake-clock.js'
import { article, fetched, oddThread, readerFor } from './reading-stage.js'

const readers: PageReader[] = []
const kept = (reader: PageReader): PageReader => {
  readers.push(reader)
  return reader
}
const { signal } = new AbortController()

afterEach(async () => {
  await Promise.all(readers.splice(0).map((reader) => reader.close()))
})

describe('a thread', () => {
  test.each<[string, () => FetchedPage, 'document' | 'html']>([
    ['an article', () => fetched(article(40_000)), 'document'],
    ['its html', () => fetched(article(40_000)), 'html'],
    [
      'a page in Shift_JIS',
      () => fetched(shiftJis, { contentType: 'text/html; charset=shift_jis' }),
      'document',
    ],
    ['plain text', () => fetched('```\nplain', { contentType: 'text/plain' }), 'document'],
    ['Markdown', () => fetched('# Title', { contentType: 'text/markdown' }), 'document'],
    ['JSON', () => fetched('{"a":1}', { contentType: 'application/json' }), 'document'],
    ['nothing', () => fetched(''), 'document'],
    ['a status that is an error', () => fetched('<p>no', { status: 404 }), 'document'],
    ['a picture', () => fetched('GIF89a', { contentType: 'image/gif' }), 'document'],
  ])('says the same of %s as the process itself', async (_, page, reading) => {
    const here = await kept(readerFor({ isolation: 'inline' })).read(page(), reading, signal)
    const there = await kept(readerFor({ isolation: 'thread' })).read(page(), reading, signal)
    expect(there).toMatchObject(here)
    expect(JSON.parse(JSON.stringify(there))).toEqual(JSON.parse(JSON.stringify(here)))
  })

  test('reads the large pages alone, unless all are asked for', async () => {
    const auto = kept(readerFor({ threadUrl: oddThread }))
    const small = await auto.read(fetched(article(1000)), 'document', signal)
    const large = await auto.read(fetched(article(300_000)), 'document', signal)
    expect([small.encoding, large.encoding]).toEqual(['utf-8', 'read 1 of this thread'])
    const all = kept(readerFor({ threadUrl: oddThread, isolation: 'thread' }))
    expect((await all.read(fetched('<p>tiny'), 'document', signal)).encoding).toBe('read 1 of this thread')
  })

  test('leaves the event loop to the app while it reads', async () => {
    const reader = kept(readerFor({}))
    await reader.read(fetched(article(300_000)), 'document', signal)
    // Turns that the app takes a millisecond apart: one that spins would take the time from the thread, which gives way to it.
    let turns = 0
    const ticking = setInterval(() => turns++, 1)
    const visit = await reader.read(fetched(article(3_000_000)), 'document', signal).finally(() => {
      clearInterval(ticking)
    })
    expect(visit.document?.title).toBe('Evening')
    expect(turns).toBeGreaterThan(20)
  })

  // Elsewhere a priority is that of a process.
  test.runIf(process.platform === 'linux')('gives way to the app, whose own priority stays', async () => {
    const [own] = niceOfThreads().filter(({ id }) => id === process.pid)
    const reader = kept(readerFor({ isolation: 'thread', maxThreads: 1 }))
    await reader.read(fetched('<p>text'), 'document', signal)
    const nice = new Map(niceOfThreads().map((one) => [one.id, one.nice]))
    expect(nice.get(process.pid)).toBe(own?.nice)
    expect([...nice.values()]).toContain(Math.min((own?.nice ?? 0) + 5, 19))
  })

  test("gets the bytes moved, and a copy of those in Node's own pool", async () => {
    const reader = kept(readerFor({ threadUrl: oddThread, isolation: 'thread' }))
    const page = fetched(article(100_000))
    const size = page.body.byteLength
    expect(await reader.read(page, 'html', signal)).toMatchObject({ html: `${size} bytes` })
    expect(page.body.byteLength).toBe(0)
    const pooled = Buffer.from('<p>pooled')
    expect(await reader.read({ ...page, body: pooled }, 'html', signal)).toMatchObject({ html: '9 bytes' })
    expect(pooled.toString()).toBe('<p>pooled')
  })

  test.each([
    ['hangs', { readTimeoutMs: 200 }, 'took longer than 200 ms'],
    ['ends', {}, 'exited with code: 3'],
    ['throws', {}, 'Maximum call stack size exceeded'],
    ['hoards', { readHeapMb: 32 }, 'needed more than 32 MB'],
  ])('that %s costs its page, and no other', async (host, limits, why) => {
    const crawl = { threadUrl: oddThread, isolation: 'thread', maxThreads: 2, ...limits } as const
    const reader = kept(readerFor(crawl))
    const urls = ['https://well/1', `https://${host}/`, 'https://well/2', 'https://well/3', 'https://well/4']
    const visits = await Promise.all(
      urls.map((finalUrl) => reader.read(fetched('<p>text', { finalUrl }), 'html', signal)),
    )
    expect(visits.map(({ failure }) => failure?.code)).toEqual([
      undefined,
      'EXTRACTION_FAILED',
      undefined,
      undefined,
      undefined,
    ])
    expect(visits[1]).toMatchObject({ status: 200, finalUrl: `https://${host}/`, html: null })
    expect(visits[1]?.failure?.message).toContain(why)
  })

  test('that is waited for costs a page none of its time', async () => {
    const reader = kept(readerFor({ threadUrl: oddThread, isolation: 'thread', maxThreads: 1 }))
    const pauses = { begun: 0, ended: 0 }
    const deadline = {
      pause: () => {
        pauses.begun++
        let isOver = false
        return () => {
          if (!isOver) pauses.ended++
          isOver = true
        }
      },
    }
    const gaveUp = new AbortController()
    const hanging = reader.read(
      fetched('<p>', { finalUrl: 'https://hangs/' }),
      'html',
      gaveUp.signal,
      deadline,
    )
    const next = reader.read(fetched('<p>', { finalUrl: 'https://well/' }), 'html', signal, deadline)
    await expect.poll(() => pauses.ended).toBe(1)
    gaveUp.abort(new Error('enough'))
    await expect(hanging).rejects.toThrow()
    await next
    expect(pauses).toEqual({ begun: 2, ended: 2 })
  })

  test('is ended with the page that it reads when nobody waits for that any more', async () => {
    const reader = kept(readerFor({ threadUrl: oddThread, isolation: 'thread', maxThreads: 1 }))
    const gaveUp = new AbortController()
    const hanging = reader.read(fetched('<p>', { finalUrl: 'https://hangs/' }), 'html', gaveUp.signal)
    const next = reader.read(fetched('<p>', { finalUrl: 'https://well/' }), 'html', signal)
    const reason = new Error('enough')
    gaveUp.abort(reason)
    await expect(hanging).rejects.toThrow()
    expect(await next).toMatchObject({ html: '3 bytes', failure: null })
  })

  test('is ended when nothing was asked of it for half a minute, and started again', async () => {
    const clock = new FakeClock()
    const reader = kept(readerFor({ threadUrl: oddThread, isolation: 'thread' }, { clock }))
    const read = async (): Promise<string | null> =>
      (await reader.read(fetched('<p>text'), 'html', signal)).encoding
    expect([await read(), await read()]).toEqual(['read 1 of this thread', 'read 2 of this thread'])
    await clock.advance(30_000)
    expect(await read()).toBe('read 1 of this thread')
  })
})

describe('where no thread can be started', () => {
  const threadUrl = new URL('no-such-thread.js', import.meta.url).href

  test('large pages are read in the process, and the log says so once', async () => {
    const lines: string[] = []
    const logger: Logger = { ...silentLogger, warn: (line) => lines.push(line) }
    const reader = kept(readerFor({ threadUrl }, { logger }))
    for (let i = 0; i < 2; i++) {
      const visit = await reader.read(fetched(article(300_000)), 'document', signal)
      expect(visit.document?.title).toBe('Evening')
    }
    expect(lines).toEqual([expect.stringContaining('riptide-workers/crawl/thread')])
  })

  test('pages that must be read in one say what is missing', async () => {
    const reader = kept(readerFor({ threadUrl, isolation: 'thread' }))
    const visit = await reader.read(fetched('<p>text'), 'document', signal)
    expect(visit.failure).toMatchObject({ code: 'CONFIG_INVALID', path: '/crawl/threadUrl' })
  })
})

test('a PDF is no page, whatever the server calls it, and its error names the job that reads one', async () => {
  const reader = kept(readerFor({}))
  for (const contentType of ['application/pdf', 'text/html', null]) {
    const { failure } = await reader.read(fetched('%PDF-1.7 ...', { contentType }), 'document', signal)
    expect(failure).toMatchObject({ code: 'CONTENT_TYPE_UNSUPPORTED' })
    expect(failure?.message).toContain('pdf_extraction')
  }
})

/** 港 (harbour) and some markup. */
const shiftJis = Buffer.concat([
  Buffer.from('<title>'),
  Buffer.from([0x8d, 0x60]),
  Buffer.from('</title><p>x'),
])

/** Of each thread of this process: the 19th field of proc(5), counted from behind its name, which may hold spaces. */
function niceOfThreads(): { id: number; nice: number }[] {
  return readdirSync('/proc/self/task').map((id) => {
    const stat = readFileSync(`/proc/self/task/${id}/stat`, 'latin1')
    return { id: Number(id), nice: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]) }
  })
}
