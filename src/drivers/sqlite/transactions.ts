import type { RiptideError } from '../../core/errors.js'
import type { Database, Statement } from './database.js'
import type { Outcome } from './protocol.js'
import { sqliteError } from './sqlite-errors.js'

/** What goes along with a transaction: it stands after the commit, and is dropped with what is rolled back. */
export interface Follower {
  begin(): void
  /** What was collected before stands, whatever becomes of the step that begins. */
  beginStep(): void
  dropStep(): void
  commit(): void
  rollback(): void
}

export type Step = () => unknown

export interface TransactionsOptions {
  readonly database: Database
  readonly followers: readonly Follower[]
  /** Throws when the file is not what it was. */
  readonly check: () => void
}

/** Transactions over one connection. Each is one synchronous call, so that no two of them can meet. */
export class Transactions {
  readonly #followers: readonly Follower[]
  readonly #check: () => void
  readonly #statements: Readonly<Record<keyof typeof texts, Statement>>

  constructor({ database, followers, check }: TransactionsOptions) {
    this.#followers = followers
    this.#check = check
    this.#statements = {
      write: database.prepare(texts.write),
      read: database.prepare(texts.read),
      commit: database.prepare(texts.commit),
      rollback: database.prepare(texts.rollback),
      save: database.prepare(texts.save),
      keep: database.prepare(texts.keep),
      undo: database.prepare(texts.undo),
    }
  }

  /**
   * Does all steps in one transaction, each in a savepoint of its own, so that one which fails hurts no other. The outcomes,
   * committed; or why nothing at all was done.
   */
  write(steps: readonly Step[]): readonly Outcome[] | RiptideError {
    const { write, commit, rollback } = this.#statements
    try {
      this.#check()
      write.run()
    } catch (thrown) {
      return sqliteError(thrown)
    }
    for (const follower of this.#followers) follower.begin()
    let outcomes: readonly Outcome[]
    try {
      outcomes = steps.map((step) => this.#do(step))
      commit.run()
    } catch (thrown) {
      quietly(() => rollback.run())
      for (const follower of this.#followers) follower.rollback()
      return sqliteError(thrown)
    }
    for (const follower of this.#followers) follower.commit()
    return outcomes
  }

  /** Does all steps over one state of the file; what they write is lost. */
  read(steps: readonly Step[]): readonly Outcome[] | RiptideError {
    try {
      this.#check()
      this.#statements.read.run()
    } catch (thrown) {
      return sqliteError(thrown)
    }
    const outcomes = steps.map(attempt)
    quietly(() => this.#statements.rollback.run())
    return outcomes
  }

  /** Throws when the whole transaction is lost: a full disk, say, ends it with all that stood in it. */
  #do(step: Step): Outcome {
    const { save, keep, undo } = this.#statements
    save.run()
    for (const follower of this.#followers) follower.beginStep()
    try {
      const value = step()
      keep.run()
      return { kind: 'answer', value }
    } catch (thrown) {
      const isUndone = quietly(() => {
        undo.run()
        keep.run()
      })
      if (!isUndone) throw thrown
      for (const follower of this.#followers) follower.dropStep()
      return { kind: 'failure', error: sqliteError(thrown) }
    }
  }
}

// -------------------------------------------------------------------------------------------------------------------

/** A transaction that begins as a reader and then writes fails when another has written meanwhile; so none does. */
const texts = {
  write: 'BEGIN IMMEDIATE',
  read: 'BEGIN',
  commit: 'COMMIT',
  rollback: 'ROLLBACK',
  save: 'SAVEPOINT step',
  keep: 'RELEASE step',
  undo: 'ROLLBACK TO step',
} as const

function attempt(step: Step): Outcome {
  try {
    return { kind: 'answer', value: step() }
  } catch (thrown) {
    return { kind: 'failure', error: sqliteError(thrown) }
  }
}

/** Whether it went without an error. */
function quietly(act: () => void): boolean {
  try {
    act()
    return true
  } catch {
    return false
  }
}
