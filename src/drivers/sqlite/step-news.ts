import type { EndedJob, MovedJob } from '../../core/queue-adapter.js'
import type { TakenLease } from './news.js'

/** What one step has to tell, until its transaction is over. */
export class StepNews {
  /** Jobs that someone who waits could take, by type. */
  readonly gained = new Map<string, number>()
  /** The type of a job of whose end others are to be told. */
  due: string | null = null
  readonly ended: EndedJob[] = []
  readonly moved: MovedJob[] = []
  /** By the instance whose runs they were. */
  readonly taken = new Map<string, TakenLease[]>()
  /** Instances that took all there was for them, with the types they take. */
  readonly waits = new Map<string, readonly string[]>()
  readonly stops = new Set<string>()
  schedulesChanged = false

  gain(type: string, count: number): void {
    this.gained.set(type, Math.max(0, (this.gained.get(type) ?? 0) + count))
  }

  take(instance: string, lease: TakenLease): void {
    const leases = this.taken.get(instance)
    if (leases === undefined) this.taken.set(instance, [lease])
    else leases.push(lease)
  }

  wait(instance: string, types: readonly string[]): void {
    this.waits.set(instance, types)
  }

  stop(instance: string): void {
    this.waits.delete(instance)
    this.stops.add(instance)
  }
}
