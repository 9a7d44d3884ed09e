import type { NewJob, StepLimits } from '../core/queue-adapter.js'
import { stepBytesOf } from '../engine/step-size.js'

/** Of everything but the texts that can be long. */
const besides = 200

/** What a job takes of a step, in bytes. Never too few. */
export function jobBytes({ payload, options, terms }: NewJob): number {
  const own = terms === undefined ? 0 : stepBytesOf(JSON.stringify(terms))
  return stepBytesOf(payload) + stepBytesOf(options) + own + besides
}

/** The jobs in their order, as many together as one step of the store may carry. */
export function stepsOf(
  jobs: readonly NewJob[],
  limits: Pick<StepLimits, 'items' | 'bytes'>,
): readonly (readonly NewJob[])[] {
  const steps: NewJob[][] = []
  let step: NewJob[] = []
  let bytes = 0
  for (const job of jobs) {
    const size = jobBytes(job)
    if (step.length > 0 && (step.length >= limits.items || bytes + size > limits.bytes)) {
      steps.push(step)
      step = []
      bytes = 0
    }
    step.push(job)
    bytes += size
  }
  return step.length === 0 ? steps : [...steps, step]
}
