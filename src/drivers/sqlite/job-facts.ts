import type { Database } from './database.js'
import { fromStored } from './stored-text.js'
import jobSql from './sql/job.sql'
import { type Query, SqlFile } from './sql-file.js'

/** What a step that moves one job knows of it: a row of the file, as it stands. Its texts are stored ones. */
export interface JobFacts {
  readonly n: number
  readonly id: string
  readonly state: number
  readonly type: string
  readonly rank: number
  readonly ticket: number
  readonly ready_at: number
  readonly failures: number
  readonly generation: number
  readonly max_attempts: number
  readonly dedupe_key: string | null
  readonly schedule: string | null
  readonly bytes: number
  readonly digest: string
  readonly token: string
  /** The group of its keys; 0 without any, and of no meaning once it has ended. */
  readonly grp: number
  /** See marks.ts. */
  readonly marks: number
  /** Of its lease; null while it does not run. */
  readonly fence: number | null
  readonly instance: string | null
}

/** Looks single jobs up. */
export class JobFinder {
  readonly #byId: Query<JobFacts>
  readonly #byNumber: Query<JobFacts>
  readonly #keyHolder: Query<{ readonly job: number }>

  constructor(database: Database) {
    const sql = new SqlFile(database, jobSql)
    this.#byId = sql.query('find by id')
    this.#byNumber = sql.query('find by number')
    this.#keyHolder = sql.query('holder of key')
  }

  /** By its stored id. */
  byId(id: string): JobFacts | undefined {
    return this.#byId.get(id)
  }

  byNumber(n: number): JobFacts | undefined {
    return this.#byNumber.get(n)
  }

  /** The live job that has a stored dedupe key. */
  keyHolder(dedupeKey: string | null): JobFacts | undefined {
    const row = dedupeKey === null ? undefined : this.#keyHolder.get(dedupeKey)
    return row === undefined ? undefined : this.byNumber(row.job)
  }
}

export function isRunning(job: JobFacts): boolean {
  return job.fence !== null
}

/** The type as its users call it. */
export function typeOf(job: Pick<JobFacts, 'type'>): string {
  return fromStored(job.type)
}
