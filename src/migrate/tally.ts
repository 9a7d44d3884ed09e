import type { Delivered } from './convoy.js'
import type { MigrateConflict, MigrateProgress, MigrateReport } from './migrate-options.js'

/** Conflicts beyond these are only counted among those that are left. */
const mostConflicts = 1000

/** Counts what has moved, and notes what cannot. */
export class Tally {
  #jobs = 0
  #schedules = 0
  #results = 0
  readonly #conflicts = new Map<string, MigrateConflict>()

  get progress(): MigrateProgress {
    return { jobs: this.#jobs, schedules: this.#schedules, results: this.#results }
  }

  report(left: number): MigrateReport {
    return { ...this.progress, conflicts: [...this.#conflicts.values()], left }
  }

  add({ jobs, schedules, refused }: Delivered): void {
    this.#jobs += jobs.length
    this.#schedules += schedules.length
    this.#results += jobs.filter(({ record }) => record.result !== null).length
    for (const { record } of refused.jobs) this.conflict('job', record.id)
    for (const { id } of refused.schedules) this.conflict('schedule', id)
  }

  /** One that comes up again is the same conflict. */
  conflict(kind: MigrateConflict['kind'], id: string): void {
    if (this.#conflicts.size < mostConflicts) this.#conflicts.set(`${kind} ${id}`, { kind, id })
  }
}
