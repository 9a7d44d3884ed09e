/** The answers to the last requests that changed something, by their tokens: sent again, they are answered the same. */
export class RecentAnswers<T> {
  readonly #kept: number
  /** Oldest first. */
  readonly #byRequest = new Map<string, T>()

  constructor(kept: number) {
    this.#kept = kept
  }

  find(about: string, token: string): T | undefined {
    return this.#byRequest.size === 0 ? undefined : this.#byRequest.get(`${about}\n${token}`)
  }

  note(about: string, token: string, answer: T): void {
    this.#byRequest.set(`${about}\n${token}`, answer)
    const oldest = this.#byRequest.keys().next()
    if (this.#byRequest.size > this.#kept && oldest.done !== true) this.#byRequest.delete(oldest.value)
  }
}
