import { RiptideError } from '../../core/errors.js'
import type { NewJob, SubmitAnswer } from '../../core/queue-adapter.js'
import { type OpenFile, appConnection } from './app-connection.js'
import type { Database } from './database.js'
import type { News } from './news.js'
import { sqliteError } from './sqlite-errors.js'
import submitInSql from './sql/submit-in.sql'
import { type Command, SqlFile } from './sql-file.js'
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
      throw new RiptideError(
        'STATE_INVALID',
        'submitIn needs an open queue: await service.start() before, or, where a process only submits, any other call',
      )
    }
    const { statements, store } = this.#connect(given, file)
    return inSavepoint(statements, () => store.submit(jobs, now))
  }

  /** Looked at once, for a connection stays what it is; a file that is attached to it later does not hide its main one. */
  #connect(given: unknown, file: OpenFile): Known {
    const known = this.#known.get(given as object)
    if (known?.file === file) return known
    const database = appConnection(given, file)
    const fresh = { file, statements: statementsOf(database), store: openStore(database, untold) }
    this.#known.set(given as object, fresh)
    return fresh
  }
}

// -------------------------------------------------------------------------------------------------------------------

interface Known {
  readonly file: OpenFile
  readonly statements: Statements
  readonly store: Store
}

type Statements = Readonly<Record<'begin' | 'lock' | 'end' | 'undo', Command>>

function statementsOf(database: Database): Statements {
  const sql = new SqlFile(database, submitInSql)
  return {
    begin: sql.command('begin'),
    lock: sql.command('lock'),
    end: sql.command('end'),
    undo: sql.command('undo'),
  }
}

/** Nothing may be told of what is not committed: whoever looks next finds it. */
const untold: News = {
  wantsEnds: false,
  wantsMoves: false,
  readied: () => undefined,
  ended: () => undefined,
  moved: () => undefined,
  interrupted: () => undefined,
  stepDue: () => undefined,
  schedulesChanged: () => undefined,
  waits: () => undefined,
  stopsWaiting: () => undefined,
}

/** Outside of a transaction a savepoint is one. */
function inSavepoint<T>({ begin, lock, end, undo }: Statements, step: () => T): T {
  try {
    begin.run()
    try {
      // The lock first: once something has been read SQLite does not wait for it, whatever the timeout of the connection.
      lock.run()
      const value = step()
      end.run()
      return value
    } catch (thrown) {
      quietly(() => {
        undo.run()
        end.run()
      })
      throw thrown
    }
  } catch (thrown) {
    throw sqliteError(thrown)
  }
}

/** After some failures SQLite has rolled back the whole transaction itself: the failure is what counts. */
function quietly(act: () => void): void {
  try {
    act()
  } catch {
    // Nothing is left to undo.
  }
}
