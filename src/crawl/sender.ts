import type { Clock } from '../core/clock.js'
import { version } from '../core/version.js'
import type { ResolvedCrawlOptions } from './options.js'
import { retryAfterMs } from './retry-after.js'

export interface SenderDeps {
  readonly options: ResolvedCrawlOptions
  readonly timeoutMs: number
  readonly clock: Clock
}

export interface Sending {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly signal: AbortSignal
}

/** Posts to where a crawl may go, and nowhere else. */
export interface Sender {
  post(sending: Sending): Promise<{ readonly status: number; readonly retryAfterMs: number | undefined }>
  /** Ends what is under way and closes all connections; a later post opens anew. */
  close(): Promise<void>
}

/** A sender with connections of its own; what it sends with is loaded with the first post. */
export function createSender(deps: SenderDeps): Sender {
  let opening: Promise<Office> | undefined
  const office = (): Promise<Office> => {
    if (opening) return opening
    const started = open(deps)
    opening = started
    // A failed load must not stand for ever: the next post tries again.
    started.catch(() => {
      if (opening === started) opening = undefined
    })
    return started
  }
  return {
    post: async (sending) => (await office()).post(sending),
    async close() {
      const closing = opening
      opening = undefined
      const opened = await closing?.catch(() => undefined)
      await opened?.close()
    },
  }
}

// -------------------------------------------------------------------------------------------------------------------

type Office = Pick<Sender, 'post' | 'close'>

const mostConnections = 4
const longestWaitMs = 366 * 86_400_000

async function open({ options, timeoutMs, clock }: SenderDeps): Promise<Office> {
  const [{ createDispatcher }, { post }] = await Promise.all([
    import('./fetch/guarded-dispatcher.js'),
    import('./fetch/post.js'),
  ])
  const { allowPrivateNetwork, allowedPorts, connectTimeoutMs, lookup } = options
  const dispatcher = createDispatcher({
    allowPrivateNetwork,
    connectTimeoutMs,
    maxConnectionsPerOrigin: mostConnections,
    lookup,
    clock,
  })
  const settings = { dispatcher, allowPrivateNetwork, allowedPorts, totalTimeoutMs: timeoutMs, clock }
  return {
    async post({ url, headers, body, signal }) {
      const own = { 'user-agent': `riptide-workers/${version}`, ...headers }
      const { status, retryAfter } = await post(url, { ...settings, headers: own, body, signal })
      return { status, retryAfterMs: retryAfterMs(retryAfter, clock.now(), longestWaitMs) }
    },
    close: () => dispatcher.close(),
  }
}
