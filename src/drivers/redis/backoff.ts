import type { Random } from '../../core/random.js'

const firstMs = 50
const longestMs = 1000

/** How long to wait before the next connection: soon at first, never more than a second, and not all processes at once. */
export function backoffMs(attempt: number, random: Random): number {
  const most = Math.min(firstMs * 2 ** Math.min(attempt, 10), longestMs)
  return Math.ceil(most / 2 + (random() * most) / 2)
}
