import { type Clock, systemClock } from '../../core/clock.js'
import type { Logger } from '../../core/logger.js'
import { type Random, systemRandom } from '../../core/random.js'
import { copyOf } from './app-connection.js'
import { Checkpoints, type PinnedLog } from './checkpoints.js'
import { Committer } from './committer.js'
import { refuseLoss } from './file-identity.js'
import { findDriver } from './find-driver.js'
import { type Audience, Hints, type Post } from './hints.js'
import { migrateFile } from './migrating.js'
import { Neighbours } from './neighbours.js'
import { type Opened, openDatabase } from './opening.js'
import type { Call, Outcome } from './protocol.js'
import { Resends } from './resends.js'
import type { HostFacts, HostStart } from './running-host.js'
import { sqliteError } from './sqlite-errors.js'
import { type Store, openStore } from './store.js'
import { openTexts } from './texts.js'
import { Transactions } from './transactions.js'
import { type Steps, jobsOf, reads, sizeOf, stepsOver, take } from './steps.js'

export interface HostTools {
  readonly logger: Logger
  /** Hints for those who listen to this host. */
  readonly deliver: (posts: readonly Post[]) => void
  readonly clock?: Clock
  readonly random?: Random
}

/**
 * Opens a file and serves it: one connection, with all that is done over it. It lives in a worker thread, or in the thread of
 * the app. Its timers are always real ones: a disk does not wait for the clock of a test.
 */
export async function openHost(start: HostStart, tools: HostTools): Promise<Host> {
  const { options } = start
  const { clock = systemClock, random = systemRandom } = tools
  const driver = await findDriver(options.driver)
  const opened = await openDatabase(driver, options, { clock, random })
  let host: Host | undefined
  try {
    const { busyTimeoutMs } = options
    await migrateFile(opened.database, { clock, random, busyTimeoutMs, now: start.now ?? clock.now() })
    host = new Host(opened, start, { ...tools, clock, random })
    await host.join()
    return host
  } catch (thrown) {
    await host?.close().catch(() => undefined)
    opened.database.close()
    throw sqliteError(thrown)
  }
}

export class Host {
  readonly #opened: Opened
  readonly #clock: Clock
  readonly #hints: Hints
  readonly #store: Store
  readonly #steps: Steps
  readonly #committer: Committer
  readonly #checkpoints: Checkpoints
  readonly #neighbours: Neighbours
  /** What the last call said the time is; null where that is the host's affair. */
  #toldNow: number | null

  constructor(opened: Opened, { options, replaces, now }: HostStart, tools: Required<HostTools>) {
    const { database, identity } = opened
    const { logger, clock, random } = tools
    this.#opened = opened
    this.#toldNow = now
    this.#clock = clock
    this.#hints = new Hints({ deliver: tools.deliver })
    this.#store = openStore(database, this.#hints)
    const resends = new Resends(clock)
    this.#checkpoints = new Checkpoints({
      database,
      path: identity?.path ?? null,
      clock,
      logger,
      alarmingBytes,
      onPinned: (log) => this.#tellPinned(log, logger),
    })
    this.#committer = new Committer({
      transactions: new Transactions({
        database,
        followers: [this.#hints, resends],
        check: () => {
          if (identity !== null) refuseLoss(identity)
        },
      }),
      clock,
      random,
      busyTimeoutMs: options.busyTimeoutMs,
      onCommit: () => this.#checkpoints.committed(),
      makeRoom: () => this.#checkpoints.makeRoom(),
    })
    this.#neighbours = new Neighbours({
      database,
      path: identity?.path ?? null,
      hints: this.#hints,
      clock,
      logger,
      replaces,
      ledger: {
        write: (step) => this.#write(step),
        loseProcess: (n) => void this.#store.loseProcess(n, this.#now()),
        hasWork: (types) => this.#store.hasWork(types, this.#now()),
        onCompany: (hasCompany) => (this.#committer.hasCompany = hasCompany),
      },
    })
    this.#steps = stepsOver({
      store: this.#store,
      texts: openTexts(database),
      resends,
      neighbours: this.#neighbours,
    })
  }

  get facts(): HostFacts {
    const { database, identity } = this.#opened
    const { driver, version } = database
    if (identity === null) return { process: null, file: null }
    const file = { path: identity.path, driver, version, copy: copyOf(database) }
    return { process: this.#store.process, file }
  }

  /** Becomes one of the processes at the file. */
  async join(): Promise<void> {
    this.#store.process = await this.#neighbours.open()
  }

  /** `settle` is called once: for what was written, after its commit. */
  call(call: Call, settle: (outcome: Outcome) => void): void {
    this.#toldNow = call.now
    const step = (): unknown => take(this.#steps, call, call.now ?? this.#clock.now())
    if (reads.has(call.verb)) return this.#committer.read({ step, settle })
    this.#committer.write({
      step,
      settle,
      isUrgent: call.verb === 'renew',
      size: sizeOf(call),
      jobs: jobsOf(call),
    })
  }

  setAudience(audience: Audience): void {
    this.#hints.setAudience(audience)
  }

  /** Does what was called before, and leaves nothing open. */
  async close(): Promise<void> {
    await this.#neighbours.close()
    await this.#committer.close()
    this.#checkpoints.close()
    this.#opened.database.close()
  }

  #now(): number {
    return this.#toldNow ?? this.#clock.now()
  }

  #tellPinned(log: PinnedLog, logger: Logger): void {
    const message =
      `the write-ahead log of the queue has ${log.bytes} bytes and cannot be used again, because someone has been reading ` +
      'the file in one transaction for long; end that transaction'
    logger.error(message, { code: 'STORE_PINNED', ...log })
    this.#hints.post('instances', { kind: 'alarm', code: 'STORE_PINNED', message, facts: { ...log } })
  }

  #write<T>(step: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = (outcome: Outcome): void => {
        if (outcome.kind === 'answer') resolve(outcome.value as T)
        else reject(outcome.error)
      }
      this.#committer.write({ step, settle })
    })
  }
}

// -------------------------------------------------------------------------------------------------------------------

/** The log is copied back at 16 MB, and cut back to 64 when it had to grow. */
const alarmingBytes = 96 * 2 ** 20
