import type { Clock } from '../core/clock.js'
import type { Claim, ClaimPart } from '../core/queue-adapter.js'

export interface AsideClaimsOptions {
  readonly clock: Clock
  /** Of each aside, in order. */
  readonly types: readonly (readonly string[])[]
  /** Sets free slots of an aside to work, at most so many: their lanes. */
  readonly reserve: (aside: number, most: number) => readonly number[]
  /** Most that one cycle asks for, of all asides together. */
  readonly mostAtOnce: number
  /** Makes a cycle. */
  readonly look: () => void
}

interface Heard {
  /** Claims of these parts. */
  readonly got: number
  /** One of them got all that it asked for: there may be more. */
  readonly wasFed: boolean
  /** One of them did not. */
  readonly wasStarved: boolean
}

/** In a time so long, so many cycles ask for asides that find nothing: of an instance whose workers find all they want, or not. */
const windowMs = 100
const asksOfSaturated = 1
const asksOfOthers = 8

const none: readonly ClaimPart[] = []

/**
 * Says what a cycle asks for beside the work of the workers. A busy instance makes many cycles, and each question costs the
 * store something: so then only now and then, and once more after the last cycle that did not ask.
 */
export class AsideClaims {
  readonly #options: AsideClaimsOptions
  #windowAt = Number.NEGATIVE_INFINITY
  #asked = 0
  #wasFed = false
  /** Whose turn it is to be asked for first: what one cycle may ask for might not do for all. */
  #first = 0
  #cancel: (() => void) | undefined

  constructor(options: AsideClaimsOptions) {
    this.#options = options
  }

  /** The parts of a cycle that leaves now, their slots set aside. */
  take(isSaturated: boolean): readonly ClaimPart[] {
    const { clock, types } = this.#options
    if (types.length === 0) return none
    const now = clock.monotonic()
    if (now - this.#windowAt >= windowMs) {
      this.#windowAt = now
      this.#asked = 0
    }
    if (!this.#wasFed && this.#asked >= (isSaturated ? asksOfSaturated : asksOfOthers)) {
      this.#cancel ??= clock.after(this.#windowAt + windowMs - now, () => this.#askNow())
      return none
    }
    const parts = this.#parts()
    if (parts.length === 0) return none
    this.stop()
    this.#asked++
    return parts
  }

  /** What a reply brought to these parts. */
  hear(parts: readonly ClaimPart[], claims: readonly Claim[]): Heard {
    let got = 0
    let wasFed = false
    let wasStarved = false
    for (const { wanted } of parts) {
      const count = claims.filter(({ lane }) => lane === wanted[0]).length
      got += count
      if (count < wanted.length) wasStarved = true
      else wasFed = true
    }
    this.#wasFed = wasFed
    return { got, wasFed, wasStarved }
  }

  /** Asks no more by itself. */
  stop(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }

  #askNow(): void {
    this.#cancel = undefined
    this.#options.look()
  }

  #parts(): readonly ClaimPart[] {
    const { types, reserve, mostAtOnce } = this.#options
    const parts: ClaimPart[] = []
    let left = mostAtOnce
    for (let n = 0; n < types.length && left > 0; n++) {
      const aside = (this.#first + n) % types.length
      const wanted = reserve(aside, left)
      left -= wanted.length
      if (wanted.length > 0) parts.push({ wanted, types: types[aside] ?? [] })
    }
    this.#first = (this.#first + 1) % types.length
    return parts
  }
}

/** How many jobs they ask for. */
export function placesIn(parts: readonly ClaimPart[]): number {
  return parts.reduce((sum, { wanted }) => sum + wanted.length, 0)
}
