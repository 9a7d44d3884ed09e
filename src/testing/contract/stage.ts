import assert from 'node:assert/strict'
import { silentLogger } from '../../core/logger.js'
import type {
  Claim,
  ControlAnswer,
  CycleReply,
  CycleRequest,
  FireAnswer,
  FireRequest,
  InstanceInfo,
  JobRecord,
  LeaseReport,
  ListAnswer,
  ListQuery,
  NewJob,
  NewSchedule,
  OutcomeReport,
  PruneAnswer,
  PruneRequest,
  QueueAdapter,
  RenewReply,
  SubmitAnswer,
} from '../../core/queue-adapter.js'
import type { ScheduleRecord } from '../../core/schedule.js'
import type { Settlement } from '../../core/settlement.js'
import type { JobStatus } from '../../core/states.js'
import { FakeClock } from '../fake-clock.js'
import type { QueueSubject } from './case.js'
import { dumpOf } from './dump.js'
import { comeToPass } from './patience.js'
import * as script from './script.js'

export type CycleDone = Extract<CycleReply, { kind: 'done' }>

/** One queue with a clock that a case moves, and the verbs with all filled in that the case does not care for. */
export class Stage {
  readonly clock = new FakeClock()
  readonly queue: QueueAdapter
  readonly #subject: QueueSubject
  readonly #opened: QueueAdapter[] = []
  readonly #seqs = new Map<string, number>()
  readonly #owners = new Map<string, string>()
  #made = 0

  private constructor(subject: QueueSubject, queue: QueueAdapter) {
    this.#subject = subject
    this.queue = queue
  }

  static async open(subject: QueueSubject, queue: QueueAdapter): Promise<Stage> {
    const stage = new Stage(subject, queue)
    await stage.#open(queue)
    return stage
  }

  async close(): Promise<void> {
    for (const queue of this.#opened.reverse()) await queue.close()
  }

  /** A second adapter on the same store. */
  async other(): Promise<QueueAdapter> {
    const queue = this.#subject.connect ? await this.#subject.connect(this.queue) : this.queue
    await this.#open(queue)
    return queue
  }

  /** A queue on another store, on the same clock. */
  async elsewhere(): Promise<QueueAdapter> {
    const queue = await this.#subject.create()
    await this.#open(queue)
    return queue
  }

  async #open(queue: QueueAdapter): Promise<void> {
    await queue.open({ logger: silentLogger, clock: this.clock })
    this.#opened.push(queue)
  }

  get now(): number {
    return this.clock.now()
  }

  /** Time goes by. */
  pass(ms: number): Promise<void> {
    return this.clock.advance(ms)
  }

