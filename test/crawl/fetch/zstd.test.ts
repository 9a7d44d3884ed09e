import * as zlib from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { isRiptideError } from '../../../src/core/errors.js'
import type { FetchedPage } from '../../../src/crawl/fetch/fetch-page.js'
import { failure, get } from './fetching.js'
import { startSite } from './local-site.js'

/** Node has zstd from 22.15 on; both kinds of Node are what they should be. */
const hasZstd = 'createZstdDecompress' in zlib

const plain = 'a page that is worth its bytes; '.repeat(2000)
/** Made of it by Node 22. */
const packed = Buffer.from(
  'KLUv/WAA+VUBAAQCYSBwYWdlIHRoYXQgaXMgd29ydGggaXRzIGJ5dGVzOyABAOjOD109AQ==',
  'base64',
)
/** A frame without content that asks for a window of so many bytes, as a power of two. */
const frame = (windowLog: number) => Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, (windowLog - 10) << 3, 1, 0, 0])

const fetchOf = (body: Buffer, encoding = 'zstd') =>
  startSite((_, response) => response.writeHead(200, { 'content-encoding': encoding }).end(body)).then(
    (site) => ({
      site,
      page: get(site.origin),
    }),
  )

const outcomeOf = <T>(page: Promise<FetchedPage>, read: (body: Uint8Array) => T) =>
  page.then(
    ({ body }) => read(body),
    (error: unknown) => (isRiptideError(error) ? error.code : error),
  )

describe('zstd', () => {
  test('is asked for where Node can undo it, and only there', async () => {
    const { site, page } = await fetchOf(packed)
    await page.catch(() => undefined)
    const accepted = site.received[0]?.headers['accept-encoding']
    expect(accepted).toBe(hasZstd ? 'gzip, deflate, br, zstd' : 'gzip, deflate, br')
  })

  test('is undone there, and ENCODING_UNSUPPORTED elsewhere', async () => {
    const { page } = await fetchOf(packed)
    const outcome = await outcomeOf(page, (body) => Buffer.from(body).toString())
    expect(outcome).toBe(hasZstd ? plain : 'ENCODING_UNSUPPORTED')
  })

  test('is undone beneath another coding too', async () => {
    const { page } = await fetchOf(zlib.gzipSync(packed), 'zstd, gzip')
    const outcome = await outcomeOf(page, (body) => Buffer.from(body).toString())
    expect(outcome).toBe(hasZstd ? plain : 'ENCODING_UNSUPPORTED')
  })

  test('may ask for 8 MiB of memory, and no more', async () => {
    const most = await fetchOf(frame(23))
    const outcome = await outcomeOf(most.page, (body) => body.byteLength)
    expect(outcome).toBe(hasZstd ? 0 : 'ENCODING_UNSUPPORTED')
    const more = await fetchOf(frame(27))
    expect((await failure(more.page)).code).toBe(hasZstd ? 'RESPONSE_CORRUPT' : 'ENCODING_UNSUPPORTED')
  })

  test('that is none is an error', async () => {
    const { page } = await fetchOf(Buffer.from(plain))
    expect((await failure(page)).code).toBe(hasZstd ? 'RESPONSE_CORRUPT' : 'ENCODING_UNSUPPORTED')
  })
})
