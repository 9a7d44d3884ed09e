import { type JobContext, defineJob } from '../../src/core/handler.js'
import type { BatchOptions } from '../../src/core/batch.js'
import type { StandardSchema } from '../../src/core/standard-schema.js'
import { executor } from './executor-stage.js'

export interface BatchStageOptions {
  readonly batch: BatchOptions
  /** @default takes all */
  readonly validate?: StandardSchema<unknown, unknown>['~standard']['validate']
  /** What each batch answers. */
  readonly handler: (payloads: readonly unknown[], contexts: readonly JobContext[]) => unknown
}

/** An executor of jobs that run in batches: each call of the handler stands in `calls`, by the ids of its jobs. */
export function batches({ batch, validate = (value) => ({ value }), handler }: BatchStageOptions) {
  const calls: string[] = []
  const input: StandardSchema<unknown, unknown> = {
    '~standard': { version: 1, vendor: 'test', validate },
  }
  const definition = defineJob({
    name: 'work',
    input,
    batch,
    handler: (payloads: readonly unknown[], contexts) => {
      calls.push(contexts.map(({ job }) => job.id).join(' '))
      return handler(payloads, contexts) as unknown[]
    },
  })
  return { ...executor({ count: 1, slots: 100, definition }), calls }
}
