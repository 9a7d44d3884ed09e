/**
 * What the processes of a fleet know of one host together; a small text in their storage. All times are ms since the epoch,
 * by the clocks of the processes.
 */
export interface HostRecord {
  /** The latest start that was taken; it may lie ahead. */
  readonly lastStartAt: number
  /** Nobody starts before: a server asked for that. */
  readonly closedUntil: number
  /** The adaptive delay. */
  readonly delayMs: number
  /** By process. */
  readonly holders: Readonly<Record<string, Holder>>
}

/** What one process has of a host. */
export interface Holder {
  /** So many requests it may have under way. */
  readonly slots: number
  /** Whether it could use more. */
  readonly wantsMore: boolean
  /** Since when it has slots, or waits for one. */
  readonly since: number
  /** When it is taken for dead, unless it says more. */
  readonly until: number
}

export const unknownHost: HostRecord = Object.freeze({
  lastStartAt: 0,
  closedUntil: 0,
  delayMs: 0,
  holders: Object.freeze({}),
})

/** The record as a text, the same for the same record. */
export function formatRecord({ lastStartAt, closedUntil, delayMs, holders }: HostRecord): string {
  const list = Object.entries(holders)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, { slots, wantsMore, since, until }]) => [id, slots, wantsMore ? 1 : 0, since, until])
  return JSON.stringify([lastStartAt, closedUntil, delayMs, list])
}

/** Whatever `formatRecord` did not write is a host that nobody knows. */
export function parseRecord(text: string | undefined): HostRecord {
  if (text === undefined) return unknownHost
  try {
    const parsed: unknown = JSON.parse(text)
    if (!Array.isArray(parsed)) return unknownHost
    const [lastStartAt, closedUntil, delayMs, list] = parsed as unknown[]
    if (![lastStartAt, closedUntil, delayMs].every(Number.isFinite) || !Array.isArray(list))
      return unknownHost
    const holders = Object.fromEntries((list as unknown[]).map(asHolder))
    return { lastStartAt, closedUntil, delayMs, holders } as HostRecord
  } catch {
    return unknownHost
  }
}

// -------------------------------------------------------------------------------------------------------------------

function asHolder(entry: unknown): [string, Holder] {
  if (!Array.isArray(entry)) throw new TypeError('not a holder')
  const [id, ...numbers] = entry as unknown[]
  if (typeof id !== 'string' || numbers.length !== 4 || !numbers.every(Number.isFinite))
    throw new TypeError('not a holder')
  const [slots = 0, wantsMore = 0, since = 0, until = 0] = numbers as number[]
  return [id, { slots, wantsMore: wantsMore > 0, since, until }]
}
