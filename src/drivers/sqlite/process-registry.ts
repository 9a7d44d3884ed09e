import type { Database } from './database.js'
import type { ProcessIdentity } from './process-identity.js'
import processSql from './sql/process.sql'
import { type Command, type Query, SqlFile } from './sql-file.js'

/** A queue in some process that has the file open, as the file has it. */
export interface Registered extends ProcessIdentity {
  /** Never given twice. */
  readonly n: number
  /** Where it listens; null when it cannot. */
  readonly socket: string | null
  /** Who knows it may read the file, and so may speak to it. */
  readonly secret: string
  readonly driver: string
  readonly version: string
  /** When it last said that it is there. */
  readonly seenAt: number
}

/** Who comes, or comes back: then with the number and the secret it had. */
export interface Newcomer extends ProcessIdentity {
  readonly n: number | null
  readonly secret: string | null
}

/** The table of the processes that have the file open. What changes it belongs in a step of a transaction. */
export class ProcessRegistry {
  readonly #database: Database
  readonly #list: Query<Registered>
  readonly #add: Query<Pick<Registered, 'n' | 'secret'>>
  readonly #setSocket: Command
  readonly #setSeen: Command
  readonly #remove: Command

  constructor(database: Database) {
    const sql = new SqlFile(database, processSql)
    this.#database = database
    this.#list = sql.query('list')
    this.#add = sql.query('add')
    this.#setSocket = sql.command('set socket')
    this.#setSeen = sql.command('set seen')
    this.#remove = sql.command('remove')
  }

  /** All of them, who came first in front. */
  list(): readonly Registered[] {
    return this.#list.all()
  }

  add(newcomer: Newcomer, now: number): Pick<Registered, 'n' | 'secret'> {
    const { n, pid, started, boot, namespace, host, secret } = newcomer
    const { driver, version } = this.#database
    const added = this.#add.get(n, pid, started, boot, namespace, host, secret, driver, version, now)
    return added ?? { n: 0, secret: '' }
  }

  listensAt(n: number, socket: string | null): void {
    this.#setSocket.run(socket, n)
  }

  /** It is still there. */
  sign(n: number, now: number): void {
    this.#setSeen.run(now, n)
  }

  /** False when another one has removed it before. */
  remove(n: number): boolean {
    return this.#remove.run(n).changes > 0
  }
}
