import type { Database } from './database.js'
import listedSql from './sql/listed.sql'
import { type AmongCommand, type Command, SqlFile } from './sql-file.js'

/** A job and its stored type. */
export interface Typed {
  readonly n: number
  readonly type: string
}

/** The index of all jobs by type and state, which lists are made from. */
export class Listed {
  readonly #enter: Command
  readonly #leave: AmongCommand

  constructor(database: Database) {
    const sql = new SqlFile(database, listedSql)
    this.#enter = sql.command('enter')
    this.#leave = sql.among('leave')
  }

  enter(jobs: NumbersByType, state: number): void {
    for (const [type, numbers] of jobs) this.#enter.run(type, state, `[${numbers.join()}]`)
  }

  leave(jobs: NumbersByType, state: number): void {
    for (const [type, numbers] of jobs) this.#leave.run([type, state], numbers)
  }

  enterOne({ n, type }: Typed, state: number): void {
    this.#enter.run(type, state, `[${n}]`)
  }

  leaveOne({ n, type }: Typed, state: number): void {
    this.#leave.run([type, state], [n])
  }
}

/** The numbers of jobs by their stored type. */
export type NumbersByType = ReadonlyMap<string, readonly number[]>

export function numbersByType(jobs: readonly Typed[]): NumbersByType {
  const numbers = new Map<string, number[]>()
  for (const { n, type } of jobs) {
    const own = numbers.get(type)
    if (own === undefined) numbers.set(type, [n])
    else own.push(n)
  }
  return numbers
}
