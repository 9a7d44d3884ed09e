import { systemClock } from '../../src/core/clock.js'
import { silentLogger } from '../../src/core/logger.js'
import { canMove } from '../../src/core/queue-move.js'
import type { JobRecord } from '../../src/core/queue-record.js'
import { resultKey } from '../../src/core/storage-adapter.js'
import type {
  Claim,
  Clock,
  ExportAnswer,
  MovingJob,
  QueueAdapter,
  ScheduleRecord,
  Settlement,
} from '../../src/index.js'
import { cycleOf, jobOf, lanes, outcomeOf, plain, retryIn } from '../../src/testing/contract/script.js'
import type { FakeClock } from '../../src/testing/index.js'

/** All that a queue holds, as far as it moves. */
export interface Contents {
  /** By id. */
  readonly jobs: Readonly<Record<string, unknown>>
  /** The ids of the ready ones in the order of their claims, by class; of those with keys apart. */
  readonly ready: Readonly<Record<string, readonly string[]>>
  /** Newest first. */
  readonly list: readonly string[]
  readonly schedules: readonly unknown[]
  /** The texts of results that stand in the storage, by key. */
  readonly results: Readonly<Record<string, string>>
  readonly states: unknown
}

/** Opens queues for as long as `act` takes. */
export async function opened<T>(
  queues: readonly QueueAdapter[],
  clock: Clock | undefined,
  act: () => Promise<T>,
): Promise<T> {
  for (const queue of queues) await queue.open({ logger: silentLogger, clock })
  try {
    return await act()
  } finally {
    for (const queue of queues) await queue.close()
  }
}

/** Lets time pass until a call is over: stores outside this process take real time as well. */
export async function passing<T>(call: Promise<T>, clock: FakeClock): Promise<T> {
  let isOver = false
  void call.finally(() => (isOver = true)).catch(() => undefined)
  for (const end = performance.now() + 20_000; !isOver; await clock.advance(40)) {
    if (performance.now() > end) throw new Error('the call is not over')
    await systemClock.sleep(2)
  }
  return call
}

/** Fills a queue with jobs in every state, out of order, with results and schedules; nobody works on it afterwards. */
export async function load(queue: QueueAdapter, clock: FakeClock, n = 40): Promise<void> {
  const hand = new Hand(queue)
  await queue.submit(Array.from({ length: n }, (_, i) => jobAt(i)))
  const claims = await hand.claim(Math.floor(n / 2))
  for (const [i, claim] of claims.entries()) {
    await clock.advance(1)
    await hand.end(claim, await outcomeAt(queue, claim, i))
  }
  const cancelled = claims.length + 2
  await queue.cancel({ id: `job-${cancelled}`, token: 'cancel', reason: 'é "no more"' })
  await queue.cancel({ id: `job-${cancelled + 1}`, token: 'cancel', reason: null })
  await queue.retry({ id: `job-${cancelled + 1}`, token: 'retry' })
  await clock.advance(700)
  await hand.settle()
  await lineUp(queue, clock)
  await queue.leave('far')
}

/** What a queue holds; it must be open. */
export async function contentsOf(queue: QueueAdapter): Promise<Contents> {
  const jobs = await exportAll(queue)
  const ready: Record<string, string[]> = {}
  const results: Record<string, string> = {}
  for (const { record, place } of jobs) {
    if (place === 'pending') (ready[lineOf(record)] ??= []).push(record.id)
    const key = record.result !== null && 'key' in record.result ? record.result.key : null
    if (key !== null) results[key] = (await queue.storage.get(key)) ?? 'missing'
  }
  const { skips: _, ...states } = await queue.counts()
  const schedules = [...(await queue.schedules())].sort((a, b) => (a.id < b.id ? -1 : 1))
  return {
    jobs: Object.fromEntries(jobs.map((job) => [job.record.id, lookOf(job)])),
    ready,
    list: await listAll(queue),
    schedules: schedules.map((one: ScheduleRecord) => plain(one)),
    results,
    states: plain(states),
  }
}

/** Whose turn it is among jobs with keys is not for their order alone to say. */
function lineOf({ priority, terms }: JobRecord): string {
  const isKeyed = terms !== null && (terms.concurrency !== null || terms.rate !== null)
  return isKeyed ? `${priority} with keys` : priority
}

export const nothing = {
  jobs: {},
  ready: {},
  list: [],
  schedules: [],
  results: {},
}

