import { priorities } from '../../core/priority.js'
import type { Claim, CycleRequest } from '../../core/queue-adapter.js'
import type { Database } from './database.js'
import type { Ledger } from './ledger.js'
import type { News } from './news.js'
import type { Pausing } from './pauses.js'
import type { QueueLimiting } from './queue-limiting.js'
import type { Chosen, ReadyLines } from './ready-lines.js'
import claimSql from './sql/claim-ready.sql'
import { type Command, type Query, SqlFile } from './sql-file.js'
import { fromStored, fromStoredOrNull, toStored } from './stored-text.js'
import { Taking } from './taking.js'

export interface Claimed {
  readonly claims: readonly Claim[]
  /** The bytes of a step cut it short: others are ready. */
  readonly isCut: boolean
  /** Types of which more were wanted than there were. */
  readonly hungry: readonly string[]
  /** When the rate of the whole queue allows the next, if jobs wait for that; null for nothing. */
  readonly freeAt: number | null
}

interface Parts {
  readonly ledger: Ledger
  readonly news: News
  readonly lines: ReadyLines
  readonly pausing: Pausing
  readonly limiting: QueueLimiting
}

/** Gives a job to each lane that wants one, while there are any of its types. */
export class Claiming {
  readonly #parts: Parts
  readonly #large: Query<Texts>
  readonly #start: Command

  constructor(database: Database, parts: Parts) {
    const sql = new SqlFile(database, claimSql)
    this.#parts = parts
    this.#large = sql.query('large')
    this.#start = sql.command('start')
  }

  claim(request: CycleRequest, now: number): Claimed {
    const taking = new Taking(this.#parts, request.budgets, now)
    for (const part of [request, ...(request.asides ?? [])]) taking.take(part, request.limits)
    const { isCut, hungry, freeAt } = taking
    return { claims: this.#claim(taking, request, now), isCut, hungry, freeAt }
  }

  /** Whether there is anything of these types to claim. */
  hasReady(types: readonly string[]): boolean {
    return this.#parts.lines.hasAny(this.#parts.pausing.lookAmong(types).map(toStored))
  }

  #claim({ chosen, lanes }: Taking, { instance, leaseMs }: CycleRequest, now: number): readonly Claim[] {
    if (chosen.length === 0) return []
    const { ledger, news } = this.#parts
    const fence = ledger.grantFence(now)
    const starts = chosen.map(({ job }, i) => `"${job.n}":${lanes[i] ?? 0}`)
    this.#start.run(fence, toStored(instance), now, now + leaseMs, `{${starts.join()}}`)
    this.#count(chosen, now)
    const run = { fence: String(fence), startedAt: now }
    const claims = chosen.map((one, i) => claimOf(one, this.#textsOf(one), { ...run, lane: lanes[i] ?? 0 }))
    if (news.wantsMoves) for (const { id, type } of claims) news.moved({ id, type, status: 'processing' })
    return claims
  }

  #textsOf({ job }: Chosen): Texts {
    return (job.is_large === 1 ? this.#large.get(job.n) : undefined) ?? job
  }

  #count(chosen: readonly Chosen[], now: number): void {
    for (const { line, job } of chosen) {
      const tally = this.#parts.ledger.of(line.type)
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
