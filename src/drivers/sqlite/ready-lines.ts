import { type SkipBudgets, chooseClass } from '../../core/priority.js'
import type { Database } from './database.js'
import { flag } from './flags.js'
import { type Front, type KeyedLines, isBefore } from './keyed-lines.js'
import type { Ledger } from './ledger.js'
import { type Line, LineReader, type ReadyJob } from './ready-line.js'
import claimSql from './sql/claim-ready.sql'
import { type Command, type Query, SqlFile } from './sql-file.js'

/** A job that was chosen, and its stored type and class. */
export interface Chosen {
  readonly line: Line
  readonly job: ReadyJob
}

/** The jobs that are chosen for a claim, in its order. */
export interface Choice {
  readonly chosen: readonly Chosen[]
  readonly bytes: number
  /** The bytes of a step cut it short: others are ready. */
  readonly isCut: boolean
}

/** How much may be taken at once. */
export interface Bounds {
  readonly items: number
  readonly bytes: number
  /** What goes before counts: without it one job may be larger. @default false */
  readonly isFurther?: boolean
}

interface Parts {
  readonly ledger: Ledger
  readonly keyed: KeyedLines
}

/**
 * Which ready job is next: the class by the skip budgets, then, over the types that may be taken, the lowest ticket. Those
 * without keys take turns with the groups of those that have some.
 */
export class ReadyLines {
  readonly #ledger: Ledger
  readonly #keyed: KeyedLines
  readonly #lines: Query<Line>
  readonly #line: Query<ReadyJob>
  readonly #take: Command

  constructor(database: Database, { ledger, keyed }: Parts) {
    const sql = new SqlFile(database, claimSql)
    this.#ledger = ledger
    this.#keyed = keyed
    this.#lines = sql.query('lines')
    this.#line = sql.query('line')
    this.#take = sql.command('take')
  }

  /** Whether a job of these types, which are stored texts, can be claimed. */
  hasAny(types: readonly string[]): boolean {
    return this.#lines.get(JSON.stringify(types)) !== undefined || this.#keyed.open(types).length > 0
  }

  /** Takes jobs of these types, and counts the classes that were passed over. */
  take(types: readonly string[], budgets: SkipBudgets, bounds: Bounds, now: number): Choice {
    const lines = this.#lines.all(JSON.stringify(types))
    const atOnce = Math.ceil(bounds.items / Math.max(1, lines.length))
    const readers = lines.map((line) => new LineReader(line, this.#line, atOnce))
    const keyed = this.#ledger.has(flag.keys) ? this.#keyed.open(types) : []
    const turns = keyed.length === 0 ? null : this.#turns(keyed, new Set(types), now)
    const choice = this.#choose(readers, turns, budgets, bounds)
    for (const { line, passed } of readers) if (passed !== null) this.#take.run(line.rank, line.type, passed)
    return choice
  }

  #choose(readers: readonly LineReader[], turns: Turns | null, budgets: SkipBudgets, bounds: Bounds): Choice {
    const chosen: Chosen[] = []
    let { skips } = this.#ledger
    let bytes = 0
    let isCut = false
    while (chosen.length < bounds.items) {
      const lines = firstOfEach(readers)
      const [critical, high, normal, low] = turns === null ? lines : this.#withFronts(lines, turns)
      const choice = chooseClass([!!critical, !!high, !!normal, !!low], skips, budgets)
      const next = choice === null ? undefined : [critical, high, normal, low][choice.rank]
      const one = next instanceof LineReader ? headOf(next) : next && turns?.first(next)
      if (choice === null || next === undefined || one === undefined) break
      bytes += one.job.bytes
      isCut = bytes > bounds.bytes && (chosen.length > 0 || bounds.isFurther === true)
      if (isCut) break
      chosen.push(one)
      if (next instanceof LineReader) {
        next.pass()
        this.#ledger.serveUnkeyed()
      } else turns?.take(next, one)
      this.#ledger.countClaim(choice.rank)
      skips = choice.skips
    }
    if (chosen.length > 0) this.#ledger.skips = skips
    return { chosen, isCut, bytes }
  }

  /** Who of each class is next: its jobs without keys, which are one group, or another group. */
  #withFronts(
    lines: readonly (LineReader | undefined)[],
    turns: Turns,
  ): readonly (LineReader | Front | undefined)[] {
    return lines.map((line, rank) => {
      const front = turns.front(rank)
      if (line?.head === undefined || front === undefined) return line ?? front
      const unkeyed = { served: this.#ledger.unkeyedTurn, ticket: line.head.ticket }
      return isBefore(unkeyed, front) ? line : front
    })
  }

  /** The turns of the groups, for one claim. */
  #turns(lines: readonly Line[], types: ReadonlySet<string>, now: number): Turns {
    let fronts = this.#keyed.fronts(lines)
    return {
      front: (rank) => fronts[rank],
      first: (front) => this.#keyed.first(front, types),
      take: (front, { line, job }) => {
        this.#keyed.take(front, { type: line.type, ticket: job.ticket }, now)
        fronts = this.#keyed.fronts(lines)
      },
    }
  }
}

// -------------------------------------------------------------------------------------------------------------------

/** The groups of jobs with keys, as one claim sees them. */
interface Turns {
  front(rank: number): Front | undefined
  first(front: Front): Chosen | undefined
  take(front: Front, one: Chosen): void
}

function headOf(reader: LineReader): Chosen | undefined {
  return reader.head && { line: reader.line, job: reader.head }
}

/** Of each class the line whose head comes first. */
function firstOfEach(readers: readonly LineReader[]): readonly (LineReader | undefined)[] {
  const first: (LineReader | undefined)[] = [undefined, undefined, undefined, undefined]
  for (const reader of readers) {
    const { head, line } = reader
    if (head === undefined) continue
    const best = first[line.rank]?.head
    if (best === undefined || head.ticket < best.ticket) first[line.rank] = reader
  }
  return first
}
