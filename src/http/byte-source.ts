import type { Clock } from '../core/clock.js'
import { RiptideError } from '../core/errors.js'

/** Where the bytes of a body come from. */
export interface ByteSource {
  /** Lets them flow into `sink`, never before it has returned; the answer stops the flow and leaves nothing behind. */
  flow(sink: ByteSink): () => void
}

export interface ByteSink {
  chunk(bytes: Uint8Array): void
  end(): void
  fail(cause: unknown): void
}

export interface BodyLimits {
  readonly limitBytes: number
  readonly timeoutMs: number
  readonly clock: Clock
}

/**
 * All bytes of a body, at most `limitBytes` of them within `timeoutMs`: BODY_TOO_LARGE, BODY_TIMEOUT, or ABORTED when the
 * client went away. Settles in any case, and then reads no further.
 */
export function collect(source: ByteSource, limits: BodyLimits): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const parts: Uint8Array[] = []
    let size = 0
    let settled = false
    const settle = (act: () => void): void => {
      if (settled) return
      settled = true
      cancel()
      stop()
      act()
    }
    const cancel = limits.clock.after(limits.timeoutMs, () => settle(() => reject(tooSlow(limits.timeoutMs))))
    const stop = source.flow({
      chunk(bytes) {
        size += bytes.byteLength
        if (size > limits.limitBytes) settle(() => reject(tooLarge(limits.limitBytes)))
        else parts.push(bytes)
      },
      end: () => settle(() => resolve(joined(parts, size))),
      fail: (cause) =>
        settle(() => reject(new RiptideError('ABORTED', 'the body ended before it was whole', { cause }))),
    })
  })
}

/** The refusal of a body that is, or says it is, longer than allowed. */
export function tooLarge(limit: number): RiptideError {
  return new RiptideError('BODY_TOO_LARGE', `the body may have at most ${limit} bytes`, { facts: { limit } })
}

// -------------------------------------------------------------------------------------------------------------------

function tooSlow(timeoutMs: number): RiptideError {
  return new RiptideError('BODY_TIMEOUT', `the body did not arrive within ${timeoutMs} ms`, {
    retryable: true,
  })
}

function joined(parts: readonly Uint8Array[], size: number): Uint8Array {
  const only = parts[0]
  if (only && parts.length === 1) return only
  const whole = new Uint8Array(size)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.byteLength
  }
  return whole
}
