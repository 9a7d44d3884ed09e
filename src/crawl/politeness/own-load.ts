import type { Clock } from '../../core/clock.js'

const lookEveryMs = 500
const busy = 0.7

/**
 * Tells whether this process is so busy that it reads answers late: how long a request took then says nothing of its host.
 * Looks at the event loop every half second at most.
 */
export function ownLoadProbe(clock: Pick<Clock, 'monotonic'>): () => boolean {
  let last = performance.eventLoopUtilization()
  let lookedAt = clock.monotonic()
  let isBusy = false
  return () => {
    const now = clock.monotonic()
    if (now - lookedAt < lookEveryMs) return isBusy
    const current = performance.eventLoopUtilization()
    isBusy = performance.eventLoopUtilization(current, last).utilization > busy
    last = current
    lookedAt = now
    return isBusy
  }
}
