import { type Clock, nextTurn } from '../../core/clock.js'
import { isRiptideError } from '../../core/errors.js'
import { type Chunks, decodersOf } from '../fetch/content-coding.js'
import { type SitemapEntry, SitemapTokens } from './sitemap-tokens.js'

/** How much of one sitemap is read; what is beyond is left out. */
export interface SitemapLimits {
  /** As unpacked. */
  readonly maxBytes: number
  readonly maxUrls: number
}

/** Why a sitemap was not read to its end: one of its limits, or it is not valid gzip from there on. */
export type SitemapCut = 'maxBytes' | 'maxUrls' | 'corrupt'

/** Bytes that are read in one turn of the event loop. */
const pieceBytes = 65_536

/**
 * The addresses in a sitemap, read piece by piece as it comes: XML, or text with one url a line; either of them as gzip, which
 * its first bytes tell. A file that is too large or broken gives what stands before that, and `onCut` is called.
 */
export async function* readSitemap(
  body: Chunks,
  limits: SitemapLimits,
  clock: Clock,
  onCut: (why: SitemapCut) => void = () => undefined,
): AsyncGenerator<SitemapEntry> {
  const tokens = new SitemapTokens()
  const lines = new UrlLines()
  const decoder = new TextDecoder()
  let read: { write(piece: string): SitemapEntry[] } | undefined
  let count = 0
  for await (const bytes of cutAt(limits.maxBytes, unpacked(body, onCut), onCut)) {
    const text = decoder.decode(bytes, { stream: true })
    read ??= /^\s*</.test(text) ? tokens : lines
    for (const entry of read.write(text)) {
      if (count++ >= limits.maxUrls) return onCut('maxUrls')
      yield entry
    }
    await nextTurn(clock)
  }
  if (read === lines && count < limits.maxUrls) yield* lines.write('\n')
}

// -------------------------------------------------------------------------------------------------------------------

/** A text with one url a line. */
class UrlLines {
  #rest = ''

  write(piece: string): SitemapEntry[] {
    const lines = (this.#rest + piece).split(/[\r\n]+/)
    this.#rest = (lines.pop() ?? '').slice(0, pieceBytes)
    return lines
      .map((line) => line.trim())
      .filter((line) => /^https?:\/\//i.test(line))
      .map((url) => ({ kind: 'page', url }))
  }
}

async function* unpacked(body: Chunks, onCut: (why: SitemapCut) => void): Chunks {
  const packed = body[Symbol.asyncIterator]()
  const head = await headOf(packed)
  const [unpack] = decodersOf('gzip')
  if (!isGzip(head) || !unpack) {
    yield* joined(head, packed)
    return
  }
  try {
    yield* unpack(joined(head, packed))
  } catch (error) {
    // What came before the break has been read.
    if (!isRiptideError(error) || error.code !== 'RESPONSE_CORRUPT') throw error
    onCut('corrupt')
  }
}

/** As much as tells gzip: two bytes, whatever pieces they come in. */
async function headOf(body: AsyncIterator<Uint8Array, unknown>): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for (let bytes = 0; bytes < 2; bytes += parts.at(-1)?.byteLength ?? 0) {
    const next = await body.next()
    if (next.done === true) break
    parts.push(next.value)
  }
  return Buffer.concat(parts)
}

function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b
}

async function* joined(head: Uint8Array, rest: AsyncIterator<Uint8Array>): Chunks {
  try {
    yield head
    for (;;) {
      const next: IteratorResult<Uint8Array, unknown> = await rest.next()
      if (next.done === true) return
      yield next.value
    }
  } finally {
    await rest.return?.()
  }
}

/** In pieces of a turn each. */
async function* cutAt(maxBytes: number, chunks: Chunks, onCut: (why: SitemapCut) => void): Chunks {
  let left = maxBytes
  for await (const chunk of chunks) {
    const end = Math.min(left, chunk.byteLength)
    for (let at = 0; at < end; at += pieceBytes) yield chunk.subarray(at, Math.min(at + pieceBytes, end))
    if (chunk.byteLength > left) return onCut('maxBytes')
    left -= chunk.byteLength
  }
}
