/** Whether bytes begin as a PDF does (WHATWG MIME sniffing, 6.1): by their first five, whatever the Content-Type says. */
export function isPdf(body: Uint8Array): boolean {
  return mark.every((byte, i) => body[i] === byte)
}

/** Whether a reader of PDF would open them: as they all do, it looks for the mark in the first 1024 bytes. */
export function opensAsPdf(body: Uint8Array): boolean {
  const head = body.subarray(0, 1024)
  return Buffer.from(head.buffer, head.byteOffset, head.byteLength).includes(Buffer.from(mark))
}

// -------------------------------------------------------------------------------------------------------------------

/** `%PDF-` */
const mark = [0x25, 0x50, 0x44, 0x46, 0x2d]
