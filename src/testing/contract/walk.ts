import assert from 'node:assert/strict'
import { priorities } from '../../core/priority.js'
import type { Claim, CycleReply, CycleRequest, JobRecord, NewJob } from '../../core/queue-adapter.js'
import type { Settlement } from '../../core/settlement.js'
import { isFinal, jobStates } from '../../core/states.js'
import { contractCase } from './case.js'
import { type ModelJob, isLive } from './model-job.js'
import { Model } from './model.js'
import {
  complete,
  fail,
  keepOfEach,
  lanes,
  leaseMs,
  outcomeOf,
  plain,
  pruneOf,
  release,
  retryIn,
} from './script.js'
import type { Stage } from './stage.js'
import { type WalkStep, pick, stepsOf } from './walk-steps.js'
import { walkTerms } from './walk-terms.js'

/** Takes the steps one by one and compares the queue with the model after each. */
export async function walk(stage: Stage, steps: readonly WalkStep[]): Promise<void> {
  const walker = new Walker(stage)
  for (const [i, step] of steps.entries()) {
    try {
      await walker[step.verb](step)
      await walker.compare()
    } catch (error) {
      throw new assert.AssertionError({ message: `step ${i}, ${JSON.stringify(step)}: ${String(error)}` })
    }
  }
}

/** Long ways through everything a queue can do to its jobs, each step foretold by a model. */
export const walkCases = Array.from({ length: 8 }, (_, i) =>
  contractCase(
    `a random walk of 300 steps goes as the model says (${i + 1})`,
    ['I1', 'I2', 'I3', 'I5', 'I7', 'I8', 'I9', 'I11', 'I16', 'I31', 'I33'],
    (stage) => walk(stage, stepsOf(i + 1, 300)),
  ),
)

// -------------------------------------------------------------------------------------------------------------------

const instances = ['w0', 'w1', 'w2'] as const
/** Small ones, so that a walk comes upon them often. */
const budgets = { high: 1, normal: 2, low: 3 } as const
const typeSets = [['a'], ['b'], ['a', 'b']] as const

class Walker {
  readonly #stage: Stage
  readonly #model = new Model()
  readonly #runs: { readonly claim: Claim; readonly instance: string }[] = []
  #submitted: NewJob[] = []
  #last: { readonly request: CycleRequest; readonly reply: CycleReply; readonly at: number } | undefined

  constructor(stage: Stage) {
    this.#stage = stage
  }

  /** One to three jobs in a step. */
  async submit({ a, b, c }: WalkStep): Promise<void> {
    const others = [...this.#model.jobs.keys()]
    const jobs: NewJob[] = []
    for (let i = 0; i < 1 + (a % 3); i++) {
      const job = this.#stage.job({
        type: (a + i) % 4 ? 'a' : 'b',
        priority: pick(priorities, b + i),
        maxAttempts: 3,
        delayMs: (a + i) % 5 === 0 ? 1 + ((b + i) % 15_000) : null,
        ...walkTerms([...others, ...jobs.map(({ id }) => id)], a + i, b + i, c + i),
      })
      // What replaces a job that has failed already must leave it an attempt.
      const isReplaced = job.dedupeKey === 'replaced' || job.dedupeKey === 'put-off'
      jobs.push(isReplaced ? job : { ...job, maxAttempts: 1 + (c % 3) })
    }
    const answers = await this.#stage.queue.submit(jobs)
    const expected = jobs.map((job) => this.#model.submit(job, this.#stage.now))
    assert.deepEqual(plain(answers), plain(expected), 'what becomes of a submission')
    this.#submitted = jobs.filter((_, i) => expected[i]?.kind === 'created')
  }

  /** The last submission, sent again. */
  async again(): Promise<void> {
    const jobs = this.#submitted.filter((job) => this.#model.jobs.has(job.id))
    const answers = await this.#stage.queue.submit(jobs)
    for (const answer of answers) assert.equal(answer.kind, 'created')
  }

  claim({ a, b, c }: WalkStep): Promise<void> {
    return this.#cycle({ instance: pick(instances, a), wanted: lanes(1 + (b % 4)), types: pick(typeSets, c) })
  }

