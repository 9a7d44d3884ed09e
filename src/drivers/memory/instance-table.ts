import type { CycleReply, InstanceInfo, InstanceRecord, LeaseRef } from '../../core/queue-adapter.js'

/** The last cycle of a channel and its reply, for the same one sent again. */
export interface LastCycle {
  /** 0 before the first. */
  seq: number
  reply: CycleReply
}

/** What is known of one instance. */
export interface Seat {
  /** By the number of the channel. */
  readonly channels: Map<number, LastCycle>
  info: InstanceInfo | null
  heartbeatAt: number
  seenAt: number
  leaseMs: number
  /** Its runs that were cancelled since it was last told. */
  cancelled: LeaseRef[]
}

/** An instance that has not been heard of for so many leases is gone. */
const leasesUntilGone = 10

/** The last cycle of one channel of an instance. */
export function channelOf(seat: Seat, channel: number): LastCycle {
  const known = seat.channels.get(channel)
  if (known !== undefined) return known
  const fresh: LastCycle = { seq: 0, reply: { kind: 'old' } }
  seat.channels.set(channel, fresh)
  return fresh
}

/** The instances that have been heard of lately. */
export class InstanceTable {
  readonly #seats = new Map<string, Seat>()

  /** The seat of an instance that just said something; a new one when it was not known. */
  hear(id: string, now: number, leaseMs: number): Seat {
    const known = this.#seats.get(id)
    if (known === undefined) return this.#welcome(id, now, leaseMs)
    known.seenAt = now
    known.leaseMs = leaseMs
    return known
  }

  find(id: string): Seat | undefined {
    return this.#seats.get(id)
  }

  leave(id: string): void {
    this.#seats.delete(id)
  }

  records(now: number): readonly InstanceRecord[] {
    this.#sweep(now)
    const records: InstanceRecord[] = []
    for (const { info, heartbeatAt, leaseMs } of this.#seats.values()) {
      if (info === null || now - heartbeatAt >= leaseMs * leasesUntilGone) continue
      records.push({ ...info, types: [...info.types], heartbeatAt, healthy: now - heartbeatAt < leaseMs })
    }
    return records
  }

  /** Whoever comes new pays for those that went without a word. */
  #welcome(id: string, now: number, leaseMs: number): Seat {
    this.#sweep(now)
    const nothingYet = { info: null, heartbeatAt: 0, cancelled: [] }
    const seat: Seat = { channels: new Map(), seenAt: now, leaseMs, ...nothingYet }
    this.#seats.set(id, seat)
    return seat
  }

  #sweep(now: number): void {
    for (const [id, seat] of this.#seats) {
      if (now - seat.seenAt >= seat.leaseMs * leasesUntilGone) this.#seats.delete(id)
    }
  }
}
