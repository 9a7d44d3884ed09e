import type { Agent } from 'undici'
import { type Deferred, abortable, deferred } from '../../core/abort.js'

/** Lets one request go ahead to an origin that nothing is known of. */
export interface Introductions {
  /** Sends a request: at once, or when the first one to its origin has a connection or has failed. */
  first<T>(origin: string, signal: AbortSignal, send: () => Promise<T>): Promise<T>
}

/**
 * Whether a server speaks HTTP/2, and so needs but one connection, is known only when there is one. Without this a batch would
 * open as many as it has requests.
 */
export function createIntroductions(agent: Agent): Introductions {
  const known = new Set<string>()
  const waiting = new Map<string, Deferred<void>>()
  const introduce = (origin: string): void => {
    known.delete(origin)
    known.add(origin)
    // The oldest is forgotten first: to introduce it again costs no more than a wait.
    for (const oldest of known) {
      if (known.size <= mostKnown) break
      known.delete(oldest)
    }
    waiting.get(origin)?.resolve()
    waiting.delete(origin)
  }
  agent.on('connect', (origin) => introduce(origin.origin))

  return {
    async first(origin, signal, send) {
      const standing = waiting.get(origin)
      if (standing) await abortable(standing.promise, signal)
      else if (!known.has(origin)) waiting.set(origin, deferred())
      try {
        return await send()
      } finally {
        // A failure says nothing of the server, but whoever waits must go on.
        waiting.get(origin)?.resolve()
        waiting.delete(origin)
      }
    },
  }
}

// -------------------------------------------------------------------------------------------------------------------

const mostKnown = 10_000
