import type { StepLimits } from '../../core/queue-adapter.js'

/** Beyond 64 jobs a step gains nothing, and holds up the server's other clients: see docs/reference/benchmarks.md. */
export const stepLimits: StepLimits = { items: 64, bytes: 1_000_000, wakeJitterMs: 50, inFlight: 2 }