  job(part: Partial<NewJob> = {}): NewJob {
    return script.jobOf(++this.#made, part)
  }

  submit(...parts: readonly Partial<NewJob>[]): Promise<readonly SubmitAnswer[]> {
    return this.queue.submit(parts.map((part) => this.job(part)))
  }

  /** Adds one job, which must be created; its id. */
  async add(part: Partial<NewJob> = {}): Promise<string> {
    const [answer] = await this.submit(part)
    assert.equal(answer?.kind, 'created', 'a new job is created')
    return answer.id
  }

  /** Adds `n` jobs alike, oldest first; their ids. */
  async addMany(n: number, part: Partial<NewJob> = {}): Promise<readonly string[]> {
    const answers: SubmitAnswer[] = []
    for (let left = n; left > 0; left -= this.#mostAtOnce) {
      const step = Math.min(left, this.#mostAtOnce)
      answers.push(...(await this.submit(...Array.from({ length: step }, () => part))))
    }
    return answers.map((answer) => {
      assert.equal(answer.kind, 'created', 'a new job is created')
      return answer.id
    })
  }

  get #mostAtOnce(): number {
    return Math.min(this.queue.limits.items, 1024)
  }

  /** The next cycle of a channel of an instance, not yet sent. */
  request(part: Partial<CycleRequest> = {}): CycleRequest {
    const { instance = 'i1', channel = 0 } = part
    const key = `${channel} ${instance}`
    const seq = part.seq ?? (this.#seqs.get(key) ?? 0) + 1
    this.#seqs.set(key, Math.max(seq, this.#seqs.get(key) ?? 0))
    return script.cycleOf({ ...part, instance, channel, seq })
  }

  /** Sends the next cycle of an instance, which must be done. */
  async cycle(part: Partial<CycleRequest> = {}, queue = this.queue): Promise<CycleDone> {
    const request = this.request(part)
    const reply = await queue.cycle(request)
    assert.equal(reply.kind, 'done', 'a new cycle is done')
    for (const claim of reply.claims) this.#owners.set(keyOf(claim), request.instance)
    return reply
  }

  /** Claims up to `n` jobs, in the lanes 0 and up. */
  async claim(n: number, part: Partial<CycleRequest> = {}): Promise<readonly Claim[]> {
    return (await this.cycle({ wanted: script.lanes(n), ...part })).claims
  }

  /** Claims `n` jobs, in as many cycles as the limit of a step makes it. */
  async claimAll(n: number, part: Partial<CycleRequest> = {}): Promise<readonly Claim[]> {
    const claims: Claim[] = []
    while (claims.length < n) {
      const step = await this.claim(Math.min(n - claims.length, this.#mostAtOnce), part)
      if (step.length === 0) break
      claims.push(...step)
    }
    return claims
  }

  /** Claims one job, which must be there. */
  async take(part: Partial<CycleRequest> = {}): Promise<Claim> {
    const [claim] = await this.claim(1, part)
    assert.ok(claim, 'there is a job to claim')
    return claim
  }

  /** The ids of what up to `n` claims get. */
  async takeIds(n: number, part: Partial<CycleRequest> = {}): Promise<readonly string[]> {
    return (await this.claim(n, part)).map((claim) => claim.id)
  }

  /** Reports how runs ended, by the instance that has them. */
  async end(
    claims: Claim | readonly Claim[],
    settlement: Settlement,
    part: Partial<OutcomeReport> = {},
  ): Promise<CycleDone> {
    const runs = [claims].flat()
    const instance = this.#owners.get(keyOf(runs[0] ?? { id: '', fence: '' })) ?? 'i1'
    return this.cycle({ instance, outcomes: runs.map((run) => script.outcomeOf(run, settlement, part)) })
  }

  /** Runs one job to its end; its id. */
  async finish(settlement: Settlement = script.complete(), part: Partial<NewJob> = {}): Promise<string> {
    const id = await this.add(part)
    await this.end(await this.take({ types: [part.type ?? 'task'] }), settlement)
    return id
  }

  async record(id: string): Promise<JobRecord> {
    const record = await this.queue.get(id)
    assert.ok(record, `the job ${id} is there`)
    return record
  }

  async status(id: string): Promise<JobStatus | 'missing'> {
    return (await this.queue.get(id))?.status ?? 'missing'
  }

  /** A token that no other request has. */
  token(): string {
    return `request-${++this.#made}`
  }

  cancel(id: string, token = this.token(), reason: string | null = null): Promise<ControlAnswer> {
    return this.queue.cancel({ id, token, reason })
  }

  retry(id: string, token = this.token()): Promise<ControlAnswer> {
    return this.queue.retry({ id, token })
  }

  discard(id: string, token = this.token()): ReturnType<QueueAdapter['discard']> {
    return this.queue.discard({ id, token })
  }

  renew(
    leases: readonly Partial<LeaseReport>[],
    part: Partial<InstanceInfo> = {},
    leaseMs?: number,
  ): Promise<RenewReply> {
    return this.queue.renew(script.renewOf(leases, { startedAt: this.now, ...part }, leaseMs))
  }

  list(part: Partial<ListQuery> = {}): Promise<ListAnswer> {
    return this.queue.list(script.listOf(part))
  }

  prune(part: Partial<PruneRequest> = {}): Promise<PruneAnswer> {
    return this.queue.prune(script.pruneOf(part))
  }

  /** A schedule whose first slot has come. */
  async schedule(part: Partial<NewSchedule> = {}): Promise<ScheduleRecord> {
    const wanted = script.scheduleOf(++this.#made, { nextSlot: this.now, ...part })
    return (await this.queue.putSchedule(wanted)) ?? assert.fail('the schedule is put')
  }

  removeSchedule(id: string, token = this.token()): Promise<boolean> {
    return this.queue.removeSchedule(id, token)
  }

  async scheduleNow(id: string): Promise<ScheduleRecord> {
    const found = (await this.queue.schedules()).find((one) => one.id === id)
    assert.ok(found, `the schedule ${id} is there`)
    return found
  }

  /** Fires the slot at which a schedule stands, with a new job unless told otherwise. */
  async fire(id: string, part: Partial<FireRequest> = {}): Promise<FireAnswer> {
    const { version, nextSlot } = await this.scheduleNow(id)
    const slot = nextSlot ?? this.now
    return this.queue.fire(script.fireOf({ id, version, slot, next: slot + 1, job: this.job(), ...part }))
  }

  /** Fires once, which must make a job; its id. */
  async fired(id: string, part: Partial<FireRequest> = {}): Promise<string> {
    const slot = (await this.scheduleNow(id)).nextSlot ?? 0
    if (slot > this.now) await this.pass(slot - this.now)
    const answer = await this.fire(id, part)
    assert.equal(answer.kind, 'fired', 'the slot makes a job')
    return answer.jobId
  }

  /** Sends empty cycles until nothing is left that a bound cut off. */
  async settle(): Promise<void> {
    for (let step = 0; step < 10_000; step++) {
      if (!(await this.cycle({ instance: 'settler', types: [] })).more) return
    }
    assert.fail('cycles say `more` without end')
  }

  /** Runs `act` and demands that the store shows the same afterwards. */
  async unchanged<T>(act: () => Promise<T>): Promise<T> {
    const dump = async (): Promise<unknown> => dumpOf(this.queue, await this.everyJob())
    const before = await dump()
    const answer = await act()
    assert.deepEqual(await dump(), before, 'nothing in the store has changed')
    return answer
  }

  /** The whole list, page by page. */
  async everyJob(part: Partial<ListQuery> = {}): Promise<readonly JobRecord[]> {
    const jobs: JobRecord[] = []
    let cursor: string | null = null
    do {
      const page: ListAnswer = await this.list({ limit: 100, ...part, cursor })
      jobs.push(...page.jobs)
      cursor = page.nextCursor
    } while (cursor !== null)
    return jobs
  }

  /** Waits in real time until `check` holds, trying `again` in between. */
  until(what: string, check: () => boolean, again: () => Promise<unknown>): Promise<void> {
    return comeToPass(what, check, async () => {
      await again()
      await this.clock.advance(1)
    })
  }
}

function keyOf(run: { readonly id: string; readonly fence: string }): string {
  return `${run.id} ${run.fence}`
}
