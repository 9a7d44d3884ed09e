import { type Entry, hasEnded } from './entry.js'
import { isAwaited } from './extra.js'

/** So many of those that a job waits for, over others, are put before it. */
const mostAbove = 1_000

/** Whether it can go to another store now. */
export function isMovable(entry: Entry): boolean {
  return entry.place !== 'processing' && !(hasEnded(entry) && isAwaited(entry))
}

/** A job behind those that it waits for, each behind its own, as far as they can be moved; without those of `shown`. */
export function lineOf(entry: Entry, shown: ReadonlySet<Entry>): readonly Entry[] {
  if ((entry.extra?.wait?.open ?? 0) === 0) return shown.has(entry) ? [] : [entry]
  const line = new Set<Entry>()
  const met = new Set<Entry>()
  const left = [entry]
  for (let one = left.at(-1); one !== undefined; one = left.at(-1)) {
    const above = met.has(one) || met.size >= mostAbove ? [] : openParentsOf(one)
    const fresh = above.filter((parent) => !met.has(parent) && !shown.has(parent))
    met.add(one)
    left.push(...fresh.toReversed())
    if (fresh.length > 0) continue
    left.pop()
    if (!shown.has(one)) line.add(one)
  }
  return [...line]
}

function openParentsOf({ extra }: Entry): readonly Entry[] {
  const ties = extra?.wait?.ties ?? []
  const parents = ties.flatMap(({ isOpen, parent }) => (isOpen && parent !== null ? [parent] : []))
  return parents.filter(isMovable)
}
