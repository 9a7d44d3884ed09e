import type { SkipBudgets } from '../../core/priority.js'
import type { ClaimPart, QueueLimits } from '../../core/queue-adapter.js'
import type { Pausing } from './pauses.js'
import { type QueueLimiting, isOfApp } from './queue-limiting.js'
import type { Chosen, ReadyLines } from './ready-lines.js'
import { stepLimits } from './step-limits.js'
import { toStored } from './stored-text.js'

interface Parts {
  readonly lines: ReadyLines
  readonly pausing: Pausing
  readonly limiting: QueueLimiting
}

/** What one cycle takes, part by part, within the bounds of a step. */
export class Taking {
  readonly #parts: Parts
  readonly #budgets: SkipBudgets
  readonly #now: number
  #bytes = 0
  isCut = false
  readonly chosen: Chosen[] = []
  /** The lanes that will run them. */
  readonly lanes: number[] = []
  /** Types of which more were wanted than there were. */
  readonly hungry: string[] = []
  /** When the rate of the whole queue allows the next, if jobs wait for that. */
  freeAt: number | null = null
  #isHeldUp = false

  constructor(parts: Parts, budgets: SkipBudgets, now: number) {
    this.#parts = parts
    this.#budgets = budgets
    this.#now = now
  }

  /** A job for each lane that is wanted, while there are any, within the limits of the whole queue. */
  take(part: ClaimPart, limits: QueueLimits | undefined): void {
    if (part.wanted.length === 0) return
    if (limits === undefined) this.#noteHungry(part, this.#takeSome(part.types, part.wanted))
    else this.#takeWithin(part, limits)
  }

  // -----------------------------------------------------------------------------------------------------------------

  #takeWithin(part: ClaimPart, limits: QueueLimits): void {
    const { limiting, lines } = this.#parts
    const room = limiting.room(limits, this.#limitedFrom(0), this.#now)
    const taken = this.#takeLimited(part, room)
    this.#noteHungry(part, taken.count)
    const freeAt = limiting.started(limits, taken.limited, this.#now)
    const isHeldUp = taken.limited >= room && lines.hasAny(this.#storedTypes(part.types).filter(isOfApp))
    if (isHeldUp) this.freeAt = freeAt
    this.#isHeldUp ||= isHeldUp
    limiting.noteHeldUp(this.#isHeldUp)
  }

  /** How many were taken, from that one on, that are not the library's own. */
  #limitedFrom(from: number): number {
    return this.chosen.slice(from).filter(({ line }) => isOfApp(line.type)).length
  }

  /** Jobs of the library itself are not limited: they get what lanes are left. */
  #takeLimited(part: ClaimPart, most: number): { readonly count: number; readonly limited: number } {
    const from = this.chosen.length
    const own = part.types.filter((type) => !isOfApp(type))
    for (;;) {
      const taken = this.chosen.length - from
      const room = most - this.#limitedFrom(from)
      const types = room > 0 ? part.types : own
      const wanted = part.wanted.slice(taken, room > 0 ? taken + room : undefined)
      if (this.#takeSome(types, wanted) === 0) return { count: taken, limited: this.#limitedFrom(from) }
    }
  }

  /** How many. */
  #takeSome(types: readonly string[], wanted: readonly number[]): number {
    const items = Math.min(wanted.length, stepLimits.items - this.chosen.length)
    if (items <= 0 || types.length === 0 || this.isCut) return 0
    const isFurther = this.chosen.length > 0
    const bounds = { items, bytes: stepLimits.bytes - this.#bytes, isFurther }
    const stored = this.#storedTypes(types)
    const choice = this.#parts.lines.take(stored, this.#budgets, bounds, this.#now)
    this.chosen.push(...choice.chosen)
    this.lanes.push(...wanted.slice(0, choice.chosen.length))
    this.#bytes += choice.bytes
    this.isCut = choice.isCut
    return choice.chosen.length
  }

  #storedTypes(types: readonly string[]): readonly string[] {
    return this.#parts.pausing.among(types).map(toStored)
  }

  #noteHungry({ types, wanted }: ClaimPart, count: number): void {
    if (count < wanted.length) this.hungry.push(...types)
  }
}
