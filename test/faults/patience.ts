import { setTimeout as pause } from 'node:timers/promises'
import { type RiptideError, isRiptideError } from '../../src/core/errors.js'

/** Asks until the answer is yes. What it waits for is named by `what`: it stands in the error when time is up. */
export async function until(
  what: string,
  check: () => boolean | Promise<boolean>,
  withinMs = 20_000,
): Promise<void> {
  const end = performance.now() + withinMs
  while (!(await check())) {
    if (performance.now() > end) throw new Error(`not within ${withinMs} ms: ${what}`)
    await pause(20)
  }
}

/** The answers of promises of the library, which none may leave hanging: errors are answers too. */
export async function settled<T>(
  promises: readonly Promise<T>[],
  withinMs = 30_000,
): Promise<PromiseSettledResult<T>[]> {
  let open = promises.length
  for (const one of promises) void one.catch(() => undefined).finally(() => open--)
  await until(`${promises.length} promises settle`, () => open === 0, withinMs)
  return Promise.allSettled(promises)
}

/** What a call answers, unless it fails in a way that passes; any other failure is thrown. */
export async function answerOf<T>(
  call: Promise<T>,
): Promise<{ readonly answer: T } | { readonly error: RiptideError }> {
  try {
    return { answer: await call }
  } catch (error) {
    if (isRiptideError(error) && error.retryable) return { error }
    throw error
  }
}

/** Numbers from 0 to 1 that a seed decides; the seed stands in the name of the test. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
