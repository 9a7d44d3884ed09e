import { isRiptideError } from '../../src/core/errors.js'
import type { JobSpec } from '../../src/index.js'
import type { Fleet, Producer } from './fleet.js'

/** Submits jobs until one is refused. */
export async function fill(fleet: Fleet, producer: Producer): Promise<void> {
  for (let i = 0; i < 1000; i++) if (await isFull(fleet.submit(producer, [big('full')]))) return
  throw new Error('a thousand jobs of 50 kB found room where there is little')
}

/** Whether the store had no room. */
export async function isFull(call: Promise<unknown>): Promise<boolean> {
  try {
    await call
    return false
  } catch (error) {
    if (isRiptideError(error) && error.code === 'STORE_FULL' && error.retryable) return true
    throw error
  }
}

/** A job of 50 kB. */
export function big(filler: string): JobSpec {
  return { type: 'work', payload: { ms: 50, filler: filler.padEnd(50_000, '.') } }
}
