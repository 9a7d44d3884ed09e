import type { Clock } from '../../core/clock.js'
import type { Logger } from '../../core/logger.js'
import { removeSocket } from './listening.js'
import { type ProcessIdentity, lifeOf } from './process-identity.js'
import type { ProcessRegistry, Registered } from './process-registry.js'

export interface RollCallOptions {
  readonly registry: ProcessRegistry
  readonly own: ProcessIdentity & { readonly n: number }
  readonly clock: Clock
  readonly logger: Logger
  readonly write: <T>(step: () => T) => Promise<T>
  /** Ends the leases of a dead process; called within a step. */
  readonly loseProcess: (n: number) => void
  readonly isConnected: (n: number) => boolean
  /** Tries to; `onMissed` hears with which code it failed. */
  readonly connect: (other: Registered, onMissed: (code: string | undefined) => void) => void
  /** Its own entry is gone: others took it for dead. */
  readonly onForgotten: () => void
  readonly onCompany: (hasCompany: boolean) => void
}

/**
 * Looks now and then who has the file open. A process that is connected lives, since the host closes the sockets of one
 * that ends. Of the others those that are dead are removed, and their leases end at once; those that came before this one
 * are called; and of whom it cannot be told, the entry goes when nobody listens there or nothing was heard for long, while
 * their leases end by their time.
 */
export class RollCall {
  readonly #options: RollCallOptions
  readonly #calls = new Map<number, Calling>()
  readonly #removing = new Set<number>()
  #pauseMs = longestMs
  #signedAt: number
  #hasCompany = false
  #cancel: (() => void) | undefined
  #isStopped = false
  #lastTrouble: string | undefined

  constructor(options: RollCallOptions) {
    this.#options = options
    this.#signedAt = options.clock.monotonic()
  }

  /** Looks now, and often for a while: something has changed. */
  soon(): void {
    this.#pauseMs = shortestMs
    this.#look()
  }

  stop(): void {
    this.#isStopped = true
    this.#cancel?.()
  }

  #look(): void {
    if (this.#isStopped) return
    this.#cancel?.()
    try {
      this.#call(this.#options.registry.list())
    } catch (thrown) {
      this.#trouble(thrown)
    }
    this.#cancel = this.#options.clock.after(this.#pauseMs, () => this.#look())
    this.#pauseMs = Math.min(this.#pauseMs * 2, longestMs)
  }

  #call(all: readonly Registered[]): void {
    const { own, isConnected, onForgotten } = this.#options
    const others = all.filter(({ n }) => n !== own.n)
    this.#forgetCalls(others)
    for (const other of others) if (!isConnected(other.n)) this.#callOne(other)
    this.#tellCompany(others.length > 0)
    if (others.length === all.length) onForgotten()
    else this.#sign()
  }

  /** Those of processes that are gone, and of connections that have held for a while. */
  #forgetCalls(others: readonly Registered[]): void {
    const { clock, isConnected } = this.#options
    for (const [n, { notBefore }] of this.#calls) {
      const hasHeld = isConnected(n) && clock.monotonic() - notBefore > longestCallMs
      if (hasHeld || !others.some((other) => other.n === n)) this.#calls.delete(n)
    }
  }

  #callOne(other: Registered): void {
    const { own, clock, loseProcess } = this.#options
    const life = lifeOf(other, own)
    const isSilent = clock.now() - other.seenAt > silentMs || this.#calls.get(other.n)?.isRefused === true
    if (life === 'dead') this.#remove(other, () => loseProcess(other.n))
    else if (life === 'unknown' && isSilent) this.#remove(other, () => undefined)
    else if (other.n < own.n && other.socket !== null) this.#connect(other)
  }

  /** Several neighbours may try at once: who finds the entry removes it, and with it whatever else there is to do. */
  #remove(other: Registered, act: () => void): void {
    const { registry, write, logger } = this.#options
    const { n, pid, socket } = other
    if (this.#removing.has(n)) return
    this.#removing.add(n)
    const step = (): boolean => {
      const isFirst = registry.remove(n)
      if (isFirst) act()
      return isFirst
    }
    write(step)
      .then(
        (isFirst) => {
          if (isFirst) logger.info('a process that had the SQLite file open is gone', { process: n, pid })
          if (socket !== null) removeSocket(socket, n)
        },
        (thrown: unknown) => this.#trouble(thrown),
      )
      .finally(() => this.#removing.delete(n))
  }

  #connect(other: Registered): void {
    const { clock, connect } = this.#options
    const call = this.#calls.get(other.n) ?? {
      isUnderWay: false,
      isRefused: false,
      failures: 0,
      notBefore: 0,
    }
    this.#calls.set(other.n, call)
    if (call.isUnderWay || clock.monotonic() < call.notBefore) return
    call.isUnderWay = true
    call.notBefore = clock.monotonic()
    connect(other, (code) => {
      call.isUnderWay = false
      call.isRefused = code === 'ECONNREFUSED'
      call.notBefore = clock.monotonic() + Math.min(shortestMs * 2 ** call.failures++, longestCallMs)
    })
  }

  #sign(): void {
    const { registry, own, clock, write } = this.#options
    if (clock.monotonic() - this.#signedAt < signEveryMs) return
    this.#signedAt = clock.monotonic()
    write(() => registry.sign(own.n, clock.now())).catch((thrown: unknown) => this.#trouble(thrown))
  }

  #tellCompany(hasCompany: boolean): void {
    if (hasCompany === this.#hasCompany) return
    this.#hasCompany = hasCompany
    this.#options.onCompany(hasCompany)
  }

  /** Once for the same trouble: the next look comes to it again. */
  #trouble(thrown: unknown): void {
    const error = String(thrown)
    if (this.#isStopped || error === this.#lastTrouble) return
    this.#lastTrouble = error
    this.#options.logger.warn('the processes that have the SQLite file open could not be looked after', {
      error,
    })
  }
}

// -------------------------------------------------------------------------------------------------------------------

interface Calling {
  isUnderWay: boolean
  /** Nobody listens there. */
  isRefused: boolean
  failures: number
  /** By the monotonic clock. */
  notBefore: number
}

/** A process that is killed loses its sockets a little before it is gone. */
const shortestMs = 10
const longestMs = 1000
const longestCallMs = 10_000
const signEveryMs = 60_000
const silentMs = 300_000
