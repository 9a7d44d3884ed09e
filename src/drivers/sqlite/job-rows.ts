import { rankOf } from '../../core/priority.js'
import type { NewJob } from '../../core/queue-adapter.js'
import type { Database } from './database.js'
import jobRowsSql from './sql/job-rows.sql'
import { type Command, SqlFile } from './sql-file.js'
import { toStored, toStoredOrNull } from './stored-text.js'

/** What is submitted of a job, and what of it a row needs beside that. */
export interface JobRow {
  readonly job: Omit<NewJob, 'delayMs' | 'runAt' | 'terms'>
  readonly state: number
  readonly ticket: number
  readonly readyAt: number
  readonly createdAt: number
  /** A stored text. */
  readonly schedule: string | null
  readonly marks: number
  readonly failures?: number
  readonly generation?: number
}

/** Texts of this length stand apart from the row. */
const largeFrom = 4096

/** Whether its texts stand apart from its row. */
export function isLarge(job: Pick<NewJob, 'payload' | 'options'>): boolean {
  return job.payload.length >= largeFrom || job.options.length >= largeFrom
}

/** Rows of single jobs, and their texts. */
export class JobRows {
  readonly #addJob: Command
  readonly #setContent: Command
  readonly #setLarge: Command
  readonly #dropLarge: Command

  constructor(database: Database) {
    const sql = new SqlFile(database, jobRowsSql)
    this.#addJob = sql.command('add job')
    this.#setContent = sql.command('set content')
    this.#setLarge = sql.command('set large')
    this.#dropLarge = sql.command('drop large')
  }

  add(n: number, row: JobRow): void {
    const { job, state, ticket, readyAt, createdAt, schedule, marks, failures = 0, generation = 1 } = row
    const { isLarge: large, options, payload } = textsOf(job)
    this.#addJob.run(
      n,
      toStored(job.id),
      state,
      toStored(job.type),
      rankOf(job.priority),
      ticket,
      readyAt,
      failures,
      generation,
      job.maxAttempts,
      createdAt,
      toStoredOrNull(job.dedupeKey),
      schedule,
      Buffer.byteLength(job.payload),
      large ? 1 : 0,
      toStored(job.token),
      toStored(job.digest),
      large ? '' : options,
      marks,
      large ? '' : payload,
    )
    if (large) this.#setLarge.run(n, options, payload)
  }

  /** Gives it the content of another submission; it stays in the line of its schedule, and has an attempt left. */
  replace(n: number, job: NewJob, readyAt: number): void {
    const { isLarge: large, options, payload } = textsOf(job)
    const kind = [toStored(job.type), rankOf(job.priority), job.maxAttempts, readyAt] as const
    const texts = [large ? '' : options, large ? '' : payload] as const
    this.#setContent.run(...kind, Buffer.byteLength(job.payload), large ? 1 : 0, ...texts, n)
    if (large) this.#setLarge.run(n, options, payload)
    else this.#dropLarge.run(n)
  }
}

// -------------------------------------------------------------------------------------------------------------------

function textsOf(job: Pick<NewJob, 'payload' | 'options'>): {
  readonly isLarge: boolean
  readonly options: string
  readonly payload: string
} {
  return { isLarge: isLarge(job), options: toStored(job.options), payload: toStored(job.payload) }
}
