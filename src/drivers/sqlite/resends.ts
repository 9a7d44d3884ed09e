import type { Clock } from '../../core/clock.js'
import type { CycleReply, CycleRequest } from '../../core/queue-adapter.js'
import type { Follower } from './transactions.js'

/**
 * The last cycle of each instance and channel with its reply, for the same one sent again. Kept in memory: an instance lives in
 * one process, which has one host for a file, and a reply can be large.
 */
export class Resends implements Follower {
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #seats = new Map<string, Seat>()
  #staged: Staged[] = []
  #stepFrom = 0

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock
  }

  /** The reply of this cycle: what it was, when it was sent before; `old` for one before that; else what `act` makes. */
  answer(request: CycleRequest, act: () => CycleReply): CycleReply {
    const { instance, channel, seq, leaseMs } = request
    const last = this.#lastOf(instance, channel)
    if (last !== undefined && seq < last.seq) return { kind: 'old' }
    if (last !== undefined && seq === last.seq) return last.reply
    const reply = act()
    this.#staged.push({ instance, channel, leaseMs, last: { seq, reply } })
    return reply
  }

  /** It may come back and count from 1. */
  forget(instance: string): void {
    this.#seats.delete(instance)
  }

  begin(): void {
    this.#staged = []
  }

  beginStep(): void {
    this.#stepFrom = this.#staged.length
  }

  dropStep(): void {
    this.#staged.length = this.#stepFrom
  }

  commit(): void {
    for (const { instance, channel, leaseMs, last } of this.#staged) {
      const seat = this.#seats.get(instance) ?? this.#welcome(instance)
      seat.channels.set(channel, last)
      seat.seenAt = this.#clock.monotonic()
      seat.leaseMs = leaseMs
    }
    this.#staged = []
  }

  rollback(): void {
    this.#staged = []
  }

  #lastOf(instance: string, channel: number): LastCycle | undefined {
    const staged = this.#staged.findLast((one) => one.instance === instance && one.channel === channel)
    return staged?.last ?? this.#seats.get(instance)?.channels.get(channel)
  }

  /** Whoever comes new pays for those that went without a word. */
  #welcome(instance: string): Seat {
    const now = this.#clock.monotonic()
    for (const [id, { seenAt, leaseMs }] of this.#seats) {
      if (now - seenAt >= leaseMs * leasesUntilGone) this.#seats.delete(id)
    }
    const seat: Seat = { channels: new Map(), seenAt: now, leaseMs: 0 }
    this.#seats.set(instance, seat)
    return seat
  }
}

// -------------------------------------------------------------------------------------------------------------------

interface LastCycle {
  readonly seq: number
  readonly reply: CycleReply
}

interface Staged {
  readonly instance: string
  readonly channel: number
  readonly leaseMs: number
  readonly last: LastCycle
}

interface Seat {
  readonly channels: Map<number, LastCycle>
  seenAt: number
  leaseMs: number
}

/** An instance that has not been heard of for so many leases is gone. */
const leasesUntilGone = 10
