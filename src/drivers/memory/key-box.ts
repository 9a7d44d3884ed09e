import { DueHeap } from './due-heap.js'
import type { Group, Line } from './group.js'
import type { JobKind } from './job-kind.js'

/**
 * The lines of ready jobs that stand with one key. A line stands with one of its group's keys: with one that is closed, if either
 * is. So a key that closes or opens takes all its lines along in one step for each type and class, however many groups have it.
 */
export class KeyBox {
  /** Groups of the key that have ready jobs, wherever their lines stand. */
  readonly groups = new Set<Group>()
  readonly #slots = new Map<JobKind, (Slot | undefined)[]>()
  #isOpen = true

  get isOpen(): boolean {
    return this.#isOpen
  }

  set isOpen(isOpen: boolean) {
    if (this.#isOpen === isOpen) return
    this.#isOpen = isOpen
    for (const slots of this.#slots.values()) for (const slot of slots) slot?.refresh()
  }

  put(line: Line): void {
    let slots = this.#slots.get(line.kind)
    if (slots === undefined) this.#slots.set(line.kind, (slots = []))
    const slot = (slots[line.rank] ??= new Slot(this, line.kind.boardOf(line.rank)))
    slot.add(line)
  }

  /** Forgets a slot that nothing stands in. */
  drop({ kind, rank }: Line): void {
    const slots = this.#slots.get(kind)
    if (slots === undefined || slots[rank]?.isEmpty !== true) return
    slots[rank] = undefined
    if (slots.every((slot) => slot === undefined)) this.#slots.delete(kind)
  }
}

/** The lines of one key, type and class; on the board of that type and class while the key is open. */
export class Slot {
  readonly box: KeyBox
  dueAt = 0
  heapIndex = -1
  readonly #board: DueHeap<Slot>
  readonly #lines = new DueHeap<Line>()

  constructor(box: KeyBox, board: DueHeap<Slot>) {
    this.box = box
    this.#board = board
  }

  get sequence(): number {
    return this.top?.sequence ?? Infinity
  }

  get isEmpty(): boolean {
    return this.#lines.size === 0
  }

  /** The line that is next in this slot. */
  get top(): Line | undefined {
    return this.#lines.top()
  }

  add(line: Line): void {
    line.slot = this
    this.#lines.add(line, line.group.served)
    this.refresh()
  }

  remove(line: Line): void {
    line.slot = null
    this.#lines.remove(line)
    this.refresh()
    this.box.drop(line)
  }

  /** The head of a line, or when its group was served, has changed. */
  moved(line: Line): void {
    this.#lines.move(line, line.group.served)
    this.refresh()
  }

  refresh(): void {
    const top = this.top
    const isShown = this.heapIndex >= 0
    if (top === undefined || !this.box.isOpen) {
      if (isShown) this.#board.remove(this)
    } else if (isShown) this.#board.move(this, top.dueAt)
    else this.#board.add(this, top.dueAt)
  }
}
