import { type SkipBudgets, chooseClass } from '../../core/priority.js'
import type { Database } from './database.js'
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
  /** The bytes of a step cut it short: others are ready. */
  readonly isCut: boolean
}

/** How much may be taken at once. */
export interface Bounds {
  readonly items: number
  readonly bytes: number
}

/** Which ready job is next: the class by the skip budgets, then, over the types that may be taken, the lowest ticket. */
export class ReadyLines {
  readonly #ledger: Ledger
  readonly #lines: Query<Line>
  readonly #line: Query<ReadyJob>
  readonly #take: Command

  constructor(database: Database, ledger: Ledger) {
    const sql = new SqlFile(database, claimSql)
    this.#ledger = ledger
    this.#lines = sql.query('lines')
    this.#line = sql.query('line')
    this.#take = sql.command('take')
  }

  /** Whether a job of these types, which are stored texts, is ready. */
  hasAny(types: readonly string[]): boolean {
    return this.#lines.get(JSON.stringify(types)) !== undefined
  }

  /** Takes jobs of these types, and counts the classes that were passed over. */
  take(types: readonly string[], budgets: SkipBudgets, bounds: Bounds): Choice {
    const lines = this.#lines.all(JSON.stringify(types))
    const atOnce = Math.ceil(bounds.items / Math.max(1, lines.length))
    const readers = lines.map((line) => new LineReader(line, this.#line, atOnce))
    const choice = this.#choose(readers, budgets, bounds)
    for (const { line, passed } of readers) if (passed !== null) this.#take.run(line.rank, line.type, passed)
    return choice
  }

  #choose(readers: readonly LineReader[], budgets: SkipBudgets, { items, bytes: most }: Bounds): Choice {
    const chosen: Chosen[] = []
    let { skips } = this.#ledger
    let bytes = 0
    let isCut = false
    while (chosen.length < items) {
      const [critical, high, normal, low] = firstOfEach(readers)
      const choice = chooseClass([!!critical, !!high, !!normal, !!low], skips, budgets)
      const reader = choice === null ? undefined : [critical, high, normal, low][choice.rank]
      const job = reader?.head
      if (choice === null || reader === undefined || job === undefined) break
      bytes += job.bytes
      isCut = bytes > most && chosen.length > 0
      if (isCut) break
      chosen.push({ line: reader.line, job })
      reader.pass()
      skips = choice.skips
    }
    if (chosen.length > 0) this.#ledger.skips = skips
    return { chosen, isCut }
  }
}

// -------------------------------------------------------------------------------------------------------------------

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
