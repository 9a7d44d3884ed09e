import { RiptideError } from '../../core/errors.js'
import type { NewJob, SubmitAnswer } from '../../core/queue-adapter.js'
import { type OpenFile, appConnection } from './app-connection.js'
import type { Database } from './database.js'
import type { News } from './news.js'
import { sqliteError } from './sqlite-errors.js'
import { type Store, openStore } from './store.js'

/** Adds jobs through connections of the app's own, in the transactions that are open there. */
export class AppTransactions {
  readonly #known = new WeakMap<object, Known>()

  /**
   * All of the jobs or none; a transaction that is open goes on either way. `now` is ms since the epoch. STATE_INVALID while the
   * queue is not open, since its tables may not be there.
   */
  submit(
    given: unknown,
    jobs: readonly NewJob[],
    { file, now }: { readonly file: OpenFile | undefined; readonly now: number },
  ): readonly SubmitAnswer[] {
    if (file === undefined) {
      throw new RiptideError('STATE_INVALID', 'submitIn needs an open queue; await service.start() before')
    }
    const { database, store } = this.#connect(given, file)
    return inSavepoint(database, () => store.submit(jobs, now))
  }

  /** Looked at once, for a connection stays what it is; a file that is attached to it later does not hide its main one. */
  #connect(given: unknown, file: OpenFile): Known {
    const known = this.#known.get(given as object)
    if (known?.file === file) return known
    const database = appConnection(given, file)
    const store = openStore(database, untold)
    const fresh = { file, database, store }
    this.#known.set(given as object, fresh)
    return fresh
  }
}

// -------------------------------------------------------------------------------------------------------------------

interface Known {
  readonly file: OpenFile
  readonly database: Database
  readonly store: Store
}

/** Nothing may be told of what is not committed: whoever looks next finds it. */
const untold: News = {
  wantsEnds: false,
  wantsMoves: false,
  readied: () => undefined,
  ended: () => undefined,
  moved: () => undefined,
  interrupted: () => undefined,
  schedulesChanged: () => undefined,
  waits: () => undefined,
  stopsWaiting: () => undefined,
}

/** Outside of a transaction a savepoint is one. */
function inSavepoint<T>(database: Database, step: () => T): T {
  const run = (sql: string): unknown => database.prepare(sql).run()
  try {
    run('SAVEPOINT riptide_submit')
    try {
      const value = step()
      run('RELEASE riptide_submit')
      return value
    } catch (thrown) {
      undo(run)
      throw thrown
    }
  } catch (thrown) {
    throw sqliteError(thrown)
  }
}

/** After some failures SQLite has rolled back the whole transaction itself. */
function undo(run: (sql: string) => unknown): void {
  try {
    run('ROLLBACK TO riptide_submit')
    run('RELEASE riptide_submit')
  } catch {
    // The failure itself is what counts.
  }
}
