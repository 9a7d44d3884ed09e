import { resolve as absolute } from 'node:path'
import { asBoolean, asObject, asText, integerIn, oneOf, onlyKeys, wrong } from '../../core/check.js'
import { RiptideError } from '../../core/errors.js'
import { type DriverName, driverNames } from './database.js'

export interface SqliteQueueOptions {
  /** The file; it is made when it is missing, its directory is not. `:memory:` lives and dies with this process. */
  readonly path: string
  /** `full`: what is acknowledged survives power loss; `normal`: a crash of the process only, and several times faster. @default 'full' */
  readonly synchronous?: Synchronous
  /** Work in the calling thread, which waits for the disk then. @default false, for `:memory:` always true */
  readonly inline?: boolean
  /** The one driver to take. @default the first installed one whose SQLite is new enough for several processes */
  readonly driver?: DriverName
  /** How long a step may wait for other processes before it rejects with STORE_BUSY. @default 5_000 */
  readonly busyTimeoutMs?: number
  /** Where the worker thread's entry is, when a bundler moved it: `riptide-workers/sqlite/thread` as a file url. @default beside the driver */
  readonly threadUrl?: string | URL
}

/** The same file as a queue's, for texts. */
export type SqliteStorageOptions = SqliteQueueOptions

/** What a commit survives. */
export type Synchronous = (typeof synchronousWords)[number]

const synchronousWords = ['full', 'normal'] as const

/** All that is to be known of a file, complete; it is plain data, so that it can go into a thread. */
export interface ResolvedSqliteOptions {
  /** Absolute, or `:memory:`. */
  readonly path: string
  readonly synchronous: Synchronous
  readonly inline: boolean
  readonly driver: DriverName | undefined
  readonly busyTimeoutMs: number
  /** The href of a file url; undefined is the entry beside the driver. */
  readonly threadUrl: string | undefined
}

/** The name of a database that has no file. */
export const inMemory = ':memory:'

/** The options of `sqliteQueue` and `sqliteStorage`, checked and complete; CONFIG_INVALID for what is wrong by itself. */
export function resolveSqliteOptions(options: SqliteQueueOptions): ResolvedSqliteOptions {
  onlyKeys(asObject(options, place('')), known, place(''))
  const { synchronous, driver, busyTimeoutMs } = options
  const path = pathOf(options.path)
  const inline = inlineOf(options.inline, path)
  return Object.freeze({
    path,
    synchronous: oneOf(synchronous ?? 'full', synchronousWords, place('/synchronous')),
    inline,
    driver: driver === undefined ? undefined : oneOf(driver, driverNames, place('/driver')),
    busyTimeoutMs: integerIn(busyTimeoutMs ?? 5000, 0, 600_000, place('/busyTimeoutMs')),
    threadUrl: threadUrlOf(options.threadUrl, inline),
  })
}

// -------------------------------------------------------------------------------------------------------------------

const known = ['path', 'synchronous', 'inline', 'driver', 'busyTimeoutMs', 'threadUrl'] as const

/** Longer than any system takes. */
const longestPath = 4096

function pathOf(path: unknown): string {
  const text = asText(path, longestPath, place('/path'))
  if (text === inMemory) return text
  if (text.trim() === '') throw wrong('CONFIG_INVALID', place('/path'), 'must name a file', path)
  // Half of a surrogate pair.
  if (/\p{Cs}/u.test(text)) throw wrong('CONFIG_INVALID', place('/path'), 'must be well-formed text', path)
  if (/^file:/i.test(text)) {
    // Some drivers would take it for a url with options, others for the name of a file.
    throw wrong(
      'CONFIG_INVALID',
      place('/path'),
      'must be a path and no url: use fileURLToPath of node:url',
      path,
    )
  }
  if (text.startsWith(':')) {
    throw wrong('CONFIG_INVALID', place('/path'), `must not begin with a colon, but for "${inMemory}"`, path)
  }
  return absolute(text)
}

function inlineOf(inline: unknown, path: string): boolean {
  const given = asBoolean(inline ?? path === inMemory, place('/inline'))
  if (!given && path === inMemory) {
    throw new RiptideError('CONFIG_INVALID', `/inline must not be false for "${inMemory}"`, {
      path: '/inline',
    })
  }
  return given
}

function threadUrlOf(url: unknown, inline: boolean): string | undefined {
  if (url === undefined) return undefined
  if (inline) {
    throw new RiptideError(
      'CONFIG_INVALID',
      '/threadUrl has no meaning without a thread; leave it or inline out',
      {
        path: '/threadUrl',
      },
    )
  }
  const text = url instanceof URL ? url.href : url
  if (typeof text !== 'string' || !URL.canParse(text) || new URL(text).protocol !== 'file:') {
    throw wrong('CONFIG_INVALID', place('/threadUrl'), 'must be a file url', url)
  }
  return text
}

function place(path: string): { readonly path: string; readonly code: 'CONFIG_INVALID' } {
  return { path, code: 'CONFIG_INVALID' }
}
