/** How long a request waits for its host; beyond that it is sent away, with a RetryAfterError that says when to come again. */
export interface Patience {
  /** In ms. */
  readonly ms: number
  /**
   * What of the wait counts. `turn`: all of it, with those ahead in line; whoever is sent away has a turn promised. `rest`: only that
   * the host lets nobody in.
   */
  readonly of: 'turn' | 'rest'
}

export const endlessPatience: Patience = { ms: Infinity, of: 'rest' }
