import { throwIfAborted } from '../core/abort.js'
import { nextTurn } from '../core/clock.js'
import { RiptideError } from '../core/errors.js'
import type { ExportAnswer, MovingIdentity, MovingJob } from '../core/queue-adapter.js'
import type { ScheduleRecord } from '../core/schedule.js'
import { isFinal } from '../core/states.js'
import { type Batch, Convoy } from './convoy.js'
import { type Ends, refuseWorkers } from './ends.js'
import type { MigrateReport, ResolvedMigrateOptions } from './migrate-options.js'
import { Rescue } from './rescue.js'
import { copyResults } from './results.js'
import { Tally } from './tally.js'

/** In memory a batch stands several times, as values and as text. */
const mostBytes = 4_000_000
const schedulesAtOnce = 100
/** Between two looks at whether jobs still run. */
const pauseMs = 500

/** One call of `migrate`: its steps, in their order. */
export class Migration {
  readonly #ends: Ends
  readonly #options: ResolvedMigrateOptions
  readonly #convoy: Convoy
  readonly #tally = new Tally()

  constructor(ends: Ends, options: ResolvedMigrateOptions) {
    this.#ends = ends
    this.#options = options
    this.#convoy = new Convoy(ends, options)
  }

  async run(): Promise<MigrateReport> {
    await refuseWorkers(this.#ends)
    await this.#resume()
    try {
      await this.#moveJobs()
      await this.#moveSchedules()
    } catch (thrown) {
      // If the store takes no more calls it stays as it is, and the next call finds it so.
      await this.#convoy.close().catch(nothing)
      throw thrown
    }
    await this.#convoy.close()
    return this.#tally.report(await this.#countLeft())
  }

  /** Brings to its end what a call before this one left on its way, in this direction or the other. */
  async #resume(): Promise<void> {
    const { from, to, ask } = this.#ends
    const back = new Convoy({ from: to, to: from, ask }, { ...this.#options, adopt: false })
    if ((await back.resume()) !== 'elsewhere') await back.close()
    const delivered = await this.#convoy.resume()
    if (delivered === 'elsewhere') throw goesElsewhere()
    this.#tally.add(delivered)
  }

  /** All that do not run; those that do when their leases are over, as long as there is time to wait for that. */
  async #moveJobs(): Promise<void> {
    const { clock, waitMs, signal } = this.#options
    const rescue = new Rescue(this.#ends, clock.now())
    const until = clock.monotonic() + waitMs
    try {
      for (;;) {
        await rescue.run()
        await this.#moveStanding()
        const leftMs = until - clock.monotonic()
        if (leftMs <= 0 || !(await this.#isRunning())) return
        await clock.sleep(Math.min(leftMs, pauseMs), signal).catch(() => throwIfAborted(signal))
      }
    } finally {
      await rescue.leave()
    }
  }

  async #moveStanding(): Promise<void> {
    const { from, to, ask } = this.#ends
    const items = Math.min(this.#options.batchSize, from.limits.items, to.limits.items)
    const bytes = Math.min(mostBytes, from.limits.bytes, to.limits.bytes)
    let cursor: string | null = null
    do {
      // Two memory queues would let nobody else come to his turn.
      await nextTurn(this.#options.clock)
      throwIfAborted(this.#options.signal)
      const at: string | null = cursor
      const page: ExportAnswer = await ask(() => from.exportJobs({ cursor: at, items, bytes }))
      if (page.jobs.length > 0) await this.#carry(page.jobs)
      cursor = page.cursor
    } while (cursor !== null)
  }

  async #carry(jobs: readonly MovingJob[]): Promise<void> {
    const { to, ask } = this.#ends
    const asked = { jobs: jobs.map(identityOf), schedules: [], bytes: bytesOf(jobs) }
    const seen = await ask(() => to.foresee(asked))
    if (seen.full !== null) throw full(seen.full)
    const free = jobs.filter((_, i) => seen.jobs[i] === 'free')
    const copies = jobs.filter((_, i) => seen.jobs[i] === 'standing')
    for (const [i, { record }] of jobs.entries())
      if (seen.jobs[i] === 'conflict') this.#tally.conflict('job', record.id)
    // Before the jobs: whoever sees one completed there can read its result.
    await copyResults(this.#ends, free)
    await this.#send({ jobs: free, copies, schedules: [] })
  }

  /** After the jobs: until then nobody fires there what would overlap with one of them. */
  async #moveSchedules(): Promise<void> {
    const { from, to, ask } = this.#ends
    const all = await ask(() => from.schedules())
    for (let at = 0; at < all.length; at += schedulesAtOnce) {
      throwIfAborted(this.#options.signal)
      const some = all.slice(at, at + schedulesAtOnce)
      const seen = await ask(() => to.foresee({ jobs: [], schedules: some.map(nameOf), bytes: 0 }))
      const free = some.filter((_, i) => seen.schedules[i] === 'free')
      for (const [i, { id }] of some.entries())
        if (seen.schedules[i] !== 'free') this.#tally.conflict('schedule', id)
      await this.#send({ jobs: [], copies: [], schedules: free })
    }
  }

  async #send(batch: Batch): Promise<void> {
    if (batch.jobs.length + batch.copies.length + batch.schedules.length === 0) return
    this.#tally.add(await this.#convoy.send(batch))
    this.#options.onProgress(this.#tally.progress)
  }

  async #isRunning(): Promise<boolean> {
    const { from, ask } = this.#ends
    return (await ask(() => from.counts())).processing > 0
  }

  async #countLeft(): Promise<number> {
    const { from, ask } = this.#ends
    const { pending, delayed, processing, retrying, blocked, ...ended } = await ask(() => from.counts())
    const live = pending + delayed + processing + retrying + blocked
    return live + ended.completed + ended.dead_letter + ended.cancelled
  }
}

// -------------------------------------------------------------------------------------------------------------------

const nothing = (): void => undefined

function identityOf({ record, token, digest }: MovingJob): MovingIdentity {
  const { id, fence, status, dedupeKey } = record
  return { id, token, digest, fence, dedupeKey: isFinal(status) ? null : dedupeKey }
}

function nameOf({ id, name }: ScheduleRecord): Pick<ScheduleRecord, 'id' | 'name'> {
  return { id, name }
}

/** As stores count them: payloads, and results that stand in their records. */
function bytesOf(jobs: readonly MovingJob[]): number {
  let bytes = 0
  for (const { payload, result } of jobs.map(({ record }) => record)) {
    bytes += Buffer.byteLength(payload)
    if (result !== null && 'inline' in result) bytes += Buffer.byteLength(result.inline)
  }
  return bytes
}

function full(limit: string): RiptideError {
  const text = `the queue to move to has no room: ${limit} reached; what has moved has moved, and the next call goes on`
  return new RiptideError('STORE_FULL', text, { retryable: true, facts: { limit } })
}

function goesElsewhere(): RiptideError {
  const text =
    'jobs of this queue are on their way to another one; call migrate with that one first, or adopt them if it is lost'
  return new RiptideError('STATE_CONFLICT', text)
}
