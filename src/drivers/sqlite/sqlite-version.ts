import { RiptideError } from '../../core/errors.js'
import type { Driver } from './database.js'

/** The oldest SQLite that a queue runs on at all. */
export const oldestVersion = '3.45.0'

/**
 * The first SQLite without the WAL-reset bug: before it, two connections of which one writes while the other copies the log
 * back could corrupt the file.
 */
export const safeVersion = '3.51.3'

/** Whether a version of SQLite, as `sqlite_version()` says it, is this one or newer. */
export function isAtLeast(version: string, oldest: string): boolean {
  const [ours, theirs] = [numbersOf(version), numbersOf(oldest)]
  const i = ours.findIndex((number, place) => number !== theirs[place])
  return i === -1 || (ours[i] ?? 0) > (theirs[i] ?? 0)
}

/** Whether several connections, of one process or of many, may have the same file open. */
export function allowsSeveralConnections(version: string): boolean {
  return isAtLeast(version, safeVersion)
}

/** Refuses to be one of several connections to a file, in one process or many, with an SQLite that would corrupt it. */
export function refuseSeveralProcesses(
  { name, version }: Pick<Driver, 'name' | 'version'>,
  others: number,
  path: string,
): void {
  if (others === 0 || allowsSeveralConnections(version)) return
  throw new RiptideError(
    'STORE_OPEN_FAILED',
    `${path} is open already, in another process, thread or copy of this package, and SQLite ${version} (${name}) may ` +
      `corrupt a file that several connections write; use a newer Node (its SQLite must be ${safeVersion} or newer), or ` +
      'npm install better-sqlite3@12',
    { facts: { reason: 'sqlite-too-old', driver: name, version, others } },
  )
}

// -------------------------------------------------------------------------------------------------------------------

function numbersOf(version: string): readonly [number, number, number] {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map((part) => Number.parseInt(part, 10) || 0)
  return [major, minor, patch]
}
