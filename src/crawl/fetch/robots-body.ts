import { ByteCollector } from './byte-collector.js'
import { decodeHtml } from './charset.js'
import type { BodyReader } from './response-body.js'

/** So much of a robots.txt counts: 500 KiB, the least that RFC 9309 (2.5) has a crawler read. */
export const mostRobotsBytes = 500 * 1024

/** Takes a robots.txt as it comes, and leaves the rest with its server once it has what counts. */
export class RobotsBody {
  readonly #collector = new ByteCollector()

  /** One byte more than counts: it tells that there is more. */
  readonly read: BodyReader = async (chunks) => {
    for await (const chunk of chunks) {
      this.#collector.add(chunk.subarray(0, mostRobotsBytes + 1 - this.#collector.size))
      if (this.#collector.size > mostRobotsBytes) return
    }
  }

  /** What was taken. */
  bytes(): Uint8Array {
    return this.#collector.bytes()
  }
}

/** The text of a robots.txt, as UTF-8, which RFC 9309 prescribes; of one that is too long the whole lines that count. */
export function robotsTextOf(body: Uint8Array): string {
  return decodeHtml(wholeLines(body), 'text/plain; charset=utf-8').text
}

// -------------------------------------------------------------------------------------------------------------------

/** A line that the limit cuts in two would say something else: `Disallow: /` of `Disallow: /private/`. */
function wholeLines(body: Uint8Array): Uint8Array {
  if (body.byteLength <= mostRobotsBytes) return body
  const head = body.subarray(0, mostRobotsBytes + 1)
  return body.subarray(0, Math.max(head.lastIndexOf(0x0a), head.lastIndexOf(0x0d), 0))
}
