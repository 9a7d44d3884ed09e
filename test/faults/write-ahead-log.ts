/** What is in a write-ahead log of SQLite: https://www.sqlite.org/fileformat2.html#the_write_ahead_log */
export interface WriteAheadLog {
  /** Where each transaction ends that is whole in it, in bytes. */
  readonly commits: readonly number[]
}

const headerBytes = 32
const frameHeaderBytes = 24

/** Reads a log as SQLite would after a crash: up to the first frame that is not of this log, or was not written whole. */
export function readLog(bytes: Buffer): WriteAheadLog {
  if (bytes.length < headerBytes) return { commits: [] }
  const frameBytes = frameHeaderBytes + bytes.readUInt32BE(8)
  const salts = bytes.subarray(16, 24)
  const sum = new Checksum((bytes.readUInt32BE(0) & 1) === 1)
  sum.add(bytes.subarray(0, 24))
  const commits: number[] = []
  for (let at = headerBytes; at + frameBytes <= bytes.length; at += frameBytes) {
    const frame = bytes.subarray(at, at + frameBytes)
    sum.add(frame.subarray(0, 8))
    sum.add(frame.subarray(frameHeaderBytes))
    if (!frame.subarray(8, 16).equals(salts) || !sum.is(frame.subarray(16, 24))) break
    // The size of the database stands only in the last frame of a transaction.
    if (frame.readUInt32BE(4) > 0) commits.push(at + frameBytes)
  }
  return { commits }
}

// -------------------------------------------------------------------------------------------------------------------

/** Over all that has been added, in the order of bytes that the log names. */
class Checksum {
  readonly #isBigEndian: boolean
  #first = 0
  #second = 0

  constructor(isBigEndian: boolean) {
    this.#isBigEndian = isBigEndian
  }

  add(bytes: Buffer): void {
    const word = (at: number): number => (this.#isBigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at))
    for (let at = 0; at < bytes.length; at += 8) {
      this.#first = (this.#first + word(at) + this.#second) >>> 0
      this.#second = (this.#second + word(at + 4) + this.#first) >>> 0
    }
  }

  is(bytes: Buffer): boolean {
    return bytes.readUInt32BE(0) === this.#first && bytes.readUInt32BE(4) === this.#second
  }
}
