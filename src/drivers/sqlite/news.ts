import type { EndedJob, LeaseRef, MovedJob } from '../../core/queue-adapter.js'

/** A run that was taken from an instance. */
export type TakenLease = LeaseRef & { readonly reason: 'cancelled' | 'lost' }

/** What a step has to tell: collected while it runs, told after its commit, dropped when it is rolled back. */
export interface News {
  /** Someone, here or in a neighbour, asked for the ends of jobs. */
  readonly wantsEnds: boolean
  /** Someone, here or in a neighbour, asked for all moves. */
  readonly wantsMoves: boolean
  /** Jobs of this type became ready, or one of them will be the next to fall due. */
  readied(type: string, count?: number): void
  /** Edges are to be followed: someone who waits, best for that type, shall make a step. */
  stepDue(type: string): void
  ended(job: EndedJob): void
  moved(job: MovedJob): void
  interrupted(instance: string, lease: TakenLease): void
  schedulesChanged(): void
  /** This instance could take more than its last cycle gave it. */
  waits(instance: string, types: readonly string[]): void
  stopsWaiting(instance: string): void
}
