import type { Chunks } from './content-coding.js'

/** Held back until it is known whether more comes: no more than this, or who sends nothing else would fill the memory. */
const mostHeld = 4096

/**
 * A gzip file ends in the size of what it holds, the highest byte last: below this it is one of less than 150 MB, and a blank
 * behind it is none of that number.
 */
const firstBlank = 0x09

/**
 * A gzip file without the spaces and line breaks at its end, which templates and scripts leave there. Browsers pass over them;
 * Node's zlib takes them for the beginning of another member, and throws away with it what it has just unpacked.
 */
export async function* withoutBlankEnd(encoded: Chunks): Chunks {
  let held: Uint8Array[] = []
  let heldBytes = 0
  let lastByte = 0
  for await (const chunk of encoded) {
    const end = endOf(chunk)
    if (end > 0 || heldBytes > mostHeld) {
      yield* held
      held = []
      heldBytes = 0
    }
    if (end > 0) {
      lastByte = chunk[end - 1] ?? 0
      yield chunk.subarray(0, end)
    }
    if (end === chunk.byteLength) continue
    held.push(chunk.subarray(end))
    heldBytes += chunk.byteLength - end
  }
  if (lastByte >= firstBlank) yield* held
}

// -------------------------------------------------------------------------------------------------------------------

/** Where the blanks at the end of a chunk begin. */
function endOf(chunk: Uint8Array): number {
  let end = chunk.byteLength
  while (end > 0 && isBlank(chunk[end - 1])) end--
  return end
}

function isBlank(byte: number | undefined): boolean {
  return byte === firstBlank || byte === 0x0a || byte === 0x0d || byte === 0x20
}
