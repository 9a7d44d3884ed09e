import { priorities } from '../../core/priority.js'
import type { Claim, CycleRequest } from '../../core/queue-adapter.js'
import type { Database } from './database.js'
import type { Ledger } from './ledger.js'
import type { News } from './news.js'
import { type Chosen, ReadyLines } from './ready-lines.js'
import claimSql from './sql/claim-ready.sql'
import { type Command, type Query, SqlFile } from './sql-file.js'
import { stepLimits } from './step-limits.js'
import { fromStored, fromStoredOrNull, toStored } from './stored-text.js'

export interface Claimed {
  readonly claims: readonly Claim[]
  /** The bytes of a step cut it short: others are ready. */
  readonly isCut: boolean
}

/** Gives a job to each lane that wants one, while there are any of its types. */
export class Claiming {
  readonly #ledger: Ledger
  readonly #news: News
  readonly #lines: ReadyLines
  readonly #large: Query<Texts>
  readonly #start: Command

  constructor(database: Database, { ledger, news }: { ledger: Ledger; news: News }) {
    const sql = new SqlFile(database, claimSql)
    this.#ledger = ledger
    this.#news = news
    this.#lines = new ReadyLines(database, ledger)
    this.#large = sql.query('large')
    this.#start = sql.command('start')
  }

  claim({ wanted, types, budgets, instance, leaseMs }: CycleRequest, now: number): Claimed {
    const { items, bytes } = stepLimits
    const bounds = { items: Math.min(wanted.length, items), bytes }
    if (bounds.items === 0) return { claims: [], isCut: false }
    const { chosen, isCut } = this.#lines.take(types.map(toStored), budgets, bounds)
    if (chosen.length === 0) return { claims: [], isCut }
    const fence = this.#ledger.grantFence(now)
    const lanes = chosen.map(({ job }, i) => `"${job.n}":${wanted[i] ?? 0}`)
    this.#start.run(fence, toStored(instance), now, now + leaseMs, `{${lanes.join()}}`)
    this.#count(chosen, now)
    const run = { fence: String(fence), startedAt: now }
    const claims = chosen.map((one, i) => claimOf(one, this.#textsOf(one), { ...run, lane: wanted[i] ?? 0 }))
    if (this.#news.wantsMoves)
      for (const { id, type } of claims) this.#news.moved({ id, type, status: 'processing' })
    return { claims, isCut }
  }

  /** Whether there is anything of these types to claim. */
  hasReady(types: readonly string[]): boolean {
    return this.#lines.hasAny(types.map(toStored))
  }

  #textsOf({ job }: Chosen): Texts {
    return (job.is_large === 1 ? this.#large.get(job.n) : undefined) ?? job
  }

  #count(chosen: readonly Chosen[], now: number): void {
    for (const { line, job } of chosen) {
      const tally = this.#ledger.of(line.type)
      tally.wait(Math.max(0, now - job.ready_at))
      tally.state('pending', -1)
      tally.state('processing', 1)
      if (tally.gained > 0) tally.gained--
    }
  }
}

// -------------------------------------------------------------------------------------------------------------------

interface Texts {
  readonly payload: string
  readonly options: string
}

function claimOf(
  { line, job }: Chosen,
  { payload, options }: Texts,
  run: Pick<Claim, 'fence' | 'lane' | 'startedAt'>,
): Claim {
  return {
    id: fromStored(job.id),
    type: fromStored(line.type),
    priority: priorities[line.rank] ?? 'normal',
    payload: fromStored(payload),
    options: fromStored(options),
    fence: run.fence,
    generation: job.generation,
    failures: job.failures,
    maxAttempts: job.max_attempts,
    lane: run.lane,
    createdAt: job.created_at,
    readyAt: job.ready_at,
    startedAt: run.startedAt,
    dedupeKey: fromStoredOrNull(job.dedupe_key),
    scheduleId: fromStoredOrNull(job.schedule),
  }
}
