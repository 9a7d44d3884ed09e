import type { JobStatus } from '../../src/core/states.js'
import type { QueueSetting } from './worker-process.js'

/** The store that the processes of a fleet share. */
export interface FleetStore {
  /** The Node that the processes run on. @default this one */
  readonly node?: string
  /** What a process of the fleet is told of its queue. */
  queue(fleet: FleetPlace): QueueSetting
  contents(fleet: FleetPlace): Promise<Contents>
  /** Whether nobody keeps others from writing; left out where a process that stands still cannot. */
  isFree?(fleet: FleetPlace): Promise<boolean>
}

/** What a fleet has for itself alone. */
export interface FleetPlace {
  readonly namespace: string
  readonly folder: string
}

/** What is in a store at one instant, as far as it is the same for every kind of store. */
export interface Contents {
  /** By their ids. */
  readonly jobs: ReadonlyMap<string, StoredJob>
  /** What is wrong with the store itself, a sentence each. */
  readonly wrongs: readonly string[]
}

export interface StoredJob {
  readonly status: JobStatus
  readonly fence: bigint
}
