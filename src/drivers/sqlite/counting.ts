import { noCounts, noTotals } from '../../core/queue-record.js'
import type { Priority } from '../../core/priority.js'
import type { QueueCounts, StateCounts, StoreMetrics, TypeTotals } from '../../core/queue-adapter.js'
import type { JobStatus } from '../../core/states.js'
import type { Database } from './database.js'
import countingSql from './sql/counting.sql'
import { type Query, SqlFile } from './sql-file.js'
import { fromStored, toStored } from './stored-text.js'

/** How many jobs there are, and what became of them, from counters. */
export class Counting {
  readonly #states: Query<CountRow>
  readonly #metrics: Query<CountRow>
  readonly #overdue: Query<OverdueRow>
  readonly #lines: Query<ReadyAtRow>
  readonly #late: Query<ReadyAtRow>
  readonly #keyed: Query<ReadyAtRow>
  readonly #skips: Query<Record<Priority, number>>
  readonly #since: Query<{ readonly value: string }>

  constructor(database: Database) {
    const sql = new SqlFile(database, countingSql)
    this.#states = sql.query('states')
    this.#metrics = sql.query('metrics')
    this.#overdue = sql.query('overdue')
    this.#lines = sql.query('lines')
    this.#late = sql.query('late')
    this.#keyed = sql.query('keyed')
    this.#skips = sql.query('skips')
    this.#since = sql.query('since')
  }

  counts(now: number): QueueCounts {
    const byType = this.#byType()
    // Ready by the time although no cycle has been there to promote them.
    const overdue = this.#overdue.all(now)
    for (const { type, jobs } of overdue) {
      const counts = byType.get(fromStored(type))
      if (counts === undefined) continue
      counts.delayed -= jobs
      counts.pending += jobs
    }
    const all = noCounts()
    for (const counts of byType.values()) for (const state of statesOf(all)) all[state] += counts[state]
    const { critical = 0, high = 0, normal = 0, low = 0 } = this.#skips.get() ?? {}
    const oldestReadyAt = earliest([
      this.#oldestReadyAt([...byType.keys()]),
      ...overdue.map(({ first }) => first),
    ])
    return {
      ...all,
      byType: Object.fromEntries(byType),
      skips: { critical, high, normal, low },
      oldestReadyAt,
    }
  }

  metrics(): StoreMetrics {
    const types = new Map<string, MutableMetrics>()
    const claims = { critical: 0, high: 0, normal: 0, low: 0 }
    for (const { name, n } of this.#metrics.all()) {
      const { what, type } = partsOf(name)
      if (what.startsWith('held-')) continue
      if (what === 'claims') {
        if (isClass(type, claims)) claims[type] = n
        continue
      }
      const metrics = types.get(type) ?? { ...noTotals(), runs: {}, waits: {} }
      types.set(type, metrics)
      const [kind, of = ''] = what.split('-')
      if (kind === 'run') metrics.runs[Number(of)] = n
      else if (kind === 'wait') metrics.waits[Number(of)] = n
      else if (isTotal(of, metrics)) metrics[of] = n
    }
    return { since: Number(this.#since.get()?.value ?? 0), claims, types: Object.fromEntries(types) }
  }

  /** The numbers of jobs, by type and the names of their states. */
  #byType(): Map<string, Counts> {
    const byType = new Map<string, Counts>()
    for (const { name, n } of this.#states.all()) {
      if (n === 0) continue
      const { what, type } = partsOf(name)
      const state = what.slice('is-'.length)
      const counts = byType.get(type) ?? noCounts()
      byType.set(type, counts)
      if (isState(state, counts)) counts[state] = n
    }
    return byType
  }

  /** The states and stored types in which there are jobs, of those that are asked for. */
  kinds(status: JobStatus | null, type: string | null): readonly Kind[] {
    const wanted = type === null ? null : toStored(type)
    const kinds: Kind[] = []
    for (const { name, n: count } of this.#states.all()) {
      const at = name.indexOf(' ')
      const state = name.slice('is-'.length, at)
      const isWanted = status === null || (state === 'delayed' ? 'pending' : state) === status
      if (count > 0 && isWanted && (wanted === null || name.slice(at + 1) === wanted))
        kinds.push({ state, type: name.slice(at + 1), count })
    }
    return kinds
  }

  #oldestReadyAt(types: readonly string[]): number | null {
    // Those that are late have an index; all others of a line stand behind its first in the order of their times.
    const rows = [
      this.#late.get(),
      this.#keyed.get(),
      ...this.#lines.all(JSON.stringify(types.map(toStored))),
    ]
    return earliest(rows.map((row) => row?.ready_at ?? null))
  }
}

/** Jobs of one type in one state, by its name in the counters. */
export interface Kind {
  readonly state: string
  readonly type: string
  readonly count: number
}

// -------------------------------------------------------------------------------------------------------------------

type Counts = ReturnType<typeof noCounts>
type MutableMetrics = TypeTotals & { runs: Record<number, number>; waits: Record<number, number> }

interface CountRow {
  readonly name: string
  readonly n: number
}

interface OverdueRow {
  readonly type: string
  readonly jobs: number
  readonly first: number
}

interface ReadyAtRow {
  readonly ready_at: number | null
}

/** `<what> <type>`. */
function partsOf(name: string): { readonly what: string; readonly type: string } {
  const at = name.indexOf(' ')
  return { what: name.slice(0, at), type: fromStored(name.slice(at + 1)) }
}

function statesOf(counts: Counts): readonly (keyof StateCounts)[] {
  return Object.keys(counts) as (keyof StateCounts)[]
}

function isState(name: string, counts: Counts): name is keyof StateCounts {
  return Object.hasOwn(counts, name)
}

function isTotal(name: string, metrics: MutableMetrics): name is keyof TypeTotals {
  return Object.hasOwn(metrics, name) && name !== 'runs' && name !== 'waits'
}

function isClass(name: string, claims: Readonly<Record<Priority, number>>): name is Priority {
  return Object.hasOwn(claims, name)
}

function earliest(times: readonly (number | null)[]): number | null {
  const known = times.filter((time) => time !== null)
  return known.length === 0 ? null : Math.min(...known)
}
