import type { Clock } from '../../core/clock.js'
import { isRiptideError } from '../../core/errors.js'
import { toJobError } from '../../core/job-error.js'
import type { Logger } from '../../core/logger.js'
import { newId, systemRandom } from '../../core/random.js'
import type { StorageAdapter } from '../../core/storage-adapter.js'
import { type HostBook, createHostBook } from './host-book.js'
import type { HostGate } from './host-gate.js'
import { HostLane } from './host-lane.js'
import { HostPace } from './host-pace.js'
import { ownLoadProbe } from './own-load.js'
import type { ResolvedPerHost } from './per-host-options.js'
import { SharedTerms } from './shared-terms.js'
import { hostOf } from './host-of.js'

export interface HostGateDeps {
  readonly limits: ResolvedPerHost
  /** Where the processes of a fleet meet. */
  readonly storage: () => StorageAdapter
  readonly clock: Clock
  readonly logger: Logger
  /** Whether this process reads answers late. @default by its event loop */
  readonly isBusy?: () => boolean
}

/** So many hosts are remembered, if those that went silent suffice to make room. */
const mostLanes = 5000
const troubleEveryMs = 60_000

/**
 * The gate of one process: all its jobs share it, and with all others on the same storage it keeps the limits together. A
 * storage that cannot compare what it replaces (any Keyv) leaves each process to keep them by itself.
 */
export function createHostGate(deps: HostGateDeps): HostGate {
  const { limits, clock, logger } = deps
  const { isBusy = ownLoadProbe(clock) } = deps
  const lanes = new Map<string, HostLane>()
  const self = newId(clock.now())
  let book: HostBook | undefined
  let isReady = false
  let lastTrouble = -Infinity

  const onTrouble = (error: unknown): void => {
    if (clock.monotonic() - lastTrouble < troubleEveryMs) return
    lastTrouble = clock.monotonic()
    logger.warn('the pace of a host could not be agreed on with other processes; this one keeps its own', {
      code: isRiptideError(error) ? error.code : undefined,
      error: toJobError(error).message.slice(0, 200),
    })
  }
  /** At the first request: before that the storage need not be open. */
  const prepare = (): void => {
    isReady = true
    const storage = deps.storage()
    if (storage.isPrivate) return
    const replace = storage.replace?.bind(storage)
    if (replace !== undefined) {
      const shared = { get: (key: string) => storage.get(key), replace }
      book = createHostBook({ storage: shared, clock, random: systemRandom, limits })
    } else
      logger.warn('the storage has no `replace`: the limits per host are kept by each process for itself', {})
  }
  const makeRoom = (): void => {
    const now = clock.monotonic()
    for (const [host, lane] of lanes) {
      if (lanes.size < mostLanes) return
      if (lane.isForgettable(now)) lanes.delete(host)
    }
  }
  const openLane = (host: string): HostLane => {
    if (!isReady) prepare()
    if (lanes.size >= mostLanes) makeRoom()
    const pace = new HostPace(limits)
    const shared = book && new SharedTerms({ host, self, book, pace, clock })
    const lane = new HostLane({ host, limits, clock, pace, shared, isBusy, onTrouble })
    lanes.set(host, lane)
    return lane
  }

  return {
    enter: (url, options) => {
      const host = hostOf(url)
      return (lanes.get(host) ?? openLane(host)).enter(options)
    },
    foresee: (url, patience) => lanes.get(hostOf(url))?.foresee(patience),
    async close() {
      await Promise.all([...lanes.values()].map((lane) => lane.close()))
      lanes.clear()
    },
  }
}
