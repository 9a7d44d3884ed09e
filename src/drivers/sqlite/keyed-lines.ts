import type { Database } from './database.js'
import type { Groups } from './groups.js'
import type { Line, ReadyJob } from './ready-line.js'
import type { ReadyPlaces } from './ready-places.js'
import keyedSql from './sql/keyed-lines.sql'
import { type Query, SqlFile } from './sql-file.js'

/** The group of a class whose turn it is. */
export interface Front {
  readonly rank: number
  readonly grp: number
  readonly served: number
  /** Its first one of the types that are asked for, as far as turns are told apart by it. */
  readonly ticket: number
}

/** Jobs with keys, for one claim: of each class the open group that was served longest ago. */
export class KeyedLines {
  readonly #groups: Groups
  readonly #places: ReadyPlaces
  readonly #pairs: Query<Line>
  readonly #best: Query<Omit<Front, 'rank'>>
  readonly #ofGroup: Query<{ readonly type: string; readonly ticket: number }>
  readonly #job: Query<ReadyJob>

  constructor(database: Database, { groups, places }: { groups: Groups; places: ReadyPlaces }) {
    const sql = new SqlFile(database, keyedSql)
    this.#groups = groups
    this.#places = places
    this.#pairs = sql.query('pairs')
    this.#best = sql.query('best')
    this.#ofGroup = sql.query('of group')
    this.#job = sql.query('job')
  }

  /** The lines of these types, stored texts, in which an open group has a job. */
  open(types: readonly string[]): readonly Line[] {
    return this.#pairs.all(JSON.stringify(types))
  }

  /** Of each class the group that is next, over the lines that are open. */
  fronts(lines: readonly Line[]): readonly (Front | undefined)[] {
    const fronts: (Front | undefined)[] = [undefined, undefined, undefined, undefined]
    for (const { rank, type } of lines) {
      const row = this.#best.get(rank, type)
      if (row !== undefined && isBefore(row, fronts[rank])) fronts[rank] = { rank, ...row }
    }
    return fronts
  }

  /** The first job of a group, over the types that are asked for. */
  first({ grp, rank }: Front, types: ReadonlySet<string>): { line: Line; job: ReadyJob } | undefined {
    const head = this.#ofGroup.all(grp, rank).find(({ type }) => types.has(type))
    const job = head && this.#job.get(grp, rank, head.type, head.ticket)
    return job && { line: { rank, type: head.type }, job }
  }

  /** It is claimed. */
  take({ grp, rank }: Front, { type, ticket }: { type: string; ticket: number }, now: number): void {
    this.#places.drop({ grp, rank, type }, ticket)
    this.#groups.start(grp, now)
  }
}

/** Whose turn comes first: whoever was served longest ago, or never, and then who has waited longest. */
export function isBefore(
  one: Pick<Front, 'served' | 'ticket'>,
  other: Pick<Front, 'served' | 'ticket'> | undefined,
): boolean {
  if (other === undefined || one.served < other.served) return true
  return one.served === other.served && one.ticket < other.ticket
}
