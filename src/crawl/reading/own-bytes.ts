/**
 * Bytes as they can be given to a thread: moved where they fill their buffer alone, else copied. A buffer of Node's pool
 * holds what others wrote too, and cannot be moved.
 */
export function ownBytes(bytes: Uint8Array): { bytes: Uint8Array; transfer: ArrayBuffer[] } {
  const { buffer } = bytes
  if (
    buffer instanceof ArrayBuffer &&
    buffer.byteLength === bytes.byteLength &&
    bytes.byteLength > Buffer.poolSize
  )
    return { bytes: new Uint8Array(buffer), transfer: [buffer] }
  const copy = new Uint8Array(bytes)
  return { bytes: copy, transfer: [copy.buffer] }
}