/** Each job that can be moved, once. */
export async function exportAll(queue: QueueAdapter): Promise<readonly MovingJob[]> {
  if (!canMove(queue)) throw new Error('the queue cannot be moved')
  const jobs = new Map<string, MovingJob>()
  for (let cursor: string | null = null; ;) {
    const page: ExportAnswer = await queue.exportJobs({ cursor, items: 25, bytes: 1e6 })
    for (const job of page.jobs) if (!jobs.has(job.record.id)) jobs.set(job.record.id, job)
    cursor = page.cursor
    if (cursor === null) return [...jobs.values()]
  }
}

// -------------------------------------------------------------------------------------------------------------------

const minute = 60_000
const classes = ['normal', 'high', 'normal', 'low', 'critical'] as const

function jobAt(i: number): ReturnType<typeof jobOf> {
  return jobOf(i, {
    type: i % 4 === 0 ? 'other' : 'task',
    priority: classes[i % classes.length] ?? 'normal',
    delayMs: i % 7 === 3 ? 500 - i : i % 11 === 5 ? minute + i : null,
    dedupeKey: i % 9 === 0 ? `key ${i}` : null,
    payload: JSON.stringify({ i, text: i % 13 === 0 ? '€'.repeat(9000) : '🌊', list: [] }),
    options: i % 2 === 0 ? '' : '{"metadata":{"a":1.0}}',
    token: i % 3 === 0 ? `job-${i}` : `token-${i}`,
    digest: i % 3 === 0 ? '' : 'digest',
  })
}

/** Every way for a run to end, one after the other. */
async function outcomeAt(queue: QueueAdapter, claim: Claim, i: number): Promise<Settlement> {
  const key = resultKey(claim.id, claim.generation, claim.fence)
  if (i % 6 === 0) return { kind: 'complete', result: { inline: `{"i":${i}}` } }
  if (i % 6 === 1) {
    await queue.storage.set(key, `"large ${i}"`, 3_600_000)
    return { kind: 'complete', result: { key } }
  }
  if (i % 6 === 2) return retryIn(i % 4 === 0 ? 10 : minute)
  if (i % 6 === 3) return { kind: 'fail', error: { code: 'X', name: 'Ünï', message: `no ${i}` } }
  return i % 6 === 4 ? { kind: 'release' } : { kind: 'complete', result: null }
}

/** Schedules, of which one has jobs that line up. */
async function lineUp(queue: QueueAdapter, clock: FakeClock): Promise<void> {
  const now = clock.now()
  const rest = { digest: 'd', definition: '{"cron":"* * * * *"}', enabled: true, nextSlot: now - 10 }
  await queue.putSchedule({ id: 'line', name: 'the line', ...rest })
  await queue.putSchedule({ id: 'off', name: 'is off', ...rest, enabled: false, nextSlot: null })
  for (let slot = now - 10; slot < now - 6; slot++) {
    const next = slot === now - 7 ? now + minute : slot + 1
    const job = jobOf(slot, { id: `line-${slot - now + 10}`, type: 'other', priority: 'low' })
    const fire = { version: 1, slot, next, job, overlap: 'queue', queueLimit: 9, missed: 1 } as const
    await queue.fire({ id: 'line', ...fire })
  }
}

/** One instance that works by hand. */
class Hand {
  readonly #queue: QueueAdapter
  #seq = 0

  constructor(queue: QueueAdapter) {
    this.#queue = queue
  }

  async claim(n: number): Promise<readonly Claim[]> {
    const cycle = { instance: 'far', seq: ++this.#seq, wanted: lanes(n), types: ['task', 'other'] }
    const reply = await this.#queue.cycle(cycleOf(cycle))
    return reply.kind === 'done' ? reply.claims : []
  }

  /** Whatever is due is done. */
  async settle(): Promise<void> {
    for (let more = true; more;) {
      const reply = await this.#queue.cycle(cycleOf({ instance: 'far', seq: ++this.#seq }))
      more = reply.kind === 'done' && reply.more
    }
  }

  async end(claim: Claim, settlement: Settlement): Promise<void> {
    const outcomes = [outcomeOf(claim, settlement, { runMs: 1.5 })]
    await this.#queue.cycle(cycleOf({ instance: 'far', seq: ++this.#seq, outcomes }))
  }
}

/** A job but for what each store says in its own way. */
function lookOf({ revision: _, sequence: __, ...rest }: MovingJob): unknown {
  return plain(rest)
}

async function listAll(queue: QueueAdapter): Promise<readonly string[]> {
  const all = { status: null, type: null, search: null, limit: 1000, offset: 0, cursor: null }
  return (await queue.list(all)).jobs.map(({ id }) => id)
}