  /** Reports some run, current or long over, by its own instance or another. */
  async end({ a, b, c }: WalkStep): Promise<void> {
    const run = this.#runs[Math.max(0, this.#runs.length - 1 - (a % 6))]
    if (!run) return
    const instance = b % 10 === 0 ? pick(instances, b) : run.instance
    const keep = c % 4 !== 1
    const outcomes = [outcomeOf(run.claim, this.#settlement(run.claim, c), { keep })]
    await this.#cycle({
      instance,
      channel: c % Math.min(this.#stage.queue.limits.inFlight, 3),
      outcomes,
      wanted: lanes(b % 2),
      types: ['a', 'b'],
    })
  }

  async renew({ a, b }: WalkStep): Promise<void> {
    const run = this.#runs[Math.max(0, this.#runs.length - 1 - (a % 6))]
    if (!run) return
    const { claim, instance } = run
    const ms = 1 + (b % 20_000)
    const { now, lost } = await this.#stage.renew([claim], { id: instance }, ms)
    const kept = this.#model.renew(claim.id, claim.fence, instance, now + ms)
    assert.equal(lost.length, kept ? 0 : 1, 'whether the run is lost')
    if (!kept && this.#model.jobs.get(claim.id)?.status !== 'cancelled') assert.equal(lost[0]?.reason, 'lost')
  }

  async cancel({ a }: WalkStep): Promise<void> {
    const job = this.#someJob(a)
    if (!job) return
    const answer = await this.#stage.cancel(job.id)
    assert.equal(answer.kind, isFinal(job.status) ? 'conflict' : 'done')
    if (answer.kind === 'done') this.#model.cancel(job)
  }

  async retry({ a }: WalkStep): Promise<void> {
    const job = this.#someJob(a)
    const holder = job && this.#model.dedupe.holder(job.dedupeKey, this.#stage.now)
    // Whether a key that is held for a time, by whoever, holds up a new life is the store's affair.
    if (!job || (holder && holder !== job && job.terms?.dedupe?.windowMs)) return
    const isDone = this.#model.retry(job, this.#stage.now)
    assert.equal((await this.#stage.retry(job.id)).kind, isDone ? 'done' : 'conflict')
  }

  async reprioritise({ a, b }: WalkStep): Promise<void> {
    const job = this.#someJob(a)
    if (!job) return
    const priority = pick(priorities, b)
    const isDone = this.#model.reprioritise(job, priority)
    const answer = await this.#stage.queue.reprioritise({ id: job.id, token: this.#stage.token(), priority })
    assert.equal(answer.kind, isDone ? 'done' : 'conflict')
  }

  /** Once all ends have been told. */
  async discard({ a }: WalkStep): Promise<void> {
    await this.#cycle({ types: [] })
    const job = this.#someJob(a)
    if (!job) return
    const expected = isLive(job) ? 'conflict' : this.#model.discard(job) ? 'held' : 'done'
    assert.equal((await this.#stage.discard(job.id)).kind, expected)
  }

  pass({ a }: WalkStep): Promise<void> {
    return this.#stage.pass(a % 12_000)
  }

  /** The last cycle sent again, or one before it that comes late. */
  async resend({ a }: WalkStep): Promise<void> {
    const last = this.#last
    if (!last || this.#stage.now - last.at > leaseMs) return
    const { request, reply } = last
    const isLate = a % 2 === 1 && request.seq > 1
    const again = await this.#stage.queue.cycle(isLate ? { ...request, seq: request.seq - 1 } : request)
    assert.deepEqual(plain(this.#standing(again)), isLate ? { kind: 'old' } : plain(this.#standing(reply)))
  }

  /** A reply without the claims of jobs that were taken away since: whether these come again is the store's affair. */
  #standing(reply: CycleReply): CycleReply {
    if (reply.kind === 'old') return reply
    const stands = ({ id, fence }: Claim): boolean => {
      const job = this.#model.jobs.get(id)
      return job?.status === 'processing' && String(job.fence) === fence
    }
    return { ...reply, claims: reply.claims.filter(stands) }
  }

  async prune({ a }: WalkStep): Promise<void> {
    const request = pruneOf(keepOfEach({ count: 3 + (a % 5) }))
    await this.#stage.queue.prune(request)
    this.#model.prune(request, new Set((await this.#stage.everyJob()).map(({ id }) => id)))
  }

  /** Every job is where the model has it, and nothing else is there. */
  async compare(): Promise<void> {
    const jobs = await this.#stage.everyJob()
    this.#model.notice(new Set(jobs.map(({ id }) => id)))
    const expected = [...this.#model.jobs.values()].map(lookOf)
    assert.deepEqual(jobs.map(lookOf), expected.reverse(), 'the jobs and their states')
    await this.#compareBlocked()
    const counts = await this.#stage.queue.counts()
    for (const status of jobStates) {
      const own = [...this.#model.jobs.values()].filter((job) => job.status === status).length
      assert.equal(
        status === 'pending' ? counts.pending + counts.delayed : counts[status],
        own,
        `how many are ${status}`,
      )
    }
  }

  async #compareBlocked(): Promise<void> {
    for (const { id, status, open } of this.#model.jobs.values()) {
      if (status !== 'blocked') continue
      const { waitsFor } = await this.#stage.record(id)
      assert.deepEqual(
        [...waitsFor],
        open.map((one) => one.id),
        `what ${id} waits for`,
      )
    }
  }

  async #cycle(part: Partial<CycleRequest>): Promise<void> {
    const request = this.#stage.request({ budgets, ...part })
    const reply = await this.#stage.queue.cycle(request)
    assert.equal(reply.kind, 'done')
    this.#model.cycle(request, reply)
    this.#runs.push(...reply.claims.map((claim) => ({ claim, instance: request.instance })))
    this.#last = { request, reply, at: this.#stage.now }
  }

  #settlement(claim: Claim, c: number): Settlement {
    if (c % 8 === 0) return release
    if (c % 3 === 0) return complete()
    return claim.failures + 1 < claim.maxAttempts ? retryIn(c % 9000) : fail()
  }

  #someJob(a: number): ModelJob | undefined {
    const jobs = [...this.#model.jobs.values()]
    return jobs[a % Math.max(1, jobs.length)]
  }
}

function lookOf(
  job: Pick<JobRecord, 'id' | 'type' | 'priority' | 'status' | 'failures' | 'generation'>,
): string {
  return `${job.id} ${job.type} ${job.priority} ${job.status} ${job.failures} ${job.generation}`
}
