import assert from 'node:assert/strict'
import { priorities } from '../../core/priority.js'
import type { Claim, CycleReply, CycleRequest, NewJob } from '../../core/queue-adapter.js'
import type { Settlement } from '../../core/settlement.js'
import { isFinal, jobStates } from '../../core/states.js'
import { contractCase } from './case.js'
import { Model, type ModelJob } from './model.js'
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

export const walkVerbs = [
  'submit',
  'again',
  'claim',
  'end',
  'renew',
  'cancel',
  'retry',
  'pass',
  'resend',
  'prune',
] as const

/** One step of a walk: what is done, and three numbers that choose to what and how. Any numbers make a lawful step. */
export interface WalkStep {
  readonly verb: (typeof walkVerbs)[number]
  readonly a: number
  readonly b: number
  readonly c: number
}

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

/** The steps of a walk, the same for the same seed. */
export function stepsOf(seed: number, n: number): readonly WalkStep[] {
  const next = numbersFrom(seed)
  const often = [
    ...walkVerbs,
    'submit',
    'submit',
    'claim',
    'claim',
    'claim',
    'end',
    'end',
    'end',
    'pass',
  ] as const
  return Array.from({ length: n }, () => {
    const verb = often[next() % often.length] ?? 'claim'
    return { verb, a: next(), b: next(), c: next() }
  })
}

/** Long ways through everything a queue can do to its jobs, each step foretold by a model. */
export const walkCases = Array.from({ length: 8 }, (_, i) =>
  contractCase(
    `a random walk of 300 steps goes as the model says (${i + 1})`,
    ['I1', 'I2', 'I3', 'I5', 'I7', 'I16', 'I31'],
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
    const jobs = Array.from({ length: 1 + (a % 3) }, (_, i) =>
      this.#stage.job({
        type: (a + i) % 4 ? 'a' : 'b',
        priority: pick(priorities, b + i),
        maxAttempts: 1 + (c % 3),
        delayMs: (a + i) % 5 === 0 ? 1 + ((b + i) % 15_000) : null,
        dedupeKey: c % 5 === 0 ? `key-${b % 3}` : null,
      }),
    )
    const answers = await this.#stage.queue.submit(jobs)
    this.#submitted = []
    for (const [i, job] of jobs.entries()) {
      const holder = this.#model.live(job.dedupeKey)
      const answer = answers[i]
      const expected = holder ? ['standing', holder.id] : ['created', job.id]
      assert.deepEqual([answer?.kind, answer && 'id' in answer ? answer.id : null], expected)
      if (holder) continue
      this.#submitted.push(job)
      this.#model.submit(job, this.#stage.now)
    }
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
    if (!job) return
    const can =
      (job.status === 'dead_letter' || job.status === 'cancelled') && !this.#model.live(job.dedupeKey)
    assert.equal((await this.#stage.retry(job.id)).kind, can ? 'done' : 'conflict')
    if (can) this.#model.retry(job)
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
    assert.deepEqual(plain(again), isLate ? { kind: 'old' } : plain(reply))
  }

  async prune({ a }: WalkStep): Promise<void> {
    const request = pruneOf(keepOfEach({ count: 3 + (a % 5) }))
    await this.#stage.queue.prune(request)
    this.#model.prune(request)
  }

  /** Every job is where the model has it, and nothing else is there. */
  async compare(): Promise<void> {
    const listed = (await this.#stage.everyJob()).map(
      (job) => `${job.id} ${job.status} ${job.failures} ${job.generation}`,
    )
    const expected = [...this.#model.jobs.values()].map(
      (job) => `${job.id} ${job.status} ${job.failures} ${job.generation}`,
    )
    assert.deepEqual(listed, expected.reverse(), 'the jobs and their states')
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

function pick<T>(from: readonly [T, ...T[]] | readonly T[], n: number): T {
  const found = from[n % from.length]
  assert.ok(found !== undefined)
  return found
}

/** Whole numbers that follow from a seed; good enough to wander, and the same everywhere. */
function numbersFrom(seed: number): () => number {
  let state = Math.imul(seed, 2_654_435_761) | 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
}
