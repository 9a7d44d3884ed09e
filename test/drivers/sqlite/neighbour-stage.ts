import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type Socket, connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { type Clock, systemClock } from '../../../src/core/clock.js'
import { silentLogger } from '../../../src/core/logger.js'
import type { Hint } from '../../../src/core/queue-adapter.js'
import type { Database } from '../../../src/drivers/sqlite/database.js'
import { loadLibsql } from '../../../src/drivers/sqlite/driver-libsql.js'
import { type Audience, Hints, type Post } from '../../../src/drivers/sqlite/hints.js'
import { Neighbours } from '../../../src/drivers/sqlite/neighbours.js'
import { migrate } from '../../../src/drivers/sqlite/schema.js'

const libsql = await loadLibsql()

export interface ProcessOptions {
  /** What it says of its SQLite. */
  readonly version?: string
  readonly clock?: Clock
  readonly replaces?: number
}

/** A host as far as its neighbours go: several of them in one process are as many processes to each other. */
export class HostProcess {
  readonly database: Database
  readonly hints: Hints
  readonly posts: Post[] = []
  /** Processes whose leases were ended. */
  readonly lost: number[] = []
  /** Types that have work. */
  readonly work = new Set<string>()
  readonly company: boolean[] = []
  readonly #neighbours: Neighbours
  #n: number | null = null

  constructor(path: string, { version = '3.53.0', clock = systemClock, replaces }: ProcessOptions = {}) {
    const opened = libsql.open(path)
    this.database = { ...opened, version }
    opened.exec('PRAGMA journal_mode = WAL')
    opened.exec('PRAGMA busy_timeout = 5000')
    inTransaction(opened, () => migrate(opened, Date.now()))
    this.hints = new Hints({ deliver: (posts) => this.posts.push(...posts) })
    this.#neighbours = new Neighbours({
      database: this.database,
      path,
      hints: this.hints,
      clock,
      logger: silentLogger,
      replaces: replaces ?? null,
      ledger: {
        write: async (step) => this.write(step),
        loseProcess: (n) => this.lost.push(n),
        hasWork: (types) => types.some((type) => this.work.has(type)),
        onCompany: (hasCompany) => this.company.push(hasCompany),
      },
    })
  }

  /** One that is open, and closed with its test at the latest. */
  static async open(path: string, options?: ProcessOptions): Promise<HostProcess> {
    const host = new HostProcess(path, options)
    onTestFinished(() => host.close())
    host.#n = await host.#neighbours.open()
    return host
  }

  get n(): number {
    return this.#n ?? 0
  }

  /** A step in a transaction, with its news. */
  write<T>(step: () => T): T {
    this.hints.begin()
    const answer = inTransaction(this.database, () => {
      this.hints.beginStep()
      return step()
    })
    this.hints.commit()
    return answer
  }

  listen({ instances = [], ends = false, moves = false }: Partial<Audience>): void {
    this.hints.setAudience({ instances, ends, moves })
  }

  wakeAll(): void {
    this.#neighbours.wakeAll()
  }

  heard(kind: Hint['kind']): readonly Post[] {
    return this.posts.filter(({ hint }) => hint.kind === kind)
  }

  rows(): readonly { readonly n: number; readonly socket: string | null }[] {
    return this.database
      .prepare('SELECT n, socket FROM riptide_process ORDER BY n')
      .all()
      .map(({ n, socket }) => ({ n: Number(n), socket: socket === null ? null : String(socket) }))
  }

  async close(): Promise<void> {
    await this.#neighbours.close()
    this.database.close()
  }
}

/** Waits for what is to come, and says what did not. */
export async function until(what: string, isSo: () => boolean, withinMs = 10_000): Promise<void> {
  const deadline = Date.now() + withinMs
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error(`it did not come: ${what}`)
    await pause(2)
  }
}

/** Someone who connects to where a host listens. */
export function call(host: HostProcess): Promise<Socket> {
  const socket = connect({ path: String(host.rows().find(({ n }) => n === host.n)?.socket) })
  onTestFinished(() => void socket.destroy())
  return new Promise((resolve, reject) => socket.on('connect', () => resolve(socket)).on('error', reject))
}

/** Makes a socket at which nobody listens any more. */
export async function abandonSocket(path: string): Promise<void> {
  const program =
    "require('net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))"
  await once(spawn(process.execPath, ['-e', program, path]), 'exit')
}

// -------------------------------------------------------------------------------------------------------------------

function inTransaction<T>(database: Database, act: () => T): T {
  database.exec('BEGIN IMMEDIATE')
  try {
    const answer = act()
    database.exec('COMMIT')
    return answer
  } catch (thrown) {
    database.exec('ROLLBACK')
    throw thrown
  }
}
