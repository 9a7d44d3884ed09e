/** How long a request waits for its host; beyond that it is sent away, with a RetryAfterError that says when to come again. */
export interface Patience {
  /** In ms. */
  readonly ms: number
  /**
   * What of the wait counts. `turn`: all of it, with the pace of the host and those ahead in line; whoever is sent away has a turn
   * promised. `closure`: only that the host has asked all to stay away.
   */
  readonly of: 'turn' | 'closure'
}

export const endlessPatience: Patience = { ms: Infinity, of: 'closure' }

/** To give a worker's slot back and take another costs two commits of the store: up to so many ms are waited for in the slot. */
export const longestInSlotMs = 5_000
