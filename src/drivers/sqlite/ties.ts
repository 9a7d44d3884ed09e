import type { Dependency } from '../../core/job-terms.js'
import type { Database, SqlValue } from './database.js'
import type { Link, Parent } from './failed-dependency.js'
import tiesSql from './sql/ties.sql'
import { type Command, type Query, type RowsCommand, SqlFile } from './sql-file.js'
import { fromStored, toStored } from './stored-text.js'

/** One that waits for another, and what that one's failure does to it. */
export interface WaitingChild {
  readonly child: number
  readonly place: number
  readonly rule: string
}

export interface ParentTie {
  readonly parent: number
  readonly place: number
}

/**
 * Who depends on whom. An open tie holds the child up; each tie, open or not, keeps the parent in the store until the child has
 * ended. Jobs are numbers here.
 */
export class Ties {
  readonly #find: Query<ParentRow>
  readonly #add: RowsCommand
  readonly #markParents: Command
  readonly #someChild: Query<Yes>
  readonly #someWaitingChild: Query<Yes>
  readonly #someParent: Query<Yes>
  readonly #someOpenParent: Query<Yes>
  readonly #waitingChildren: Query<WaitingChild>
  readonly #close: Command
  readonly #closeAll: Command
  readonly #parents: Query<ParentTie>
  readonly #drop: Command
  readonly #dropAll: Command
  readonly #waitsFor: Query<{ readonly id: string | null }>
  readonly #dependsOn: Query<{ readonly is_met: number; readonly seen: number }>
  readonly #replaceParent: Command
  readonly #dropAbsent: Command

  constructor(database: Database) {
    const sql = new SqlFile(database, tiesSql)
    this.#find = sql.query('find')
    this.#add = sql.rows('add')
    this.#markParents = sql.command('mark parents')
    this.#someChild = sql.query('some child')
    this.#someWaitingChild = sql.query('some waiting child')
    this.#someParent = sql.query('some parent')
    this.#someOpenParent = sql.query('some open parent')
    this.#waitingChildren = sql.query('waiting children')
    this.#close = sql.command('close')
    this.#closeAll = sql.command('close all')
    this.#parents = sql.query('parents')
    this.#drop = sql.command('drop')
    this.#dropAll = sql.command('drop all')
    this.#waitsFor = sql.query('waits for')
    this.#dependsOn = sql.query('depends on')
    this.#replaceParent = sql.command('replace parent')
    this.#dropAbsent = sql.command('drop absent')
  }

  /** Those of the dependencies that stand here, by their places. */
  find(dependsOn: readonly Dependency[]): ReadonlyMap<number, Parent> {
    if (dependsOn.length === 0) return new Map()
    const rows = this.#find.all(JSON.stringify(dependsOn.map(({ id }) => toStored(id))))
    return new Map(rows.map(({ at, n, id, state }) => [at, { n, id: fromStored(id), state }]))
  }

  /** `since` is a number of the order in which all come to depend on others. */
  tie(child: number, links: readonly Link[], since: number): void {
    if (links.length === 0) return
    const values: SqlValue[] = []
    for (const { place, parent, rule, isOpen } of links)
      values.push(child, place, parent.n, rule, isOpen ? 1 : 0, since)
    this.#add.run(values)
    this.#markParents.run(JSON.stringify(links.map(({ parent }) => parent.n)))
  }

  /** Whether someone is tied to it. */
  hasChild(parent: number): boolean {
    return this.#someChild.get(parent) !== undefined
  }

  hasWaitingChild(parent: number): boolean {
    return this.#someWaitingChild.get(parent) !== undefined
  }

  hasParent(child: number): boolean {
    return this.#someParent.get(child) !== undefined
  }

  isHeldUp(child: number): boolean {
    return this.#someOpenParent.get(child) !== undefined
  }

  waitingChildren(parent: number, limit: number): readonly WaitingChild[] {
    return this.#waitingChildren.all(parent, limit)
  }

  close({ child, place }: Pick<WaitingChild, 'child' | 'place'>): void {
    this.#close.run(child, place)
  }

  /** Nothing holds it up any more. */
  closeAll(child: number): void {
    this.#closeAll.run(child)
  }

  parents(child: number, limit = Number.MAX_SAFE_INTEGER): readonly ParentTie[] {
    return this.#parents.all(child, limit)
  }

  drop(child: number, { parent, place }: ParentTie): void {
    this.#drop.run(child, place)
    if (!this.hasChild(parent)) this.#dropAbsent.run(parent)
  }

  /** Unties it from all; from whom. */
  dropAll(child: number): readonly number[] {
    const parents = this.parents(child).map(({ parent }) => parent)
    if (parents.length > 0) this.#dropAll.run(child)
    for (const parent of parents) if (!this.hasChild(parent)) this.#dropAbsent.run(parent)
    return parents
  }

  /** The ids of those that hold it up, in the order of its terms. */
  waitsFor(child: number): readonly string[] {
    return this.#waitsFor.all(child).flatMap(({ id }) => (id === null ? [] : [fromStored(id)]))
  }

  /** Whether one of these jobs waits for `n`, over however many others; also when that is too far to see. */
  leadTo(n: number, from: readonly number[]): boolean {
    const row = this.#dependsOn.get(JSON.stringify(from), mostLookedAt, n)
    return row?.is_met === 1 || (row?.seen ?? 0) >= mostLookedAt
  }

  /** A job came back under another number. */
  renumber(before: number, now: number): void {
    this.#replaceParent.run(now, before)
    this.#markParents.run(JSON.stringify([now]))
  }
}

// -------------------------------------------------------------------------------------------------------------------

const mostLookedAt = 10_000

interface Yes {
  readonly yes: number
}

interface ParentRow extends Parent {
  readonly at: number
}
