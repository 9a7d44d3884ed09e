import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Claim, CycleRequest, NewJob, OutcomeReport } from '../../../src/core/queue-adapter.js'
import type { Settlement } from '../../../src/core/settlement.js'
import type { Database } from '../../../src/drivers/sqlite/database.js'
import { findDriver } from '../../../src/drivers/sqlite/find-driver.js'
import type { News } from '../../../src/drivers/sqlite/news.js'
import { migrate } from '../../../src/drivers/sqlite/schema.js'
import { type CycleDone, type Store, openStore } from '../../../src/drivers/sqlite/store.js'
import { cycleOf, jobOf, lanes, outcomeOf } from '../../../src/testing/contract/script.js'
import { tempDirectory } from './drivers-here.js'

/** A store over a file of its own, at a time that a test moves. */
export class StoreStage {
  readonly path: string
  readonly database: Database
  readonly store: Store
  /** What became ready, by type: `<type> <count>`. */
  readonly readied: string[] = []
  now = 1_700_000_000_000
  #made = 0

  private constructor(path: string, database: Database) {
    this.path = path
    this.database = database
    this.store = openStore(database, newsInto(this.readied))
  }

  static async open(path = join(tempDirectory(), 'queue.db')): Promise<StoreStage> {
    const database = (await findDriver(undefined)).open(path)
    onTestFinished(() => database.close())
    database.exec('PRAGMA journal_mode = WAL')
    database.exec('BEGIN IMMEDIATE')
    migrate(database, 1_700_000_000_000)
    database.exec('COMMIT')
    return new StoreStage(path, database)
  }

  /** One transaction around what a test does. */
  write<T>(act: (store: Store) => T): T {
    this.database.exec('BEGIN IMMEDIATE')
    const answer = act(this.store)
    this.database.exec('COMMIT')
    return answer
  }

  submit(...parts: readonly Partial<NewJob>[]): readonly string[] {
    const jobs = parts.map((part) => jobOf(++this.#made, part))
    this.write((store) => store.submit(jobs, this.now))
    return jobs.map(({ id }) => id)
  }

  cycle(part: Partial<CycleRequest> = {}): CycleDone {
    return this.write((store) =>
      store.cycle(cycleOf({ instance: 'i1', channel: 0, seq: 1, ...part }), this.now),
    )
  }

  claim(n: number, part: Partial<CycleRequest> = {}): readonly Claim[] {
    return this.cycle({ wanted: lanes(n), ...part }).claims
  }

  end(claims: readonly Claim[], settlement: Settlement, part: Partial<OutcomeReport> = {}): CycleDone {
    return this.cycle({ outcomes: claims.map((claim) => outcomeOf(claim, settlement, part)) })
  }

  /** The first column of the first row. */
  value(sql: string): unknown {
    return Object.values(this.database.prepare(sql).get() ?? {})[0]
  }
}

// -------------------------------------------------------------------------------------------------------------------

function newsInto(readied: string[]): News {
  const nothing = (): void => undefined
  return {
    wantsEnds: false,
    wantsMoves: false,
    readied: (type, count = 1) => void readied.push(`${type} ${count}`),
    ended: nothing,
    moved: nothing,
    interrupted: nothing,
    stepDue: (type) => void readied.push(`${type} 1`),
    schedulesChanged: nothing,
    waits: nothing,
    stopsWaiting: nothing,
  }
}
