import type { QueueAdapter } from '../../src/core/queue-adapter.js'
import { isRiptideError } from '../../src/core/errors.js'
import { type Job, WorkerService, defineJob } from '../../src/index.js'
import { FakeClock } from '../../src/testing/fake-clock.js'
import type { Act } from './acts.js'
import { WatchedQueue } from './watched-queue.js'

const quiet = { debug() {}, info() {}, warn() {}, error() {} }
const retry = { maxAttempts: 2, initialDelayMs: 500, jitter: false }
/** Turns of the event loop in which nothing in memory moved: nothing will. */
const stillTurns = 40

/**
 * A service of one worker with one slot, on a queue of its own and under a clock of its own. The queue is paused but for `work`,
 * so that nothing runs while something else is done: two twins that are told the same do the same.
 */
export class Twin {
  readonly clock = new FakeClock()
  readonly #queue: WatchedQueue
  readonly #service: WorkerService
  /** Submitted ids, in the order of submission. */
  readonly #ids: string[] = []
  /** The ids of the runs, in their order. */
  readonly #runs: string[] = []
  #submissions = 0

  constructor(queue: QueueAdapter) {
    const handler = (payload: unknown, ctx: { readonly job: Job; readonly attempt: number }): unknown => {
      this.#runs.push(ctx.job.id)
      if (payload === 1 || (payload === 2 && ctx.attempt === 1)) throw new Error('as asked')
      return { attempt: ctx.attempt }
    }
    this.#queue = new WatchedQueue(queue)
    this.#service = new WorkerService({
      queue: this.#queue.adapter,
      clock: this.clock,
      logger: quiet,
      jobs: ['a', 'b'].map((name) => defineJob({ name, retry, handler })),
      workers: { count: 1, maxConcurrentJobs: 1 },
      scheduler: { enabled: false },
    })
  }

  async start(): Promise<void> {
    await this.#service.pause()
    await this.#service.start()
  }

  async stop(): Promise<void> {
    await this.#service.stop({ graceMs: 1000 })
  }

  /** Does it, and says what came of it. */
  async take(act: Act): Promise<unknown> {
    try {
      return await this.#do(act)
    } catch (error) {
      if (isRiptideError(error)) return error.code
      throw error
    }
  }

  work(): Promise<void> {
    return this.#service.resume()
  }

  rest(): Promise<void> {
    return this.#service.pause()
  }

  /** Waits until nothing moves any more; only for a queue in memory. */
  async stillness(): Promise<void> {
    let last = ''
    for (let still = 0; still < stillTurns; still++) {
      await new Promise((resolve) => setImmediate(resolve))
      const now = JSON.stringify(await this.view())
      if (now !== last) still = 0
      last = now
    }
  }

  /** All that can be seen, but for the names that each process makes up. */
  async view(): Promise<unknown> {
    const { jobs, total } = await this.#service.listJobs({ limit: 500 })
    const each = await Promise.all(jobs.map(({ id }) => this.#service.getJob(id)))
    const results = await Promise.all(jobs.map(({ id }) => this.#service.getJobResult(id)))
    const { paused, pausedTypes, classes } = await this.#service.getQueueStats()
    return {
      total,
      paused,
      pausedTypes: [...pausedTypes].sort(),
      classes,
      runs: [...this.#runs],
      jobs: each.map((job) => job && this.#seen(job)),
      results: results.map((result) => result && { ...result, workerId: null, processingTimeMs: null }),
    }
  }

  // -----------------------------------------------------------------------------------------------------------------

  /** A job whose backoff is over waits like any other, whether or not a step has been there to see it. */
  #seen(job: Job): unknown {
    const status = job.status === 'retrying' && job.runAt <= this.clock.now() ? 'pending' : job.status
    // When one may start that ended without having run says nothing.
    const runAt = job.startedAt === null && job.completedAt !== null ? null : job.runAt
    return { ...job, status, runAt, workerId: null, processingTimeMs: null }
  }

  /** Time goes on only when the store has answered: on this clock it would seem to be silent otherwise. */
  async #pass(ms: number): Promise<void> {
    const end = this.clock.monotonic() + ms
    do await this.#queue.answered()
    while (await this.clock.advanceToNext(end - this.clock.monotonic()))
    await this.clock.advance(end - this.clock.monotonic())
    await this.#queue.answered()
  }

  #do(act: Act): Promise<unknown> {
    const id = (n: number): string => this.#ids[n % Math.max(1, this.#ids.length)] ?? 'none'
    switch (act.kind) {
      case 'submit':
        return this.#submit(act, id)
      case 'cancel':
        return this.#service.cancelJob(id(act.n)).then(({ status }) => status)
      case 'retry':
        return this.#service.retryJob(id(act.n)).then(({ status }) => status)
      case 'discard':
        return this.#service.discardJob(id(act.n))
      case 'reprioritise':
        return this.#service.reprioritiseJob(id(act.n), act.priority).then(({ priority }) => priority)
      case 'pause':
        return this.#service.pause({ type: act.type })
      case 'resume':
        return this.#service.resume({ type: act.type })
      case 'pass':
        return this.#pass(act.ms)
      case 'work':
        return Promise.resolve()
    }
  }

  async #submit(act: Extract<Act, { kind: 'submit' }>, idOf: (n: number) => string): Promise<unknown> {
    const { type, payload, priority, parents, concurrency, rate, dedupe } = act
    const id = `job-${++this.#submissions}`
    const dependsOn = [...new Map(parents.map(({ n, onFailure }) => [idOf(n), onFailure]))].map(
      ([parent, onFailure]) => ({ id: parent, onFailure }),
    )
    const known = dependsOn.filter((one) => one.id !== 'none')
    const answer = await this.#service.submitJob(
      { type, payload },
      {
        id,
        priority,
        ...(act.delayMs === 0 ? {} : { delayMs: act.delayMs }),
        ...(known.length === 0 ? {} : { dependsOn: known }),
        ...(concurrency === null ? {} : { concurrencyKey: concurrency }),
        ...(rate === null ? {} : { rateLimit: rate }),
        ...(dedupe === null ? {} : { dedupeKey: dedupe }),
      },
    )
    if (answer.created) this.#ids.push(id)
    return answer
  }
}
