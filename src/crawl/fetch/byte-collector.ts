const firstBlock = 16 * 1024
const largestBlock = 1024 * 1024

/**
 * Gathers chunks into blocks of its own. A list of the chunks themselves would hold a hundred bytes of bookkeeping for
 * each, and a server decides how many there are: ten megabytes sent one byte at a time would take a gigabyte.
 */
export class ByteCollector {
  readonly #full: Buffer[] = []
  #block: Buffer
  #used = 0
  #size = 0

  /** `expected` is a hint, such as Content-Length; it is trusted for one block at most. */
  constructor(expected = firstBlock) {
    this.#block = Buffer.allocUnsafeSlow(Math.min(Math.max(expected, 1), largestBlock))
  }

  /** How many bytes there are. */
  get size(): number {
    return this.#size
  }

  add(chunk: Uint8Array): void {
    this.#size += chunk.byteLength
    let left = chunk
    while (left.byteLength > 0) {
      if (this.#used === this.#block.byteLength) this.#grow()
      const part = left.subarray(0, this.#block.byteLength - this.#used)
      this.#block.set(part, this.#used)
      this.#used += part.byteLength
      left = left.subarray(part.byteLength)
    }
  }

  /** All bytes so far, in one piece. */
  bytes(): Uint8Array {
    const last = this.#block.subarray(0, this.#used)
    return this.#full.length === 0 ? last : Buffer.concat([...this.#full, last], this.#size)
  }

  // -----------------------------------------------------------------------------------------------------------------

  #grow(): void {
    this.#full.push(this.#block)
    this.#block = Buffer.allocUnsafeSlow(
      Math.min(Math.max(this.#block.byteLength * 2, firstBlock), largestBlock),
    )
    this.#used = 0
  }
}
