import { readFileSync } from 'node:fs'

/** Something that happened, as the process that saw it wrote it down. */
export interface Line {
  /** By the host's monotonic clock, in microseconds: the same for all processes. */
  readonly us: number
  readonly pid: number
  readonly kind:
    | 'start'
    | 'abort'
    | 'end'
    | 'completed'
    | 'retrying'
    | 'dead_letter'
    | 'cancelled'
    | 'lease_lost'
    | 'heard'
    | 'gap'
    | 'exit'
    | 'error'
    | 'unhandled'
  readonly job?: string
  readonly fence?: string
  readonly generation?: number
  readonly attempt?: number
  readonly retryCount?: number
  readonly how?: 'returned' | 'threw'
  readonly status?: string
  readonly code?: string
  readonly message?: string
}

/** A run of a job, from its start to its end or that of its process. */
export interface Run {
  readonly job: string
  readonly pid: number
  readonly fence: bigint
  readonly attempt: number
  readonly generation: number
  readonly startUs: number
  /** Infinity when nobody saw it end. */
  readonly endUs: number
  readonly how: 'returned' | 'threw' | 'lost'
}

/** What a fleet wrote down, in the order of time. A line that a killed process did not finish is left out. */
export function readHistory(file: string): Line[] {
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
  return lines.map((line) => JSON.parse(line) as Line).sort((a, b) => a.us - b.us)
}

/** The runs of a history, in the order of their starts. */
export function runsOf(history: readonly Line[]): Run[] {
  const ends = new Map<string, Line>()
  for (const line of history) if (line.kind === 'end') ends.set(keyOf(line), line)
  return history.flatMap((line) => {
    if (line.kind !== 'start' || line.job === undefined || line.fence === undefined) return []
    const end = ends.get(keyOf(line))
    return {
      job: line.job,
      pid: line.pid,
      fence: BigInt(line.fence),
      attempt: line.attempt ?? 0,
      generation: line.generation ?? 1,
      startUs: line.us,
      endUs: end?.us ?? Infinity,
      how: end?.how ?? 'lost',
    }
  })
}

export interface Laws {
  readonly leaseMs: number
  readonly maxAttempts: number
  /** When processes were killed, in microseconds: their runs ended there. */
  readonly killedUs?: ReadonlyMap<number, number>
}

/** What in a history breaks a law, a sentence each. What holds of the store itself is for `unsoundness`. */
export function breaches(history: readonly Line[], laws: Laws): string[] {
  const runs = groupBy(runsOf(history), (run) => run.job)
  const exits = history.flatMap(({ kind, pid, us }) => (kind === 'exit' ? [[pid, us] as const] : []))
  const goneUs = new Map([...exits, ...(laws.killedUs ?? [])])
  return [
    ...[...runs].flatMap(([job, all]) => [
      ...fenceBreaches(job, all),
      ...attemptBreaches(job, all, laws),
      ...overlapBreaches(job, all, laws, goneUs),
    ]),
    ...outcomeBreaches(history),
    ...history
      .filter((line) => line.kind === 'unhandled')
      .map((line) => `nobody handled: ${line.message ?? ''}`),
  ]
}

// -------------------------------------------------------------------------------------------------------------------

function keyOf(line: Line): string {
  return `${line.job ?? ''} ${line.fence ?? ''} ${line.pid}`
}

/** Each run has a fence of its own, and a later start has the higher one. */
function fenceBreaches(job: string, runs: readonly Run[]): string[] {
  return pairsOf(runs)
    .filter(([before, after]) => after.fence <= before.fence)
    .map(([before, after]) => `${job}: fence ${after.fence} started after fence ${before.fence}`)
}

/** Attempts count up within a life; one that was handed back is not spent and comes again. */
function attemptBreaches(job: string, runs: readonly Run[], { maxAttempts }: Laws): string[] {
  const far = runs
    .filter((run) => run.attempt > maxAttempts)
    .map((run) => `${job}: attempt ${run.attempt} of ${maxAttempts}`)
  const back = pairsOf(runs)
    .filter(([before, after]) => before.generation === after.generation && after.attempt < before.attempt)
    .map(([before, after]) => `${job}: attempt ${after.attempt} came after attempt ${before.attempt}`)
  return [...far, ...back]
}

/** Two runs at once only when the lease of the first may have been over. */
function overlapBreaches(
  job: string,
  runs: readonly Run[],
  { leaseMs }: Laws,
  goneUs: ReadonlyMap<number, number>,
): string[] {
  return pairsOf(runs)
    .filter(([before, after]) => {
      const end = Math.min(before.endUs, goneUs.get(before.pid) ?? Infinity)
      return after.startUs < end && after.startUs < before.startUs + leaseMs * 1000 * 0.95
    })
    .map(([before, after]) => `${job}: ran in ${before.pid} and ${after.pid} at once, within the lease`)
}

/** Of each attempt one outcome is accepted at most; a final one is the last. */
function outcomeBreaches(history: readonly Line[]): string[] {
  const told = history.filter(({ kind }) =>
    ['completed', 'retrying', 'dead_letter', 'cancelled'].includes(kind),
  )
  return [...groupBy(told, (line) => line.job ?? '')].flatMap(([job, lines]) => {
    const finals = lines.filter((line) => line.kind !== 'retrying')
    const attempts = lines.map((line) => line.attempt ?? line.retryCount).filter((n) => n !== undefined)
    return [
      ...(finals.length > 1
        ? [`${job}: ended ${finals.length} times: ${finals.map(({ kind }) => kind).join(', ')}`]
        : []),
      ...(new Set(attempts).size < attempts.length
        ? [`${job}: an attempt ended twice: ${attempts.join(', ')}`]
        : []),
    ]
  })
}

function groupBy<T>(list: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const one of list) {
    const key = keyOf(one)
    const group = groups.get(key)
    if (group) group.push(one)
    else groups.set(key, [one])
  }
  return groups
}

function pairsOf<T>(list: readonly T[]): [T, T][] {
  return list.slice(1).map((after, i) => [list[i]!, after])
}
