import type { Holder, HostRecord } from './host-record.js'

/** What one process asks of a host. Times are ms since the epoch. */
export interface Wish {
  readonly now: number
  readonly self: string
  /** Requests under way. */
  readonly active: number
  /** Requests in line. */
  readonly waiting: number
  /** Least time between two starts, in ms; the adaptive delay comes on top where it is longer. */
  readonly gapMs: number
  /** The latest start of this process. */
  readonly lastStartAt: number
  /** Starts that were taken and not used yet. */
  readonly reserved: Reservation | undefined
  /** The adaptive delay, where this process has news of it. */
  readonly delayMs: number | undefined
  /** Until when a server asked this process to stay away. */
  readonly closedUntil: number
}

/** Starts of one process, `gapMs` apart. */
export interface Reservation {
  readonly startAt: number
  readonly starts: number
  readonly gapMs: number
}

export interface HostLimits {
  readonly maxConcurrent: number
  readonly maxRetryAfterMs: number
}

/** What a process may do until it asks again. */
export interface Terms extends Reservation {
  readonly slots: number
  readonly closedUntil: number
  readonly delayMs: number
}

/** A process that says nothing for so long is dead, and its slots are free. */
const holdMs = 10_000
/** No option allows a longer one. */
const longestDelayMs = 3_600_000
/** The same for one that only waits: it looks every tenth of a second. */
const waitMs = 2000
/** Where there are more processes than slots a slot changes hands after so long. */
const turnMs = 1000
/** Starts for so long are taken at once. */
const blockMs = 100

/**
 * Gives a process slots and starts on a host, as many as the others leave: where they do not suffice each gets its equal share,
 * and where there are more processes than slots they take turns. The answer is the next record, and what it means to the
 * process. It is the same record where nothing has changed that others need to know.
 */
export function agree(
  record: HostRecord,
  wish: Wish,
  limits: HostLimits,
): { readonly record: HostRecord; readonly terms: Terms } {
  const { now, self, active, waiting } = wish
  // Whoever lives says so again long before; one whose clock was ahead must not hold its slots for as long as that.
  const others = Object.entries(record.holders)
    .filter(([id, { until }]) => id !== self && until > now)
    .map(([id, holder]) => [id, { ...holder, until: Math.min(holder.until, now + holdMs) }] as const)
  const mine = record.holders[self]
  const neighbours = others.map(([, holder]) => holder)
  const slots = slotsFor(wish, mine, neighbours, limits.maxConcurrent)
  const closedUntil = Math.min(Math.max(record.closedUntil, wish.closedUntil), now + limits.maxRetryAfterMs)
  const delayMs = Math.min(Math.round(wish.delayMs ?? record.delayMs), longestDelayMs)
  const gapMs = Math.max(wish.gapMs, delayMs)
  const starts = Math.min(waiting, Math.max(0, slots - active))
  const reservation = reserve(record, wish, { gapMs, closedUntil, starts, others: others.length })
  const holders = Object.fromEntries(others)
  if (active + waiting > 0) holders[self] = holderOf(wish, mine, slots)
  // Without a gap a start is no news by itself; it is told along with others, for those who keep one.
  const isNews = gapMs > 0 ? reservation !== wish.reserved : holders[self]?.slots !== mine?.slots
  const lastStartAt =
    starts > 0 && isNews ? Math.max(record.lastStartAt, Math.round(lastOf(reservation))) : record.lastStartAt
  return {
    record: { lastStartAt, closedUntil, delayMs, holders },
    terms: { ...reservation, slots, closedUntil, delayMs },
  }
}

/** Whether starts that are `gapMs` apart do for a gap that has become `wantedMs`: the adaptive delay is never still. */
export function suits(gapMs: number, wantedMs: number): boolean {
  return gapMs >= wantedMs * 0.8
}

// -------------------------------------------------------------------------------------------------------------------

/** How many requests the process may have under way; those it has go on in any case. */
function slotsFor(
  { now, active, waiting }: Wish,
  mine: Holder | undefined,
  others: readonly Holder[],
  max: number,
): number {
  const wanted = active + waiting
  const contenders = others.length + 1
  const fair = Math.max(1, Math.floor(max / contenders))
  const isShort = others.some(({ slots, wantsMore }) => wantsMore && slots < fair)
  const most = isShort ? fair : max
  const free = Math.max(0, max - others.reduce((sum, { slots }) => sum + slots, 0))
  if (mine === undefined || mine.slots === 0) {
    // Whoever waits for longer goes first.
    const since = mine?.since ?? now
    const ahead = others.filter((one) => one.slots === 0 && one.wantsMore && one.since < since).length
    return Math.min(wanted, most, Math.max(0, free - ahead))
  }
  if (isShort && contenders > max && now - mine.since >= turnMs) return 0
  // What it has it keeps while nobody is short of it: else each request that ends would be news.
  return Math.min(isShort ? wanted : Math.max(wanted, mine.slots), most, free)
}

function holderOf({ now, active, waiting }: Wish, mine: Holder | undefined, slots: number): Holder {
  const held = Math.max(slots, active)
  const lasts = held > 0 ? holdMs : waitMs
  const isSame = mine !== undefined && mine.slots > 0 === held > 0
  const isFresh = isSame && mine.until - now > lasts / 2 && mine.until - now <= lasts
  return {
    slots: held,
    wantsMore: active + waiting > slots,
    since: isSame ? mine.since : now,
    until: isFresh ? mine.until : now + lasts,
  }
}

/** The next starts: those that were taken before, as long as they hold. */
function reserve(
  { lastStartAt: latest }: HostRecord,
  { now, reserved, lastStartAt: own }: Wish,
  facts: {
    readonly gapMs: number
    readonly closedUntil: number
    readonly starts: number
    readonly others: number
  },
): Reservation {
  const { gapMs, closedUntil, starts, others } = facts
  if (gapMs === 0) return { startAt: Math.max(now, closedUntil), starts: Infinity, gapMs }
  if (reserved !== undefined && holds(reserved, gapMs, closedUntil, now)) return reserved
  const apart = others > 0 ? gapMs + slackFor(gapMs) : gapMs
  // Each process has one reservation: a start that lies further ahead was taken by a clock that is wrong.
  const soonest = Math.min(Math.max(latest, own) + apart, now + (others + 2) * Math.max(apart, blockMs))
  const block = Math.max(1, Math.floor(blockMs / gapMs))
  return { startAt: Math.max(now, closedUntil, soonest), starts: Math.min(starts, block), gapMs }
}

function holds(reserved: Reservation, gapMs: number, closedUntil: number, now: number): boolean {
  const { startAt, starts } = reserved
  const isOver = startAt < now - Math.max(50, reserved.gapMs / 2)
  return starts > 0 && suits(reserved.gapMs, gapMs) && startAt >= closedUntil && !isOver
}

/** Between processes a gap is longer by 30 ms or 2 %: none of them starts to the millisecond, and a first one has to connect. */
function slackFor(gapMs: number): number {
  return Math.max(gapMs * 0.02, Math.min(gapMs * 0.1, 30))
}

function lastOf({ startAt, starts, gapMs }: Reservation): number {
  return gapMs === 0 ? startAt : startAt + (starts - 1) * gapMs
}
