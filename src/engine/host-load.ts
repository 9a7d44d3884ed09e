import { totalmem } from 'node:os'
import { getHeapStatistics } from 'node:v8'

/** How much this process is taken up with, each from 0 to 1. */
export interface HostLoad {
  /** Part of the time, since the last look, that the event loop was not idle. */
  readonly eventLoopUtilisation: number
  /** Used part of the heap, or of all memory that the process may have: whichever is more. */
  readonly memory: number
}

/** Looks again, and answers for the time since the last look. */
export type LoadProbe = () => HostLoad

/** A probe of the process that it is called in. */
export function hostLoadProbe(): LoadProbe {
  let last = performance.eventLoopUtilization()
  return () => {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, last)
    last = now
    return { eventLoopUtilisation: utilization, memory: memoryUse() }
  }
}

function memoryUse(): number {
  const { heapUsed, rss } = process.memoryUsage()
  const { heap_size_limit: heapLimit } = getHeapStatistics()
  return Math.min(1, Math.max(heapUsed / heapLimit, rss / memoryLimit()))
}

/** A container may have less than its host. Without a limit of its own the answer is 0, or more than there is. */
function memoryLimit(): number {
  const own = process.constrainedMemory()
  return own > 0 ? Math.min(own, totalmem()) : totalmem()
}
