import type { WorkerService } from '../../src/index.js'
import { type job, newFakeService } from './stage.js'

/** A retry policy whose waits are short and known: one second, two seconds. */
export const fast = { retry: { maxAttempts: 3, initialDelayMs: 1_000, multiplier: 2, jitter: false } }

export type Stage = ReturnType<typeof newFakeService>

/** A started service on a fake clock. */
export async function started(jobs: ReturnType<typeof job>[], options = {}): Promise<Stage> {
  const stage = newFakeService({ jobs, ...options })
  const starting = stage.service.start()
  await stage.clock.advance(0)
  await starting
  return stage
}

/** Submits a job with the payload `{ n: 1 }` and lets it run until nothing is due now. */
export async function submit(
  stage: { service: WorkerService; clock: { advance(ms: number): Promise<void> } },
  type: string,
  options = {},
): Promise<string> {
  const submitting = stage.service.submitJob({ type, payload: { n: 1 } }, options)
  await stage.clock.advance(0)
  return (await submitting).id
}

/** Stops the service, whatever its handlers do. */
export async function stop({ service, clock }: Stage): Promise<void> {
  const stopping = service.stop({ graceMs: 1_000 })
  await clock.advance(2_000)
  await stopping
}
