import { type ErrorCode, RiptideError, isRiptideError } from '../../core/errors.js'

/**
 * What a driver threw, as one of our errors. Whatever it is, the step was not done; a transaction that was open may still be,
 * or may have been rolled back by SQLite.
 */
export function sqliteError(thrown: unknown): RiptideError {
  if (isRiptideError(thrown)) return thrown
  const name = resultNameOf(thrown)
  const { code, retryable } = kindOf(name)
  const text = thrown instanceof Error ? thrown.message : 'the driver failed'
  return new RiptideError(code, `SQLite: ${text}${name === undefined ? '' : ` (${name})`}`, {
    retryable,
    cause: thrown,
    ...(name === undefined ? {} : { facts: { sqlite: name } }),
  })
}

/** Whether another connection has the lock that this step needs: the same step may be tried again at once. */
export function isBusy(thrown: unknown): boolean {
  return sqliteError(thrown).code === 'STORE_BUSY'
}

/**
 * The name of SQLite's result code, such as `SQLITE_BUSY` or, where it tells more, an extended one such as
 * `SQLITE_READONLY_DBMOVED`; nothing for an error that SQLite did not give.
 */
export function resultNameOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return undefined
  // Text in better-sqlite3 and libsql, the number in node:sqlite.
  const { code, errcode } = thrown as { code?: unknown; errcode?: unknown }
  if (typeof code === 'string' && code.startsWith('SQLITE_')) return code
  if (typeof errcode === 'number') return nameOf(errcode)
  // libsql, when it cannot open the file.
  const number = /^ConnectionFailed\(.*: (\d+)"\)$/s.exec(thrown.message)?.[1]
  return number === undefined ? undefined : nameOf(Number(number))
}

// -------------------------------------------------------------------------------------------------------------------

interface Kind {
  readonly code: ErrorCode
  readonly retryable: boolean
}

const busy: Kind = { code: 'STORE_BUSY', retryable: true }
const full: Kind = { code: 'STORE_FULL', retryable: true }
const corrupt: Kind = { code: 'STORE_CORRUPT', retryable: false }
const denied: Kind = { code: 'STORE_DENIED', retryable: false }
const passing: Kind = { code: 'STORE_UNAVAILABLE', retryable: true }
/** A fault of the statement itself, which the same call would meet again. */
const ours: Kind = { code: 'STORE_UNAVAILABLE', retryable: false }

/** By the name of a result code; of several that fit, the longest counts. */
const kinds: Readonly<Record<string, Kind>> = {
  SQLITE_BUSY: busy,
  SQLITE_LOCKED: busy,
  SQLITE_FULL: full,
  // The index of the log cannot grow: the file system has no room.
  SQLITE_IOERR_SHMSIZE: full,
  SQLITE_CORRUPT: corrupt,
  SQLITE_NOTADB: corrupt,
  SQLITE_PERM: denied,
  SQLITE_READONLY: denied,
  SQLITE_AUTH: denied,
  SQLITE_READONLY_DBMOVED: { code: 'STORE_REPLACED', retryable: false },
  SQLITE_IOERR: passing,
  SQLITE_CANTOPEN: passing,
  SQLITE_PROTOCOL: passing,
  SQLITE_NOMEM: passing,
  SQLITE_INTERRUPT: passing,
}

/** Numbers of the result codes that stand above, and of those that a message should name. */
const numbers: Readonly<Record<number, string>> = {
  1: 'SQLITE_ERROR',
  3: 'SQLITE_PERM',
  5: 'SQLITE_BUSY',
  6: 'SQLITE_LOCKED',
  7: 'SQLITE_NOMEM',
  8: 'SQLITE_READONLY',
  9: 'SQLITE_INTERRUPT',
  10: 'SQLITE_IOERR',
  11: 'SQLITE_CORRUPT',
  13: 'SQLITE_FULL',
  14: 'SQLITE_CANTOPEN',
  15: 'SQLITE_PROTOCOL',
  17: 'SQLITE_SCHEMA',
  18: 'SQLITE_TOOBIG',
  19: 'SQLITE_CONSTRAINT',
  20: 'SQLITE_MISMATCH',
  21: 'SQLITE_MISUSE',
  22: 'SQLITE_NOLFS',
  23: 'SQLITE_AUTH',
  25: 'SQLITE_RANGE',
  26: 'SQLITE_NOTADB',
  261: 'SQLITE_BUSY_RECOVERY',
  517: 'SQLITE_BUSY_SNAPSHOT',
  1032: 'SQLITE_READONLY_DBMOVED',
  4874: 'SQLITE_IOERR_SHMSIZE',
}

/** An extended code has the primary one in its lowest byte. */
function nameOf(number: number): string {
  return numbers[number] ?? numbers[number & 0xff] ?? `SQLITE_${number}`
}

function kindOf(name: string | undefined): Kind {
  if (name === undefined) return ours
  const parts = name.split('_')
  for (let length = parts.length; length > 1; length--) {
    const part = parts.slice(0, length).join('_')
    if (Object.hasOwn(kinds, part)) return kinds[part] ?? ours
  }
  return ours
}
