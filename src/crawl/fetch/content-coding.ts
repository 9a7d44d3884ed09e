import type { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import * as zlib from 'node:zlib'
import { RiptideError, describe } from '../../core/errors.js'
import { withoutBlankEnd } from './blank-end.js'

/** Bytes on their way. */
export type Chunks = AsyncIterable<Uint8Array>

/** One content coding undone. */
export type Decoder = (encoded: Chunks) => Chunks

/** Node has it from 22.15 on. */
const createZstd = (zlib as { readonly createZstdDecompress?: (options: zlib.ZlibOptions) => Transform })
  .createZstdDecompress

/** What we can undo, as `Accept-Encoding` says it. */
export const acceptedCodings = createZstd ? 'gzip, deflate, br, zstd' : 'gzip, deflate, br'

const mostCodings = 3

/** The decoders that undo a Content-Encoding header, in the order of their use; ENCODING_UNSUPPORTED for what is unknown. */
export function decodersOf(header: string | undefined): readonly Decoder[] {
  const codings = (header ?? '')
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity')
  if (codings.length > mostCodings) {
    throw new RiptideError('ENCODING_UNSUPPORTED', `the response is encoded more than ${mostCodings} times`)
  }
  return codings.reverse().map(decoderOf)
}

// -------------------------------------------------------------------------------------------------------------------

/** Four times the usual: each chunk costs a trip to the thread pool. */
const roomy = { chunkSize: 64 * 1024 }

/** ZSTD_d_windowLogMax: a window of 8 MiB, the most that a server may use (RFC 9659, 3). */
const zstdOptions = { ...roomy, params: { 100: 23 } }

function decoderOf(coding: string): Decoder {
  if (coding === 'gzip' || coding === 'x-gzip') return (encoded) => gunzip(withoutBlankEnd(encoded))
  if (coding === 'br') return undoing('br', () => zlib.createBrotliDecompress(roomy))
  if (coding === 'deflate')
    return undoing('deflate', (first) =>
      isZlib(first) ? zlib.createInflate(roomy) : zlib.createInflateRaw(roomy),
    )
  if (coding === 'zstd' && createZstd) return undoing('zstd', () => createZstd(zstdOptions))
  throw new RiptideError(
    'ENCODING_UNSUPPORTED',
    `the response has the unknown content encoding ${describe(coding)}`,
  )
}

const gunzip = undoing('gzip', () => zlib.createGunzip(roomy))

/** The coding is named deflate and means zlib, but some servers send bare deflate: the first byte tells. */
function isZlib(first: Uint8Array): boolean {
  return ((first[0] ?? 0) & 0x0f) === 8
}

/**
 * Undoes one coding as fast as its output is taken and no faster: a bomb stands still while a chunk of it is counted. A body
 * of no bytes is empty, though no coding would have it so.
 */
function undoing(name: string, decoder: (first: Uint8Array) => Transform): Decoder {
  return async function* (encoded) {
    const input = encoded[Symbol.asyncIterator]()
    const first = await firstOf(input)
    if (!first) return
    const transform = decoder(first)
    const source = new Source(first, input)
    // Its failure is the transform's too, and comes out there.
    const pumping = pipeline(source.chunks(), transform).catch(() => undefined)
    let isWhole = false
    try {
      for await (const chunk of transform) yield chunk as Uint8Array
      isWhole = true
    } catch (error) {
      if (source.hasFailed) throw error
      throw new RiptideError('RESPONSE_CORRUPT', `the response is not valid ${name}`, { cause: error })
    } finally {
      transform.destroy()
      // Whoever wants no more must not wait for what a silent server may never send.
      if (isWhole) await pumping
    }
  }
}

async function firstOf(input: AsyncIterator<Uint8Array>): Promise<Uint8Array | undefined> {
  for (;;) {
    const next: IteratorResult<Uint8Array, unknown> = await input.next()
    if (next.done === true) return undefined
    if (next.value.byteLength > 0) return next.value
  }
}

/** What goes into a transform; tells whose failure one was. */
class Source {
  hasFailed = false
  readonly #first: Uint8Array
  readonly #rest: AsyncIterator<Uint8Array>

  constructor(first: Uint8Array, rest: AsyncIterator<Uint8Array>) {
    this.#first = first
    this.#rest = rest
  }

  async *chunks(): Chunks {
    try {
      yield this.#first
      for (;;) {
        const next: IteratorResult<Uint8Array, unknown> = await this.#rest.next()
        if (next.done === true) return
        yield next.value
      }
    } catch (error) {
      this.hasFailed = true
      throw error
    } finally {
      await this.#rest.return?.()
    }
  }
}
