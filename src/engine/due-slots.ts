import type { MisfirePolicy } from '../core/schedule.js'
import { type Recurrence, countRuns, nextRun } from './next-run.js'

/** Where a schedule stands, and what its owner said about slots that were missed. */
export interface DueSlots {
  readonly recurrence: Recurrence
  /** The slot the schedule stands at; it may lie in the future. */
  readonly nextSlot: number
  readonly now: number
  readonly misfire: MisfirePolicy
  /** With `all`, the most missed slots that are made up for. */
  readonly misfireLimit: number
  /** A slot up to this old is on time; an older one was missed. */
  readonly graceMs: number
}

/** One step of a schedule: from `slot` to `next`. */
export interface FirePlan {
  /** Where the schedule must stand for the step to be taken. */
  readonly slot: number
  /** The slot that makes a job; `null` when all slots of this step are passed over. */
  readonly runSlot: number | null
  readonly next: number
  /** Slots that this step passes over, besides `runSlot`, or besides `slot` when none runs. */
  readonly missed: number
}

/**
 * The next step for a schedule; `null` when nothing is due. Taken again with `nextSlot: plan.next` it gives the step after.
 * Slots on time run one by one. Missed ones do as the policy says: `skip` runs none of them; `last` runs the newest slot that
 * is due and none before it; `all` runs the newest `misfireLimit` of them. `next` is always later than `slot`, so a clock that
 * goes back runs nothing twice. The work does not grow with the number of missed slots.
 */
export function planFire(due: DueSlots): FirePlan | null {
  const { nextSlot, now, graceMs } = due
  if (nextSlot > now) return null
  const lastMissed = now - graceMs - 1
  if (nextSlot > lastMissed) return runAlone(due)
  if (due.misfire === 'last') return runNewest(due)
  return due.misfire === 'skip' ? passOver(due, lastMissed) : makeUp(due, lastMissed)
}

// -------------------------------------------------------------------------------------------------------------------

function runAlone({ recurrence, nextSlot }: DueSlots): FirePlan {
  return { slot: nextSlot, runSlot: nextSlot, next: nextRun(recurrence, nextSlot), missed: 0 }
}

function runNewest({ recurrence, nextSlot, now }: DueSlots): FirePlan {
  const later = countRuns(recurrence, nextSlot, now)
  const runSlot = later === 0 ? nextSlot : nthNewest(recurrence, nextSlot, now, 1)
  return { slot: nextSlot, runSlot, next: nextRun(recurrence, now), missed: later }
}

/** Passes over what was missed, and runs the first slot that is on time in the same step, if there is one. */
function passOver({ recurrence, nextSlot, now }: DueSlots, lastMissed: number): FirePlan {
  const later = countRuns(recurrence, nextSlot, lastMissed)
  const first = nextRun(recurrence, lastMissed)
  if (first > now) return { slot: nextSlot, runSlot: null, next: first, missed: later }
  return { slot: nextSlot, runSlot: first, next: nextRun(recurrence, first), missed: later + 1 }
}

function makeUp(due: DueSlots, lastMissed: number): FirePlan {
  const { recurrence, nextSlot, misfireLimit } = due
  if (misfireLimit <= 0) return passOver(due, lastMissed)
  const missed = 1 + countRuns(recurrence, nextSlot, lastMissed)
  if (missed <= misfireLimit) return runAlone(due)
  const runSlot = nthNewest(recurrence, nextSlot, lastMissed, misfireLimit)
  return { slot: nextSlot, runSlot, next: nextRun(recurrence, runSlot), missed: missed - misfireLimit }
}

/** The nth newest slot in `(after, until]`, which must hold as many: doubles the distance, then halves it down to one ms. */
function nthNewest(recurrence: Recurrence, after: number, until: number, n: number): number {
  const holds = (from: number): boolean => countRuns(recurrence, from, until) >= n
  let width = 1000
  while (until - width > after && !holds(until - width)) width *= 2
  let low = Math.max(after, until - width)
  let high = until
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (holds(middle)) low = middle
    else high = middle
  }
  return high
}
