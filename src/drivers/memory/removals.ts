/** So many requests are known again. */
const kept = 64

/** The last requests that removed a schedule: sent again after a lost reply, they removed it still. */
export class Removals {
  /** The id by the token of the request, oldest first. */
  readonly #ids = new Map<string, string>()

  knows(id: string, token: string): boolean {
    return this.#ids.get(token) === id
  }

  note(id: string, token: string): void {
    this.#ids.set(token, id)
    const oldest = this.#ids.keys().next()
    if (this.#ids.size > kept && oldest.done !== true) this.#ids.delete(oldest.value)
  }
}
