import { type Entry, hasEnded } from './entry.js'

/** The live jobs of one schedule. */
interface Lineup {
  live: number
  newest: Entry | null
}

/**
 * The place of a job in the line of its schedule.
 *
 * A job that is `blocked` waits for its `blocker`. When the blocker ends it is released, unless the blocker was itself
 * cancelled while blocked: then whatever that one waited for, its `heir`, blocks the job from then on. So of a line that is
 * queued never two run, whichever of them is cancelled.
 */
export class LineLink {
  blocker: Entry | null = null
  heir: Entry | null = null
  waiting = new Set<Entry>()
  earlier: Entry | null = null
  later: Entry | null = null
}

/** Which jobs of each schedule are live, and which of them is the newest. Outlives the schedules themselves. */
export class Lineups {
  readonly #bySchedule = new Map<string, Lineup>()
  /** Those that wait for jobs which have gone to another store, by the ids of these. */
  readonly #left = new Map<string, Set<Entry>>()

  live(scheduleId: string): number {
    return this.#bySchedule.get(scheduleId)?.live ?? 0
  }

  newest(scheduleId: string): Entry | null {
    return this.#bySchedule.get(scheduleId)?.newest ?? null
  }

  /** A job of a schedule begins a life. */
  join(entry: Entry): void {
    if (entry.scheduleId === null) return
    const link = (entry.link ??= new LineLink())
    const lineup = this.#bySchedule.get(entry.scheduleId) ?? { live: 0, newest: null }
    this.#bySchedule.set(entry.scheduleId, lineup)
    link.earlier = lineup.newest
    if (lineup.newest?.link) lineup.newest.link.later = entry
    lineup.newest = entry
    lineup.live++
  }

  /** A job of a schedule ended. */
  part(entry: Entry): void {
    const { scheduleId, link } = entry
    const lineup = scheduleId === null ? undefined : this.#bySchedule.get(scheduleId)
    if (scheduleId === null || link === null || lineup === undefined) return
    if (link.later === null) lineup.newest = link.earlier
    else if (link.later.link) link.later.link.earlier = link.earlier
    if (link.earlier?.link) link.earlier.link.later = link.later
    link.earlier = null
    link.later = null
    if (--lineup.live === 0) this.#bySchedule.delete(scheduleId)
  }

  /** A job went to another store, and waits no longer for `blocker`. Who waits for it goes on doing so: it may come back. */
  depart(entry: Entry, blocker: Entry | null): void {
    const waiting = entry.link?.waiting
    if (waiting !== undefined && waiting.size > 0) this.#left.set(entry.id, waiting)
    if (blocker !== null && this.#left.get(blocker.id)?.size === 0) this.#left.delete(blocker.id)
  }

  /** A job came that may be one of those. */
  arrive(entry: Entry): void {
    const waiting = this.#left.get(entry.id)
    if (waiting === undefined) return
    this.#left.delete(entry.id)
    entry.link = new LineLink()
    entry.link.waiting = waiting
    for (const { link } of waiting) if (link !== null) link.blocker = entry
  }
}

/** Makes one job of a schedule wait for another. */
export function blockBy(entry: Entry, blocker: Entry): void {
  if (entry.link) entry.link.blocker = blocker
  blocker.link?.waiting.add(entry)
}

/** A job waits for no other any longer. */
export function unblock(entry: Entry): void {
  if (!entry.link) return
  entry.link.blocker?.link?.waiting.delete(entry)
  entry.link.blocker = null
  entry.link.heir = null
}

/**
 * The live job that blocks those behind an ended one from now on; null when they are free. One that lives again before they
 * were told is again the one they wait for.
 */
export function heirOf(ended: Entry): Entry | null {
  let heir: Entry | null = ended
  while (heir !== null && hasEnded(heir)) heir = heir.link?.heir ?? null
  return heir
}
