import type { StepLimits } from '../../core/queue-adapter.js'

/** With a thread, the store works on one cycle while the jobs of another run here. */
export const stepLimits: StepLimits = { items: 256, bytes: 4_000_000, inFlight: 2, wakeJitterMs: 10 }

/** Without a thread there is nobody to work on a second one. */
export const inlineLimits: StepLimits = { ...stepLimits, inFlight: 1 }
