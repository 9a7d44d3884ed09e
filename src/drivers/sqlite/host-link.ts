import { before } from '../../core/abort.js'
import { type Clock, systemClock } from '../../core/clock.js'
import { RiptideError } from '../../core/errors.js'
import { type Logger, safeLogger, silentLogger } from '../../core/logger.js'
import type { OpenOptions } from '../../core/queue-adapter.js'
import type { OpenFile } from './app-connection.js'
import type { Post } from './hints.js'
import { runInline } from './inline-host.js'
import { type Listeners, audienceOf } from './listeners.js'
import type { Answer, Call, Verb } from './protocol.js'
import type { HostEvents, HostFacts, HostStart, RunningHost } from './running-host.js'
import type { ResolvedSqliteOptions } from './sqlite-options.js'
import { runInThread } from './thread-host.js'

export interface LinkTools {
  /** Of the time limits: always the host's own, for a disk does not wait for the clock of a test. */
  readonly clock: Pick<Clock, 'after'>
  readonly run: (start: HostStart, events: HostEvents) => RunningHost
}

/**
 * The way to the host of one file, for all adapters of this process that use it. Opened by several, closed by each once; the
 * host lives from the first to the last. One that dies is started again by the next call. Every promise settles within the
 * time limit.
 */
export class HostLink {
  readonly options: ResolvedSqliteOptions
  readonly #clock: LinkTools['clock']
  readonly #run: LinkTools['run']
  readonly #limitMs: number
  readonly #attached = new Set<Listeners>()
  #logger: Logger = silentLogger
  #opened = 0
  #host: RunningHost | undefined
  #closing: Promise<void> | undefined
  /** Of the host that runs, or ran last. */
  #facts: HostFacts | undefined

  constructor(options: ResolvedSqliteOptions, { clock, run }: LinkTools = toolsFor(options)) {
    this.options = options
    this.#clock = clock
    this.#run = run
    this.#limitMs = options.busyTimeoutMs + limitMs
  }

  get isInUse(): boolean {
    return this.isOpen || this.#closing !== undefined
  }

  get isOpen(): boolean {
    return this.#opened > 0
  }

  /** Resolves when a closing that is under way is over. */
  async whenClosed(): Promise<void> {
    await this.#closing
  }

  /** What the host has open; undefined while it has nothing. */
  get file(): OpenFile | undefined {
    return this.#facts?.file ?? undefined
  }

  async open({ logger, clock }: OpenOptions): Promise<void> {
    this.#opened++
    this.#logger = safeLogger(logger)
    try {
      if (this.#closing !== undefined) await this.#closing
      await this.#limited((this.#host ??= this.#start(clock?.now() ?? null)).opened, 'the opening')
    } catch (thrown) {
      await this.close()
      throw thrown
    }
  }

  async close(): Promise<void> {
    this.#opened = Math.max(0, this.#opened - 1)
    const host = this.#host
    if (this.#opened > 0 || host === undefined) return this.#closing
    this.#host = undefined
    this.#facts = undefined
    const closing = host.close().then(() => {
      if (this.#closing === closing) this.#closing = undefined
    })
    this.#closing = closing
    await closing
  }

  call<V extends Verb>(call: Call<V>): Promise<Answer<V>> {
    if (this.#opened === 0 || this.#closing !== undefined) return Promise.reject(notOpen())
    const answer = new Promise<Answer<V>>((resolve, reject) => {
      const host = (this.#host ??= this.#start(call.now))
      host.call(call, (outcome) => {
        if (outcome.kind === 'answer') resolve(outcome.value as Answer<V>)
        else reject(outcome.error)
      })
    })
    return this.#limited(answer, `"${call.verb}"`)
  }

  /** From now on these are told what the host has to tell; the answer ends that. */
  attach(listeners: Listeners): () => void {
    this.#attached.add(listeners)
    listeners.onChange = () => this.#tellAudience()
    this.#tellAudience()
    return () => {
      listeners.onChange = nothing
      this.#attached.delete(listeners)
      this.#tellAudience()
    }
  }

  #start(now: number | null): RunningHost {
    const events: HostEvents = {
      logger: this.#currentLogger(),
      deliver: (posts) => this.#deliver(posts),
      onDeath: (error) => this.#afterDeath(host, error),
    }
    const start = { options: this.options, replaces: this.#facts?.process ?? null, now }
    const host: RunningHost = this.#run(start, events)
    host.opened.then(
      (facts) => this.#afterOpening(host, facts),
      () => this.#letGo(host),
    )
    return host
  }

  /** Whoever listens already heard nothing since the host before this one died. */
  #afterOpening(host: RunningHost, facts: HostFacts): void {
    if (this.#host !== host) return
    this.#facts = facts
    this.#tellAudience()
    this.#deliver([{ to: 'all', hint: { kind: 'reconnected' } }])
  }

  #afterDeath(host: RunningHost, error: RiptideError): void {
    this.#letGo(host)
    this.#logger.error(error.message, { code: error.code, error: error.cause })
  }

  #letGo(host: RunningHost): void {
    if (this.#host === host) this.#host = undefined
  }

  #tellAudience(): void {
    this.#host?.setAudience(audienceOf([...this.#attached]))
  }

  #deliver(posts: readonly Post[]): void {
    for (const listeners of this.#attached) listeners.deliver(posts, this.#logger)
  }

  /** That of whoever opened last. */
  #currentLogger(): Logger {
    const level =
      (name: keyof Logger): Logger[keyof Logger] =>
      (message, fields) =>
        this.#logger[name](message, fields)
    return { debug: level('debug'), info: level('info'), warn: level('warn'), error: level('error') }
  }

  #limited<T>(work: Promise<T>, what: string): Promise<T> {
    return before(work, { clock: this.#clock, ms: this.#limitMs, late: () => late(what, this.#limitMs) })
  }
}

// -------------------------------------------------------------------------------------------------------------------

/** Beside the time that other processes may take: a disk that takes longer is not merely slow. */
const limitMs = 25_000

function toolsFor({ inline }: ResolvedSqliteOptions): LinkTools {
  return { clock: systemClock, run: inline ? runInline : runInThread }
}

const nothing = (): void => undefined

function notOpen(): RiptideError {
  return new RiptideError('STORE_UNAVAILABLE', 'SQLite: the queue is not open', { retryable: true })
}

function late(what: string, ms: number): RiptideError {
  return new RiptideError('STORE_TIMEOUT', `SQLite did not answer ${what} within ${ms} ms`, {
    retryable: true,
  })
}
