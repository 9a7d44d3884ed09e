import assert from 'node:assert/strict'
import { systemClock } from '../../core/clock.js'

/** How long a case waits, in real time, for what may come late. */
const patienceMs = 3_000

/** Resolves when `check` holds, with `again` tried in between; fails the case when that takes too long. */
export async function comeToPass(
  what: string,
  check: () => boolean,
  again: () => Promise<unknown>,
): Promise<void> {
  const deadline = systemClock.monotonic() + patienceMs
  while (!check()) {
    if (systemClock.monotonic() > deadline) assert.fail(`${what} has not come to pass in ${patienceMs} ms`)
    await again()
    if (!check()) await systemClock.sleep(5)
  }
}

/** Waits, in real time and not for long, until `check` holds. */
export async function soon(check: () => boolean): Promise<void> {
  const deadline = systemClock.monotonic() + patienceMs / 10
  while (!check() && systemClock.monotonic() < deadline) await systemClock.sleep(2)
}
