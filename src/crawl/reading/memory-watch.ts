import type { Clock } from '../../core/clock.js'

export interface MemoryWatch {
  readonly clock: Clock
  /** The most by which memory may grow, in bytes. */
  readonly limitBytes: number
  /** Called once when it grew by more. */
  readonly over: () => void
  /** The memory that counts, in bytes. @default what this process holds beside the heap of its own thread */
  readonly bytes?: () => number
}

/**
 * Looks every few hundredths of a second how much memory the process has taken since now; the answer ends that. What a
 * thread allocates beside its heap (V8 limits that alone) is counted nowhere else, and a thread that unpacks without a
 * pause cannot look itself. Other threads are part of the sum.
 */
export function watchMemory({ clock, limitBytes, over, bytes = outsideHeap }: MemoryWatch): () => void {
  const before = bytes()
  const look = (): void => {
    if (bytes() - before > limitBytes) over()
    else stop = clock.after(everyMs, look)
  }
  let stop = clock.after(everyMs, look)
  return () => stop()
}

// -------------------------------------------------------------------------------------------------------------------

const everyMs = 25

function outsideHeap(): number {
  const { rss, heapTotal, external } = process.memoryUsage()
  return rss - heapTotal - external
}
