import { nodeForSharing, pathOf } from '../nodes/other-node.js'
import { ChildProgram } from './child-program.js'

export type SqliteRow = Readonly<Record<string, string | number | null>>

/** A process that has files of SQLite open past the library, with a new enough SQLite. */
export class SqliteHand {
  readonly #child: ChildProgram

  /** A lasting one ends with the tests of the file. */
  constructor({ isLasting = false } = {}) {
    this.#child = new ChildProgram(
      'sqlite-hand-program.mjs',
      {},
      { node: pathOf(nodeForSharing()), isLasting },
    )
  }

  /** On the connection to this file, which stays open. */
  exec(path: string, sql: string): Promise<unknown> {
    return this.#child.ask('exec', path, sql)
  }

  /** The rows of several queries, all of the same instant. */
  read(path: string, queries: readonly string[]): Promise<readonly (readonly SqliteRow[])[]> {
    return this.#child.ask('read', path, queries) as Promise<readonly (readonly SqliteRow[])[]>
  }

  close(path: string): Promise<unknown> {
    return this.#child.ask('close', path)
  }

  kill(): Promise<void> {
    return this.#child.kill()
  }
}
