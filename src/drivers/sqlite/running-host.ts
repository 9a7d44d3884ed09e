import type { Logger } from '../../core/logger.js'
import type { RiptideError } from '../../core/errors.js'
import type { OpenFile } from './app-connection.js'
import type { Audience, Post } from './hints.js'
import type { Call, Outcome } from './protocol.js'
import type { ResolvedSqliteOptions } from './sqlite-options.js'

/** What a host is started with: plain data, so that it can go into a thread. */
export interface HostStart {
  readonly options: ResolvedSqliteOptions
  /** The number in the file of a host of this process that died with its thread. */
  readonly replaces: number | null
  /** The time of a test's clock; null for the host's. */
  readonly now: number | null
}

/** What is known of a host once it has opened its file. */
export interface HostFacts {
  /** Its number in the file; null where that is in memory. */
  readonly process: number | null
  /** What it has open; null where that is in memory. */
  readonly file: OpenFile | null
}

/** A host from its start to its end, in this thread or in one of its own. */
export interface RunningHost {
  /** Rejects when the file is refused. */
  readonly opened: Promise<HostFacts>
  /** `settle` is called once, whatever happens, unless the call itself throws. */
  call(call: Call, settle: (outcome: Outcome) => void): void
  setAudience(audience: Audience): void
  /** Ends in order, after what was called before. Resolves within a few seconds, whatever happens. */
  close(): Promise<void>
}

/** What a host tells without being asked. */
export interface HostEvents {
  readonly logger: Logger
  /** Hints for those who listen here. */
  readonly deliver: (posts: readonly Post[]) => void
  /** It is no more, and was not closed. */
  readonly onDeath: (error: RiptideError) => void
}
