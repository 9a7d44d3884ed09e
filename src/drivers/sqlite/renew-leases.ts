import type { LeaseReport, RenewReply, RenewRequest } from '../../core/queue-adapter.js'
import type { Database } from './database.js'
import { place } from './places.js'
import renewSql from './sql/renew-leases.sql'
import { type Command, type Query, SqlFile } from './sql-file.js'
import { fromStored, toStored, toStoredOrNull } from './stored-text.js'

const linesKept = 100

/** Keeps the leases that are still this instance's, and stores what their runs have to say; answers the others. */
export class Renewing {
  readonly #leases: Query<LeaseRow>
  readonly #state: Query<{ readonly state: number | null }>
  readonly #keep: Command
  readonly #note: Query<NoteRow>
  readonly #setNote: Command

  constructor(database: Database) {
    const sql = new SqlFile(database, renewSql)
    this.#leases = sql.query('leases')
    this.#state = sql.query('state')
    this.#keep = sql.command('keep')
    this.#note = sql.query('note')
    this.#setNote = sql.command('set note')
  }

  renew({ leases, instance, leaseMs }: RenewRequest, now: number): RenewReply {
    const lost: RenewReply['lost'][number][] = []
    const kept: number[] = []
    const rows = this.#rowsOf(leases, instance.id)
    leases.forEach((report, at) => {
      const row = rows.get(at)
      if (row !== undefined && String(row.fence) === report.fence) {
        kept.push(row.n)
        this.#noteOf(row, report)
      } else lost.push({ id: report.id, fence: report.fence, reason: this.#reasonOf(report.id) })
    })
    if (kept.length > 0) this.#keep.run(now + leaseMs, JSON.stringify(kept))
    return { now, lost }
  }

  #rowsOf(leases: readonly LeaseReport[], instance: string): ReadonlyMap<number, LeaseRow> {
    if (leases.length === 0) return new Map()
    const ids = JSON.stringify(leases.map(({ id }) => toStored(id)))
    return new Map(this.#leases.all(ids, toStored(instance)).map((row) => [row.at, row]))
  }

  #reasonOf(id: string): 'cancelled' | 'lost' {
    return this.#state.get(toStored(id))?.state === place.cancelled ? 'cancelled' : 'lost'
  }

  #noteOf({ n, fence }: LeaseRow, { progress, lines, linesFrom }: LeaseReport): void {
    if (progress === null && lines.length === 0) return
    const note = this.#note.get(n) ?? noNote
    const runLines = note.fence === fence ? note.run_lines : 0
    const fresh = lines.slice(Math.max(0, runLines - linesFrom))
    const all = fresh.length === 0 ? note.lines : withLines(note.lines, fresh)
    const count = fresh.length === 0 ? runLines : linesFrom + lines.length
    this.#setNote.run(n, toStoredOrNull(progress) ?? note.progress, fence, count, all)
  }
}

/** The lines in a note. */
export function linesIn(text: string): readonly string[] {
  return JSON.parse(fromStored(text)) as readonly string[]
}

// -------------------------------------------------------------------------------------------------------------------

interface LeaseRow {
  /** Its place among the reports. */
  readonly at: number
  readonly n: number
  readonly fence: number
}

interface NoteRow {
  /** Stored, as the lines are. */
  readonly progress: string | null
  readonly fence: number
  readonly run_lines: number
  readonly lines: string
}

const noNote: NoteRow = { progress: null, fence: 0, run_lines: 0, lines: '[]' }

function withLines(text: string, fresh: readonly string[]): string {
  return toStored(JSON.stringify([...linesIn(text), ...fresh].slice(-linesKept)))
}
