import type { DueHeap } from './due-heap.js'
import { KeyBox } from './key-box.js'
import { RateLog } from './rate-log.js'

/** A key of which so many run at most. */
export class ConcurrencyKey {
  readonly name: string
  readonly box = new KeyBox()
  /** Jobs that live and have it. */
  live = 0
  running = 0
  max = 1

  constructor(name: string) {
    this.name = name
  }
}

/** A key of which so many start at most in some time. */
export class RateKey {
  readonly name: string
  readonly box = new KeyBox()
  readonly log = new RateLog()
  live = 0
  max = 1
  perMs = 1
  /** When it opens, or is forgotten, in whichever heap it stands. */
  dueAt = 0
  heapIndex = -1
  readonly sequence = 0
  heap: DueHeap<RateKey> | null = null

  constructor(name: string) {
    this.name = name
  }
}
