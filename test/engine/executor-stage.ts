import { type Deferred, deferred } from '../../src/core/abort.js'
import type { AnyJobDefinition, JobContext } from '../../src/core/handler.js'
import { silentLogger } from '../../src/core/logger.js'
import type { Result } from '../../src/core/job.js'
import type { Claim, OutcomeReport, QueueAdapter } from '../../src/core/queue-adapter.js'
import { Emitter } from '../../src/engine/emitter.js'
import { Executor } from '../../src/engine/executor.js'
import { Leases } from '../../src/engine/leases.js'
import { Pool } from '../../src/engine/pool.js'
import { defineJob, memoryQueue } from '../../src/index.js'
import { FakeClock } from '../../src/testing/fake-clock.js'
import { claim } from './cycle-stage.js'

export const leaseMs = 10_000

export interface ExecutorStageOptions {
  readonly count?: number
  readonly slots?: number
  readonly prefetch?: number
  /** In place of a handler that ends when the test says so. */
  readonly handler?: (id: string, context: JobContext) => unknown
  /** In place of a kind of job that is made of the handler. */
  readonly definition?: AnyJobDefinition
  /** In place of parts of a memory queue. */
  readonly store?: Partial<QueueAdapter>
  /** What a handler is told of the dependencies of its job. */
  readonly dependencyResults?: (ids: readonly string[]) => Promise<Readonly<Record<string, Result>>>
}

/** An executor whose claims the test brings, and whose reports are answered as accepted. */
export function executor(options: ExecutorStageOptions = {}) {
  const { count = 1, slots = 1, prefetch = 0, handler, store = {} } = options
  const clock = new FakeClock()
  const monotonic = clock.monotonic.bind(clock)
  let spent = 0
  clock.monotonic = () => monotonic() + spent
  const pool = new Pool(count, slots, prefetch)
  const emitter = new Emitter(silentLogger)
  const adapter: QueueAdapter = Object.assign(memoryQueue(), store)
  const leases = new Leases({
    adapter,
    clock,
    random: () => 0.5,
    leaseMs,
    heartbeatMs: 1_000,
    describeInstance: () => ({
      id: 'a',
      host: 'h',
      pid: 1,
      startedAt: 0,
      workers: count,
      slots: pool.slots,
      busy: pool.busy,
      types: ['work'],
      zombies: 0,
    }),
    onNow: () => undefined,
    onError: () => undefined,
  })
  const begun: string[] = []
  const told: string[] = []
  const reports: OutcomeReport[] = []
  const ends = new Map<string, Deferred<unknown>>()
  const own = defineJob({
    name: 'work',
    handler: (_: unknown, context) => {
      const { id } = context.job
      begun.push(id)
      if (handler) return handler(id, context)
      const end = deferred<unknown>()
      ends.set(id, end)
      return end.promise
    },
  })
  const work = options.definition ?? own
  const made = new Executor({
    instance: 'a',
    adapter,
    clock,
    random: () => 0.5,
    logger: silentLogger,
    emitter,
    pool,
    leases,
    leaseMs,
    abortGraceMs: 1_000,
    resultTtlMs: 0,
    keepsCompleted: true,
    maxResultBytes: 1_000,
    definitionOf: (type) => (type === 'work' ? work : undefined),
    keepResult: ({ text }) => Promise.resolve({ inline: text }),
    dependencyResults: options.dependencyResults ?? (() => Promise.resolve({})),
    report: (report) => (reports.push(report), Promise.resolve('accepted' as const)),
    onFree: () => undefined,
  })
  for (const event of ['job:started', 'job:completed', 'job:lease_lost'] as const)
    emitter.on(event, ({ jobId }) => told.push(`${event.slice(4)} ${jobId}`))
  return {
    made,
    clock,
    pool,
    leases,
    /** Jobs whose handlers were called. */
    begun,
    /** Events of the runs. */
    told,
    reports,
    /** Brings jobs to a lane, asked for just now. */
    bring: (ids: readonly string[], lane = 0, more: Partial<Claim> = {}): void =>
      made.start(
        ids.map((id) => ({ ...claim(id, lane), ...more })),
        clock.monotonic(),
      ),
    /** Lets a handler return. */
    end: (id: string): Promise<void> => {
      const end = ends.get(id)
      if (!end) throw new Error(`${id} does not run`)
      end.resolve(id)
      return clock.settle()
    },
    /** Code that takes so long and lets nobody else in. */
    hog: (ms: number): void => void (spent += ms),
  }
}

/** What became of each job that was reported. */
export function settled(reports: readonly OutcomeReport[]): readonly string[] {
  return reports.map(({ id, settlement }) => `${settlement.kind} ${id}`)
}
