import { type Deferred, deferred } from '../../core/abort.js'
import { RiptideError } from '../../core/errors.js'
import type { BodyPlace } from '../fetch/body-place.js'

/**
 * Room for the bodies of a process: those that come in, wait to be read and are read. When it is full a new request waits
 * before it is sent, and a body that is coming in is left with its server. Whoever came first is served first, and the
 * oldest is always served: so there is always one that gets done, and no more than `maxBytes` are held beside its body.
 */
export class BodyRoom {
  readonly #maxBytes: number
  /** Who may hold bytes, the oldest first. */
  readonly #inside = new Set<Guest>()
  /** Who waits to be let in. */
  readonly #outside = new Set<Guest>()
  #taken = 0
  /** The size of a body as it mostly is. */
  #usual = 64 * 1024

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** How many bytes are held, or spoken for by requests under way. */
  get taken(): number {
    return this.#taken
  }

  /** Runs `work` with a place of its own, which is given back when it has ended, whatever it ended with. */
  async hold<T>(work: (place: BodyPlace) => Promise<T>): Promise<T> {
    const guest: Guest = { bytes: 0, share: 0, wanted: 0, waiting: undefined, isGone: false }
    try {
      return await work({
        enter: () => this.#enter(guest),
        take: (bytes) => this.#take(guest, bytes),
        empty: () => this.#empty(guest),
      })
    } finally {
      this.#leave(guest)
    }
  }

  // -----------------------------------------------------------------------------------------------------------------

  #enter(guest: Guest): Promise<void> | undefined {
    if (guest.isGone) return Promise.reject(gone())
    if (this.#inside.has(guest)) return undefined
    this.#outside.add(guest)
    return this.#unlessServed(guest, () => this.#inside.has(guest))
  }

  #take(guest: Guest, bytes: number): Promise<void> | undefined {
    if (guest.isGone) return Promise.reject(gone())
    this.#outside.delete(guest)
    this.#inside.add(guest)
    guest.wanted = bytes
    return this.#unlessServed(guest, () => guest.wanted === 0)
  }

  #unlessServed(guest: Guest, isServed: () => boolean): Promise<void> | undefined {
    this.#serve()
    if (isServed()) return undefined
    guest.waiting = deferred()
    return guest.waiting.promise
  }

  #serve(): void {
    let isFull = false
    let isOldest = true
    for (const guest of this.#inside) {
      const more = Math.max(guest.bytes + guest.wanted - guest.share, 0)
      const fits = more === 0 || (!isFull && this.#taken + more <= this.#maxBytes)
      if (isOldest || fits) this.#give(guest, more)
      else isFull = true
      isOldest = false
    }
    if (isFull) return
    for (const guest of this.#outside) {
      if (this.#inside.size > 0 && this.#taken + this.#usual > this.#maxBytes) return
      this.#outside.delete(guest)
      this.#inside.add(guest)
      this.#give(guest, this.#usual)
    }
  }

  #give(guest: Guest, more: number): void {
    guest.share += more
    this.#taken += more
    guest.bytes += guest.wanted
    guest.wanted = 0
    guest.waiting?.resolve()
    guest.waiting = undefined
  }

  #empty(guest: Guest): void {
    this.#inside.delete(guest)
    this.#outside.delete(guest)
    this.#taken -= guest.share
    guest.share = guest.bytes = guest.wanted = 0
    this.#serve()
  }

  #leave(guest: Guest): void {
    guest.isGone = true
    if (guest.bytes > 0) this.#usual += Math.round((guest.bytes - this.#usual) / 16)
    guest.waiting?.reject(gone())
    this.#empty(guest)
  }
}

interface Guest {
  /** What it holds. */
  bytes: number
  /** What it is counted for: what it holds, or as much as a body usually has. */
  share: number
  /** What it waits for. */
  wanted: number
  waiting: Deferred<void> | undefined
  isGone: boolean
}

/** Only work that nobody waits for any more can see it. */
function gone(): RiptideError {
  return new RiptideError('ABORTED', 'the place for the body was given back')
}
