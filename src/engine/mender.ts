import type { Clock } from '../core/clock.js'
import { RiptideError } from '../core/errors.js'
import type { Mended, QueueAdapter } from '../core/queue-adapter.js'
import type { Random } from '../core/random.js'
import { Stopper } from '../core/stopper.js'
import { Loop } from './loop.js'
import { untilAnswered } from './store-call.js'

export interface MenderOptions {
  readonly adapter: QueueAdapter
  readonly clock: Clock
  readonly random: Random
  readonly onError: (error: RiptideError) => void
}

const everyMs = 10_000
const patienceMs = 5_000
const mostNamed = 5

/** Has a store that others can reach looked through, a bounded step at a time, and says what had to be put right. */
export class Mender {
  readonly #loop: Loop | undefined
  #stopper = new Stopper()

  constructor({ adapter, clock, random, onError }: MenderOptions) {
    const mend = adapter.mend?.bind(adapter)
    if (!mend) return
    this.#loop = new Loop({
      clock,
      pauseMs: () => everyMs + random() * (everyMs / 4),
      run: async () => {
        const mended = await untilAnswered(mend, {
          clock,
          random,
          withinMs: patienceMs,
          stopper: this.#stopper,
        })
        if (mended.length > 0) onError(mendedError(mended))
      },
      onError,
    })
  }

  start(): void {
    this.#stopper = new Stopper()
    this.#loop?.start()
  }

  async stop(): Promise<void> {
    const stopped = this.#loop?.stop()
    this.#stopper.stop(new RiptideError('SHUTDOWN', 'the service stops'))
    await stopped
  }
}

// -------------------------------------------------------------------------------------------------------------------

function mendedError(mended: readonly Mended[]): RiptideError {
  const named = mended.slice(0, mostNamed).map(({ what, of }) => `${what} ${of}`)
  const more = mended.length > mostNamed ? ` and ${mended.length - mostNamed} more` : ''
  return new RiptideError(
    'STORE_MENDED',
    `the store had lost entries, which were put right (${named.join(', ')}${more}); did someone delete keys of it?`,
    { facts: { count: mended.length } },
  )
}
