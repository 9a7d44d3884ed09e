/** Numbers from the highest down, some at a time: those below `before`, at most `limit`. */
export type Descending = (before: number, limit: number) => readonly number[]

/** The numbers of several sources as one, from the highest down, from below a place on; each is read on as far as needed. */
export function* merged(sources: readonly Descending[], before: number, atOnce: number): Iterable<number> {
  const heads = sources.map((read) => new Head(read, before, atOnce))
  for (;;) {
    let best: Head | undefined
    for (const head of heads) {
      if (head.value !== undefined && (best?.value === undefined || head.value > best.value)) best = head
    }
    if (best?.value === undefined) return
    yield best.value
    best.next()
  }
}

// -------------------------------------------------------------------------------------------------------------------

class Head {
  readonly #read: Descending
  #atOnce: number
  #numbers: readonly number[]
  #at = 0

  constructor(read: Descending, before: number, atOnce: number) {
    this.#read = read
    this.#atOnce = atOnce
    this.#numbers = read(before, atOnce)
  }

  get value(): number | undefined {
    return this.#numbers[this.#at]
  }

  next(): void {
    const last = this.value
    if (last === undefined || ++this.#at < this.#numbers.length) return
    if (this.#numbers.length < this.#atOnce) return
    // Whoever passes over many reads them in larger portions.
    this.#atOnce = Math.min(1000, this.#atOnce * 2)
    this.#numbers = this.#read(last, this.#atOnce)
    this.#at = 0
  }
}
