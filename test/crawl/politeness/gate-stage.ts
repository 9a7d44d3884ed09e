import type { Clock } from '../../../src/core/clock.js'
import { silentLogger } from '../../../src/core/logger.js'
import type { StorageAdapter } from '../../../src/core/storage-adapter.js'
import { createHostGate } from '../../../src/crawl/politeness/create-host-gate.js'
import type { EnterOptions, HostGate, Pass } from '../../../src/crawl/politeness/host-gate.js'
import { type PerHostOptions, asPerHost } from '../../../src/crawl/politeness/per-host-options.js'
import { memoryStorage } from '../../../src/drivers/memory/memory-storage.js'
import { FakeClock } from '../../../src/testing/fake-clock.js'

export const page = 'http://a.test/page'

/** A request that wants to start, as a test sees it. */
export interface Visitor {
  /** When it was let in, by the clock of the stage; undefined while it waits. */
  readonly at: number | undefined
  readonly entering: Promise<Pass>
  leave: Pass['leave']
  abort(reason?: Error): void
}

/** A gate on a clock that stands still, and visitors to it. */
export function gateStage(
  perHost: PerHostOptions = {},
  { storage = memoryStorage(), clock = new FakeClock() }: GateStageOptions = {},
) {
  const limits = asPerHost(perHost, { path: '/perHost' })
  const gate = createHostGate({
    limits,
    clock,
    logger: silentLogger,
    storage: () => storage,
    isBusy: () => false,
  })
  return { gate, clock, visit: visitor(gate, clock) }
}

export interface GateStageOptions {
  readonly storage?: StorageAdapter
  readonly clock?: FakeClock
}

/** A storage that two gates share as if they were in two processes. */
export function sharedStorage(clock: Clock): StorageAdapter {
  const storage = memoryStorage()
  void storage.open?.({ logger: silentLogger, clock })
  return { ...storage, isPrivate: false }
}

// -------------------------------------------------------------------------------------------------------------------

function visitor(gate: HostGate, clock: Clock) {
  return (url = page, options: Partial<EnterOptions> = {}): Visitor => {
    const controller = new AbortController()
    let at: number | undefined
    let pass: Pass | undefined
    const entering = gate.enter(url, { signal: controller.signal, ...options }).then((given) => {
      at = clock.monotonic()
      pass = given
      return given
    })
    entering.catch(() => undefined)
    return {
      get at() {
        return at
      },
      entering,
      leave: (end) => pass?.leave(end),
      abort: (reason) => controller.abort(reason),
    }
  }
}
