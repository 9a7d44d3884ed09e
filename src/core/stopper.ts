import { type RiptideError } from './errors.js'
import { Roster } from './roster.js'

/** Tells many who wait that they are to stop: what an AbortSignal does, for waits that come and go by the thousand. */
export class Stopper {
  readonly #waiting = new Roster<(reason: RiptideError) => void>()
  readonly #controller = new AbortController()
  #reason: RiptideError | undefined

  /** Why; undefined until it is stopped. */
  get reason(): RiptideError | undefined {
    return this.#reason
  }

  /** The same as a signal, for what waits rarely. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Calls the listener when it is stopped, which it must not be yet; the answer takes it back. */
  onStop(listener: (reason: RiptideError) => void): () => void {
    return this.#waiting.add(listener)
  }

  /** A second call changes nothing. */
  stop(reason: RiptideError): void {
    if (this.#reason) return
    this.#reason = reason
    this.#controller.abort(reason)
    for (const listener of this.#waiting.members()) listener(reason)
  }
}
