import type { Claim, ClaimPart, CycleRequest, QueueLimits } from '../../core/queue-adapter.js'
import type { Entry } from './entry.js'
import type { JobKind } from './job-kind.js'
import type { JobTable } from './job-table.js'

/** What the claims of one step came to. */
export interface Claimed {
  readonly claims: Claim[]
  /** Types of the parts that got fewer than they wanted. */
  unfilled: readonly string[]
  /** The bound of a step cut it short. */
  isCut: boolean
  /** The limits of the whole queue held up jobs. */
  isLimited: boolean
  /** When the rate of the whole queue lets the next of those start. */
  opensAt: number | null
}

/** Gives a job to each lane that wants one, while there are any of its types; at most `limit`. */
export function claimReady(table: JobTable, request: CycleRequest, now: number, limit: number): Claimed {
  const claimed: Claimed = { claims: [], unfilled: [], isCut: false, isLimited: false, opensAt: null }
  for (const part of request.asides === undefined ? [request] : [request, ...request.asides]) {
    if (request.limits === undefined) claimPart(table, request, part, now, limit, claimed)
    else claimWithin(table, request, part, request.limits, now, limit, claimed)
  }
  return claimed
}

// -------------------------------------------------------------------------------------------------------------------

function claimPart(
  table: JobTable,
  request: CycleRequest,
  part: ClaimPart,
  now: number,
  limit: number,
  claimed: Claimed,
): void {
  if (part.wanted.length === 0) return
  const kinds = claimable(table, part.types)
  for (const lane of part.wanted) {
    if (claimed.claims.length >= limit) {
      claimed.isCut = true
      return addUnfilled(claimed, part)
    }
    if (!claimOne(table, request, kinds, lane, now, claimed)) return addUnfilled(claimed, part)
  }
}

/** As `claimPart`, while the limits of the whole queue allow it; they hold up none of the library's own jobs. */
function claimWithin(
  table: JobTable,
  request: CycleRequest,
  part: ClaimPart,
  limits: QueueLimits,
  now: number,
  limit: number,
  claimed: Claimed,
): void {
  const { wanted } = part
  if (wanted.length === 0) return
  const kinds = claimable(table, part.types)
  const from = claimed.claims.length
  let allowed = kinds
  for (const lane of wanted) {
    if (claimed.claims.length >= limit) {
      claimed.isCut = true
      return addUnfilled(claimed, part)
    }
    if (allowed === kinds && !mayStart(table, limits, now)) allowed = kinds.filter((kind) => kind.isInternal)
    const entry = claimOne(table, request, allowed, lane, now, claimed)
    if (entry === undefined) {
      addUnfilled(claimed, part)
      break
    }
    if (!entry.kind.isInternal && limits.rate !== null) table.starts.note(now)
  }
  if (allowed === kinds && mayStart(table, limits, now)) return
  if (!table.ready.hasAny(kinds.filter((kind) => !kind.isInternal))) return
  if (claimed.claims.length - from < wanted.length) claimed.isLimited = true
  claimed.opensAt = rateFreeAt(table, limits, now)
}

function claimOne(
  table: JobTable,
  { instance, leaseMs, budgets }: CycleRequest,
  kinds: readonly JobKind[],
  lane: number,
  now: number,
  claimed: Claimed,
): Entry | undefined {
  const entry = table.ready.take(kinds, budgets)
  if (entry === undefined) return undefined
  table.start(entry, instance, lane, now, leaseMs)
  entry.kind.waited(Math.max(0, now - entry.readyAt))
  claimed.claims.push(claimOf(entry, now))
  return entry
}

function claimable(table: JobTable, types: readonly string[]): readonly JobKind[] {
  const kinds = table.kinds.among(types)
  return table.pauses.isAny ? kinds.filter((kind) => !table.pauses.has(kind)) : kinds
}

function addUnfilled(claimed: Claimed, { types }: ClaimPart): void {
  claimed.unfilled = claimed.unfilled.length === 0 ? types : [...claimed.unfilled, ...types]
}

function mayStart(table: JobTable, limits: QueueLimits, now: number): boolean {
  if (limits.concurrency !== null && table.running >= limits.concurrency) return false
  return rateFreeAt(table, limits, now) === null
}

function rateFreeAt(table: JobTable, { rate }: QueueLimits, now: number): number | null {
  return rate === null ? null : table.starts.freeAt(rate.max, rate.perMs, now)
}

function claimOf(entry: Entry, now: number): Claim {
  return {
    id: entry.id,
    type: entry.kind.name,
    priority: entry.priority,
    payload: entry.payload,
    options: entry.options,
    fence: entry.fenceText,
    generation: entry.generation,
    failures: entry.failures,
    maxAttempts: entry.maxAttempts,
    lane: entry.lane,
    createdAt: entry.createdAt,
    readyAt: entry.readyAt,
    startedAt: now,
    dedupeKey: entry.dedupeKey,
    scheduleId: entry.scheduleId,
  }
}
