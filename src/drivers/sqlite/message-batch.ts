import { RiptideError } from '../../core/errors.js'
import type { FromThread, ToThread } from './protocol.js'

/**
 * What goes from one thread to the other: each message as a text, since the structured clone of many small objects takes
 * several times as long, and all that is said in one turn together, since it is the waking of the other thread that costs.
 */
export class MessageBatch<Message extends ToThread | FromThread> {
  readonly #post: (texts: readonly string[]) => void
  #texts: string[] = []

  constructor(post: (texts: readonly string[]) => void) {
    this.#post = post
  }

  /** Takes the message as it is now: whoever gave it may change it. PAYLOAD_TOO_LARGE when it is longer than a text can be. */
  put(message: Message): void {
    this.#texts.push(textOf(message))
    if (this.#texts.length > 1) return
    queueMicrotask(() => {
      const texts = this.#texts
      this.#texts = []
      this.#post(texts)
    })
  }
}

/** The messages that were put together. */
export function messagesIn<Message extends ToThread | FromThread>(posted: unknown): readonly Message[] {
  return (posted as readonly string[]).map((text) => JSON.parse(text) as Message)
}

// -------------------------------------------------------------------------------------------------------------------

function textOf(message: ToThread | FromThread): string {
  try {
    return JSON.stringify(message)
  } catch (cause) {
    throw new RiptideError(
      'PAYLOAD_TOO_LARGE',
      'SQLite: this is too large to go from one thread to the other',
      {
        cause,
      },
    )
  }
}
