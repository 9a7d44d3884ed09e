import type { Clock } from '../core/clock.js'
import type { CountedText, ListText } from '../core/counted-text.js'
import type { RiptideError } from '../core/errors.js'
import type { AnyJobDefinition } from '../core/handler.js'
import type { Result } from '../core/job.js'
import type { Logger } from '../core/logger.js'
import type { SkipBudgets } from '../core/priority.js'
import type { Claim, PruneRequest, QueueAdapter, QueueLimits } from '../core/queue-adapter.js'
import type { Random } from '../core/random.js'
import type { ScheduleDefinition, SlotJob } from '../core/schedule.js'
import type { StoredResult } from '../core/settlement.js'
import type { StorageAdapter } from '../core/storage-adapter.js'
import type { Emitter } from './emitter.js'
import type { LoadProbe } from './host-load.js'
import type { AutoscaleOptions } from './scale-decision.js'
import type { StoreTime } from './store-time.js'

/** What an engine is made of. */
export interface EngineOptions {
  readonly instance: string
  readonly adapter: QueueAdapter
  readonly storage: StorageAdapter
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly emitter: Emitter
  readonly storeTime: StoreTime
  readonly workers: {
    /** With `autoscale` those that it starts with. */
    readonly count: number
    /** As many workers as it takes, between these; undefined for `count` of them throughout. */
    readonly autoscale?: AutoscaleOptions | undefined
    readonly maxConcurrentJobs: number
    readonly prefetch: number
    readonly leaseMs: number
    readonly heartbeatMs: number
    readonly abortGraceMs: number
  }
  readonly schedulerEnabled: boolean
  readonly budgets: SkipBudgets
  readonly retention: Omit<PruneRequest, 'limit'>
  readonly resultTtlMs: number
  readonly maxResultBytes: number
  /** Of the whole queue. */
  readonly limits?: QueueLimits | undefined
  /** All that it runs; those that slots are set aside for follow from their definitions. */
  readonly types: readonly string[]
  readonly definitionOf: (type: string) => AnyJobDefinition | undefined
  readonly keepResult: (json: CountedText | ListText, claim: Claim) => Promise<StoredResult | null>
  /** How these jobs have ended: what a handler is told of the dependencies of its job. */
  readonly dependencyResults: (ids: readonly string[]) => Promise<Readonly<Record<string, Result>>>
  /** What a slot of a schedule that follows a template makes now. */
  readonly jobOfSlot?: ((definition: ScheduleDefinition) => Promise<SlotJob>) | undefined
  /** What the autoscaler looks at. @default the load of this process */
  readonly load?: LoadProbe | undefined
  readonly onError: (error: RiptideError) => void
}
