/** Cuts a stream of Redis' protocol (version 2) into its messages, each as the bytes it came in. */
export class Frames {
  #rest: Buffer = Buffer.alloc(0)

  /** The messages that are whole with these bytes. */
  take(data: Buffer): Buffer[] {
    const all = this.#rest.length === 0 ? data : Buffer.concat([this.#rest, data])
    const whole: Buffer[] = []
    let from = 0
    for (let end = endOf(all, 0); end > from; end = endOf(all, from)) {
      whole.push(all.subarray(from, end))
      from = end
    }
    this.#rest = all.subarray(from)
    return whole
  }
}

// -------------------------------------------------------------------------------------------------------------------

/** Where the message that begins at `from` ends; -1 when it is not whole. */
function endOf(bytes: Buffer, from: number): number {
  const eol = bytes.indexOf('\r\n', from)
  if (eol < 0) return -1
  const kind = String.fromCharCode(bytes[from] ?? 0)
  if (kind !== '$' && kind !== '*') return eol + 2
  const length = Number(bytes.toString('latin1', from + 1, eol))
  if (length < 0) return eol + 2
  if (kind === '$') return eol + 4 + length <= bytes.length ? eol + 4 + length : -1
  let at = eol + 2
  for (let i = 0; i < length && at >= 0; i++) at = at < bytes.length ? endOf(bytes, at) : -1
  return at
}
