import { systemClock } from '../../../src/core/clock.js'
import type { JobError } from '../../../src/core/job-error.js'
import { silentLogger } from '../../../src/core/logger.js'
import { defaultBudgets } from '../../../src/core/priority.js'
import type {
  Claim,
  CycleReply,
  CycleRequest,
  FireRequest,
  InstanceInfo,
  JobRecord,
  LeaseReport,
  ListQuery,
  NewJob,
  NewSchedule,
  OutcomeReport,
  PruneAnswer,
  PruneRequest,
  QueueAdapter,
  RenewReply,
  Retention,
} from '../../../src/core/queue-adapter.js'
import type { Settlement } from '../../../src/core/settlement.js'
import { type MemoryQueueOptions, memoryQueue } from '../../../src/drivers/memory/memory-queue.js'

export type CycleDone = Extract<CycleReply, { kind: 'done' }>

export const boom: JobError = { code: 'JOB_FAILED', name: 'Error', message: 'boom' }
const everything: Retention = { ageMs: 1e12, count: 1e9, bytes: 1e12 }

/** A job with everything filled in. */
export function job(id: string, given: Partial<NewJob> = {}): NewJob {
  const plain = {
    type: 'work',
    priority: 'normal',
    maxAttempts: 3,
    payload: `{"of":"${id}"}`,
    options: '{}',
  } as const
  return {
    id,
    token: `token-${id}`,
    digest: 'd',
    ...plain,
    delayMs: null,
    runAt: null,
    dedupeKey: null,
    ...given,
  }
}

/** The claim's outcome. */
export function outcome(
  claim: Claim,
  settlement: Settlement,
  given: Partial<OutcomeReport> = {},
): OutcomeReport {
  return { id: claim.id, fence: claim.fence, settlement, runMs: 5, resultTtlMs: 60_000, keep: true, ...given }
}

export const completed: Settlement = { kind: 'complete', result: null }
export const released: Settlement = { kind: 'release' }
export const retried = (afterMs: number): Settlement => ({ kind: 'retry', afterMs, error: boom })
export const failed: Settlement = { kind: 'fail', error: boom }

/** A memory queue whose time stands still, and short ways to use it. */
export class Store {
  now = 1_000_000
  readonly queue: QueueAdapter
  readonly #seqs = new Map<string, number>()
  #tokens = 0

  private constructor(options: MemoryQueueOptions) {
    this.queue = memoryQueue(options)
  }

  static async open(options: MemoryQueueOptions = {}): Promise<Store> {
    const store = new Store(options)
    await store.queue.open({ logger: silentLogger, clock: { ...systemClock, now: () => store.now } })
    return store
  }

  async add(...ids: string[]): Promise<void> {
    await this.queue.submit(ids.map((id) => job(id)))
  }

  request(given: Partial<CycleRequest> & { readonly slots?: number } = {}): CycleRequest {
    const { slots = 0, ...rest } = given
    const instance = given.instance ?? 'a'
    const seq = given.seq ?? (this.#seqs.get(instance) ?? 0) + 1
    this.#seqs.set(instance, seq)
    const wanted = Array.from({ length: slots }, (_, lane) => lane)
    return {
      instance,
      channel: 0,
      seq,
      outcomes: [],
      wanted,
      types: ['work'],
      leaseMs: 10_000,
      budgets: defaultBudgets,
      ...rest,
    }
  }

  async cycle(given: Partial<CycleRequest> & { readonly slots?: number } = {}): Promise<CycleDone> {
    const reply = await this.queue.cycle(this.request(given))
    if (reply.kind !== 'done') throw new Error('the cycle was answered as an old one')
    return reply
  }

  /** Claims so many at most. */
  async claim(slots: number, given: Partial<CycleRequest> = {}): Promise<readonly Claim[]> {
    return (await this.cycle({ ...given, slots })).claims
  }

  async claimIds(slots: number, given: Partial<CycleRequest> = {}): Promise<readonly string[]> {
    return (await this.claim(slots, given)).map((claim) => claim.id)
  }

  /** Claims one job, which must be there. */
  async claimOne(given: Partial<CycleRequest> = {}): Promise<Claim> {
    const [claim] = await this.claim(1, given)
    if (!claim) throw new Error('there was nothing to claim')
    return claim
  }

  async settle(claim: Claim, settlement: Settlement, given: Partial<OutcomeReport> = {}): Promise<CycleDone> {
    return await this.cycle({ outcomes: [outcome(claim, settlement, given)] })
  }

  /** Claims and completes until a job of this id has ended. */
  async run(id: string): Promise<void> {
    for (const claim of await this.claim(100))
      await this.settle(claim, claim.id === id ? completed : released)
  }

  renew(leases: readonly LeaseReport[], given: Partial<InstanceInfo> = {}): Promise<RenewReply> {
    const counts = { pid: 1, startedAt: 0, workers: 1, slots: 1, busy: 0, zombies: 0 }
    const instance: InstanceInfo = { id: 'a', host: 'h', types: ['work'], ...counts, ...given }
    return this.queue.renew({ instance, leases, leaseMs: 10_000 })
  }

  cancel(id: string, token = `t${++this.#tokens}`) {
    return this.queue.cancel({ id, token, reason: 'not needed' })
  }

  retry(id: string, token = `t${++this.#tokens}`) {
    return this.queue.retry({ id, token })
  }

  async get(id: string): Promise<JobRecord> {
    const record = await this.queue.get(id)
    if (!record) throw new Error(`there is no job ${id}`)
    return record
  }

  async status(id: string): Promise<string> {
    return (await this.get(id)).status
  }

  list(given: Partial<ListQuery> = {}) {
    return this.queue.list({
      status: null,
      type: null,
      search: null,
      limit: 10,
      offset: 0,
      cursor: null,
      ...given,
    })
  }

  prune(given: Partial<PruneRequest> = {}): Promise<PruneAnswer> {
    return this.queue.prune({
      completed: everything,
      dead_letter: everything,
      cancelled: everything,
      limit: 100,
      ...given,
    })
  }

  schedule(given: Partial<NewSchedule> = {}) {
    const nextSlot = this.now
    return this.queue.putSchedule({
      id: 's',
      name: 'nightly',
      digest: '1',
      definition: '{}',
      enabled: true,
      nextSlot,
      ...given,
    })
  }

  /** Fires the slot at `slot`; the next one is 1 ms later. */
  fire(slot: number, jobId: string, given: Partial<FireRequest> = {}) {
    const base = {
      id: 's',
      version: 1,
      slot,
      next: slot + 1,
      overlap: 'queue',
      queueLimit: 1000,
      missed: 0,
    } as const
    return this.queue.fire({ ...base, job: job(jobId), ...given })
  }
}

/** Keeps all of these; one of them can be replaced. */
export function keep(given: Partial<Retention>): Retention {
  return { ...everything, ...given }
}
