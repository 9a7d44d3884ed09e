import { getPriority, setPriority } from 'node:os'
import { isMainThread } from 'node:worker_threads'

/**
 * Lets all others go first where they and this worker thread want the same core: the app's own thread above all. On Linux
 * alone, where the priority that is set is that of the calling thread (setpriority(2)); elsewhere it is that of the whole
 * process, which is not ours.
 */
export function giveWay(): void {
  if (isMainThread || process.platform !== 'linux') return
  try {
    setPriority(0, Math.min(getPriority(0) + steps, 19))
  } catch {
    // Where a sandbox forbids it, threads are equals, as they would have been.
  }
}

// -------------------------------------------------------------------------------------------------------------------

/** Of niceness: a quarter of a core that the app wants for itself. With ten it is a tenth, and pages meet their time limit. */
const steps = 5
