import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import type { QueueAdapter } from '../../src/core/queue-adapter.js'
import { silentLogger } from '../../src/core/logger.js'
import { Stage } from '../../src/testing/contract/stage.js'
import { tempDirectory } from '../drivers/sqlite/drivers-here.js'
import { RemoteQueue } from './remote-queue.js'
import type { Scene } from './scenes.js'
import { contentsOf } from './sqlite-contents.js'
import type { SqliteHand, SqliteRow } from './sqlite-hand.js'

/** A scene that was prepared in a file, of which each call gets a copy. */
export class SqlitePlay {
  readonly #folder: string
  readonly #stage: Stage
  readonly #call: (queue: QueueAdapter) => Promise<unknown>
  #copies = 0

  private constructor(folder: string, stage: Stage, call: (queue: QueueAdapter) => Promise<unknown>) {
    this.#folder = folder
    this.#stage = stage
    this.#call = call
  }

  static async prepare(scene: Scene, hand: SqliteHand): Promise<SqlitePlay> {
    const folder = tempDirectory()
    const path = join(folder, 'prepared.db')
    const remote = new RemoteQueue({ path })
    const { queue } = remote
    const stage = await Stage.open({ create: () => queue }, queue)
    const damage = async (): Promise<void> => {
      await hand.exec(path, "DELETE FROM riptide_lease; DELETE FROM riptide_ready WHERE type = 'task'")
      await hand.close(path)
    }
    const call = await scene.play(stage, damage)
    await stage.close()
    await remote.kill()
    return new SqlitePlay(folder, stage, call)
  }

  /** A file as the scene has prepared it. */
  copy(): string {
    const path = join(this.#folder, `copy-${++this.#copies}.db`)
    copyFileSync(join(this.#folder, 'prepared.db'), path)
    return path
  }

  /** Sends the call of the scene. */
  send({ queue }: RemoteQueue): Promise<unknown> {
    return this.#call(queue)
  }

  /** What is in the file when the call is done and nothing goes wrong. */
  async played(hand: SqliteHand): Promise<Found> {
    const path = this.copy()
    const remote = new RemoteQueue({ path })
    await this.open(remote)
    await this.send(remote)
    const found = await foundIn(hand, path)
    await remote.kill()
    return found
  }

  /** Opens the file that the process was told of, at the time of the scene. */
  open({ queue }: RemoteQueue): Promise<void> {
    return queue.open({ logger: silentLogger, clock: this.#stage.clock })
  }
}

/** All that a queue has in a file, but for what is about the processes that have it open; and what is wrong with it. */
export interface Found {
  readonly rows: Readonly<Record<string, readonly SqliteRow[]>>
  readonly wrongs: readonly string[]
}

export async function foundIn(hand: SqliteHand, path: string): Promise<Found> {
  const [named = []] = await hand.read(path, [
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'riptide~_%' ESCAPE '~' AND name <> 'riptide_process'",
  ])
  const tables = named.map(({ name }) => String(name))
  const rows = await hand.read(
    path,
    tables.map((table) =>
      table === 'riptide_instance'
        ? `SELECT id, seen_at, heartbeat_at, lease_ms, info FROM ${table}`
        : `SELECT * FROM ${table}`,
    ),
  )
  const { wrongs } = await contentsOf(hand, path)
  return { rows: Object.fromEntries(tables.map((table, i) => [table, rows[i] ?? []])), wrongs }
}
