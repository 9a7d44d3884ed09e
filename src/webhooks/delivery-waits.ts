import type { Random } from '../core/random.js'

const second = 1_000
const minute = 60 * second
const hour = 60 * minute

/** The waits of Standard Webhooks, each after one more try that failed: three days and a half in all. */
const waitsMs = [
  5 * second,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  20 * hour,
  24 * hour,
]

/** Tries of one delivery in all. */
export const deliveryAttempts = waitsMs.length + 1

/** Longest wait that a target can ask for. */
export const longestWaitMs = 24 * hour

/** The wait after failure number `failures`, and up to a tenth more: what failed together need not come back together. */
export function deliveryWaitMs(failures: number, random: Random): number {
  const wait = waitsMs[Math.min(failures, waitsMs.length) - 1] ?? longestWaitMs
  return Math.round(wait * (1 + random() / 10))
}

/** The wait of a notice whose store was away: a second at first, five minutes at most. */
export function noticeWaitMs(failures: number, random: Random): number {
  return Math.round(Math.min(second * 2 ** Math.min(failures - 1, 20), 5 * minute) * (1 + random() / 10))
}
