import type { Dispatcher } from 'undici'
import type { Clock } from '../../core/clock.js'

const mostBytes = 64 * 1024
const longestMs = 1_000

/**
 * Waits for the end of a body that nobody wants, so that its connection can serve again: for 64 KiB of it and a second at most,
 * then it is cut off. Answers how many bytes came. What is wrong with the body changes nothing: the head has said all.
 */
export async function dropBody(body: Dispatcher.ResponseData['body'], clock: Clock): Promise<number> {
  let bytes = 0
  const stopTimer = clock.after(longestMs, () => body.destroy())
  body.on('error', () => undefined)
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      bytes += chunk.byteLength
      if (bytes > mostBytes) break
    }
  } catch {
    body.destroy()
  } finally {
    stopTimer()
  }
  return bytes
}
