import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { Committer } from '../../../src/drivers/sqlite/committer.js'
import type { Database, Driver } from '../../../src/drivers/sqlite/database.js'
import { openOnce } from '../../../src/drivers/sqlite/opening.js'
import type { Outcome } from '../../../src/drivers/sqlite/protocol.js'
import { type Follower, Transactions } from '../../../src/drivers/sqlite/transactions.js'
import { FakeClock } from '../../../src/testing/index.js'
import { tempDirectory } from './drivers-here.js'

/** Writes down what happens to the transactions. */
class Diary implements Follower {
  readonly lines: string[] = []
  begin = (): void => void this.lines.push('begin')
  beginStep = (): void => void this.lines.push('step')
  dropStep = (): void => void this.lines.push('drop')
  commit = (): void => void this.lines.push('commit')
  rollback = (): void => void this.lines.push('rollback')
}

export interface StageOptions {
  readonly busyTimeoutMs?: number
  readonly makeRoom?: () => boolean
}

/** A committer over a file of its own, on a clock that the test moves. */
export class CommitterStage {
  readonly clock = new FakeClock()
  readonly diary = new Diary()
  readonly path = join(tempDirectory(), 'jobs.db')
  readonly database: Database
  readonly committer: Committer
  readonly #driver: Driver

  constructor(driver: Driver, { busyTimeoutMs = 5000, makeRoom = () => false }: StageOptions = {}) {
    this.#driver = driver
    this.database = this.connect()
    this.database.exec('CREATE TABLE box (thing INTEGER PRIMARY KEY, text TEXT)')
    const { database, diary, clock } = this
    const transactions = new Transactions({ database, followers: [diary], check: () => undefined })
    const onCommit = (): void => undefined
    this.committer = new Committer({
      transactions,
      clock,
      random: () => 0,
      busyTimeoutMs,
      onCommit,
      makeRoom,
    })
  }

  /** A connection of its own to the same file. */
  connect(): Database {
    const { database } = openOnce(this.#driver, { path: this.path, synchronous: 'normal' })
    onTestFinished(() => database.close())
    return database
  }

  put(thing: number, after?: () => void, isUrgent = false): Promise<unknown> {
    const insert = this.database.prepare('INSERT INTO box (thing) VALUES (?)')
    return this.write(() => {
      insert.run(thing)
      after?.()
      return thing
    }, isUrgent)
  }

  write(step: () => unknown, isUrgent = false, jobs = 0): Promise<unknown> {
    return new Promise((resolve, reject) =>
      this.committer.write({ step, isUrgent, jobs, settle: settler(resolve, reject) }),
    )
  }

  read(step: () => unknown): Promise<unknown> {
    return new Promise((resolve, reject) => this.committer.read({ step, settle: settler(resolve, reject) }))
  }

  things(database = this.database): readonly unknown[] {
    return database
      .prepare('SELECT thing FROM box ORDER BY thing')
      .all()
      .map((row) => row['thing'])
  }
}

function settler(resolve: (value: unknown) => void, reject: (error: Error) => void) {
  return (outcome: Outcome): void =>
    outcome.kind === 'answer' ? resolve(outcome.value) : reject(outcome.error)
}

/** What a promise has come to so far. */
export function watch(promise: Promise<unknown>): { state: string } {
  const watched = { state: 'waits' }
  promise.then(
    () => (watched.state = 'done'),
    (error: unknown) => (watched.state = (error as { code?: string }).code ?? 'failed'),
  )
  return watched
}
