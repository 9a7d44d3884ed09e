import { type BigIntStats, statSync } from 'node:fs'
import { RiptideError } from '../../core/errors.js'
import { smallestPage } from './database-file.js'

/** Which files a connection has open: a name says nothing, for the file behind it may be another one by now. */
export interface FileIdentity {
  readonly path: string
  /** The database, then its log and the log's index. */
  readonly files: readonly KnownFile[]
}

interface KnownFile {
  readonly path: string
  readonly device: bigint
  readonly inode: bigint
}

/** What became of a file under us. */
export type FileLoss = 'deleted' | 'replaced' | 'emptied'

/**
 * The files of a database that is open in WAL mode. All three stay what they are as long as anyone has it open: SQLite
 * deletes log and index only behind the last one.
 */
export function identityOf(path: string): FileIdentity {
  return { path, files: ['', '-wal', '-shm'].flatMap((ending) => knownFile(`${path}${ending}`)) }
}

/**
 * What became of the files since, or undefined while all is well. It costs three looks at the file system and opens
 * nothing. SQLite itself goes on writing into files that no name leads to any more, without a word.
 */
export function lossOf({
  path,
  files,
}: FileIdentity): { readonly path: string; readonly loss: FileLoss } | undefined {
  for (const known of files) {
    const stats = look(known.path)
    if (stats === undefined) return { path: known.path, loss: 'deleted' }
    if (stats.ino !== known.inode || stats.dev !== known.device) return { path: known.path, loss: 'replaced' }
    // The first page is written before WAL is on. Log and index may well be empty.
    if (known.path === path && stats.size < smallestPage) return { path, loss: 'emptied' }
  }
  return undefined
}

/** Throws STORE_REPLACED when the files are not the ones that were opened. */
export function refuseLoss(identity: FileIdentity): void {
  const found = lossOf(identity)
  if (!found) return
  throw new RiptideError(
    'STORE_REPLACED',
    `${found.path} was ${found.loss} while the queue had it open, and jobs are no longer safe in it; ` +
      'stop every process that uses it, put the file right, and start again',
    { facts: { path: found.path, loss: found.loss } },
  )
}

// -------------------------------------------------------------------------------------------------------------------

function knownFile(path: string): readonly KnownFile[] {
  const stats = look(path)
  return stats ? [{ path, device: stats.dev, inode: stats.ino }] : []
}

/** Numbers of files may pass 2 ** 53, on Windows at least. */
function look(path: string): BigIntStats | undefined {
  return statSync(path, { bigint: true, throwIfNoEntry: false })
}
