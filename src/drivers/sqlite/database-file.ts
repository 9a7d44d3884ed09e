import { accessSync, constants, lstatSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { RiptideError } from '../../core/errors.js'
import { dangerOf, isNetworkPath, mountOf } from './file-system.js'

/** Where a database is or will be. */
export interface DatabaseFile {
  /** Without any link in it, so that all who open the same file call it the same. */
  readonly path: string
  readonly exists: boolean
}

/**
 * Looks at an absolute path before SQLite does, and refuses with STORE_OPEN_FAILED where no database can or should be.
 * Links are followed. Nothing is created, and nothing opened: to close a file that another connection of this process has
 * open would drop that one's locks.
 */
export function examineFile(path: string): DatabaseFile {
  const file = located(path)
  if (file.exists) refuseNoDatabase(file.path)
  else if (hasLog(file.path)) throw orphanedLog(file.path, 'it was deleted')
  refuseFileSystem(file.path)
  refuseNoRights(file)
  return file
}

/** There can be no database at this path. */
export function cannotOpen(path: string, reason: OpenReason, why: string, cause?: unknown): RiptideError {
  return new RiptideError('STORE_OPEN_FAILED', `${path}: ${why}`, {
    facts: { reason, path },
    ...(cause === undefined ? {} : { cause }),
  })
}

/** Why a path was refused, for programs. */
export type OpenReason =
  | 'directory-missing'
  | 'dangling-link'
  | 'emptied'
  | 'file-system'
  | 'hard-links'
  | 'no-database'
  | 'no-file'
  | 'no-wal'
  | 'not-allowed'
  | 'failed'

/** The least that a database has which is not empty. */
export const smallestPage = 512

// -------------------------------------------------------------------------------------------------------------------

function located(path: string): DatabaseFile {
  try {
    return { path: realpathSync.native(path), exists: true }
  } catch (cause) {
    if (codeOf(cause) !== 'ENOENT') throw unreachable(path, cause)
    if (isLink(path)) {
      throw cannotOpen(path, 'dangling-link', 'it is a link to a file that does not exist', cause)
    }
  }
  try {
    return { path: join(realpathSync.native(dirname(path)), basename(path)), exists: false }
  } catch (cause) {
    if (codeOf(cause) !== 'ENOENT') throw unreachable(path, cause)
    throw cannotOpen(path, 'directory-missing', 'its directory does not exist; make it first', cause)
  }
}

function unreachable(path: string, cause: unknown): RiptideError {
  const code = codeOf(cause)
  if (code === 'ENOTDIR') return cannotOpen(path, 'no-file', 'what should be its directory is a file', cause)
  if (code === 'ELOOP') return cannotOpen(path, 'dangling-link', 'its links go in a circle', cause)
  if (code === 'EACCES')
    return cannotOpen(path, 'not-allowed', 'a directory above it may not be entered', cause)
  return cannotOpen(path, 'failed', `it cannot be looked up (${code})`, cause)
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false
}

function refuseNoDatabase(path: string): void {
  // Looked at first: whoever begins a file puts WAL on in its first page, so that one with a log is not empty any more.
  const isLogged = hasLog(path)
  const stats = statSync(path)
  if (!stats.isFile()) {
    const what = stats.isDirectory() ? 'a directory; name a file in it' : 'a device, a pipe or a socket'
    throw cannotOpen(path, 'no-file', `it is ${what}`)
  }
  // Each name would get a log of its own, and neither would see what is in the other's (https://sqlite.org/howtocorrupt.html, 2.5).
  if (stats.nlink > 1) {
    const advice = 'delete the other names, or use symbolic links'
    throw cannotOpen(path, 'hard-links', `the file has ${stats.nlink} names (hard links); ${advice}`)
  }
  // SQLite takes a file of one byte for an empty one, and writes over it.
  if (stats.size > 0 && stats.size < smallestPage) {
    throw cannotOpen(path, 'no-database', 'it is too short for a SQLite database')
  }
  if (stats.size === 0 && isLogged) throw orphanedLog(path, 'it was emptied')
}

function hasLog(path: string): boolean {
  return (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0
}

/** SQLite would throw the log away, without a word. */
function orphanedLog(path: string, what: string): RiptideError {
  const advice = 'put a backup in its place, or delete the log with the suffix -wal to begin anew'
  const why = `${what}, and its log, which may hold the last jobs, was not; ${advice}`
  return cannotOpen(path, 'emptied', why)
}

function refuseFileSystem(path: string): void {
  if (process.platform === 'win32' && isNetworkPath(path)) {
    throw cannotOpen(
      path,
      'file-system',
      'it lies on another machine, where SQLite cannot keep several processes apart',
    )
  }
  const type = mountOf(dirname(path), mounts())?.type
  const danger = type === undefined ? undefined : dangerOf(type)
  if (danger === undefined) return
  throw cannotOpen(path, 'file-system', `its file system is ${type}: ${danger}; use a disk of this machine`)
}

/** Only Linux tells; elsewhere nothing is known. */
function mounts(): string {
  try {
    return readFileSync('/proc/self/mountinfo', 'utf8')
  } catch {
    return ''
  }
}

/** SQLite would open what it may not write for reading only, and fail later. Beside the file it makes two more. */
function refuseNoRights({ path, exists }: DatabaseFile): void {
  const { R_OK, W_OK, X_OK } = constants
  if (exists) demand(path, R_OK | W_OK, path, 'this process may not read and write it')
  demand(dirname(path), W_OK | X_OK, path, 'this process may not make files in its directory')
}

function demand(target: string, mode: number, path: string, why: string): void {
  try {
    accessSync(target, mode)
  } catch (cause) {
    throw cannotOpen(path, 'not-allowed', why, cause)
  }
}

function codeOf(thrown: unknown): string {
  const { code } = thrown as { code?: unknown }
  return typeof code === 'string' ? code : 'an unknown error'
}
