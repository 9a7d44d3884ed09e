import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import type { QueueAdapter } from '../../src/core/queue-adapter.js'
import { isFinal } from '../../src/core/states.js'
import { type JobSpec, type SubmitOptions, WorkerService, defineJob } from '../../src/index.js'
import type { WorkerServiceOptions } from '../../src/options.js'
import type { Contents, FleetPlace, FleetStore } from './fleet-store.js'
import { type Line, type Run, breaches, readHistory, runsOf } from './history.js'
import { until } from './patience.js'
import { WorkerProcess, type WorkerSetting } from './worker-process.js'

/** The kinds of job that a worker process runs; see worker-program.mjs. */
export type Kind = 'work' | 'fail' | 'busy' | 'crash'

export interface FleetOptions {
  readonly store: FleetStore
  readonly leaseMs?: number
  readonly maxAttempts?: number
  readonly service?: NonNullable<WorkerServiceOptions['workers']>
  readonly scheduler?: boolean
  readonly crawl?: NonNullable<WorkerServiceOptions['crawl']>
  /** With false nothing is kept of a job that completes. @default true */
  readonly keepsCompleted?: boolean
}

/** Who submits: a service in this process or in another. */
export type Producer = Pick<WorkerService, 'submitJobs'>

let fleets = 0
const open = new Set<Fleet>()

afterEach(async () => {
  await Promise.all([...open].map((one) => one.close()))
})

/** Worker processes on a store of their own, what they wrote down, and what is in the store. It ends with its test. */
export class Fleet {
  readonly namespace = `fleet_${++fleets}`
  readonly leaseMs: number
  readonly maxAttempts: number
  /** What the store has acknowledged. */
  readonly acknowledged: string[] = []
  readonly #options: FleetOptions
  readonly folder = mkdtempSync(join(tmpdir(), 'riptide-fleet-'))
  readonly #history = join(this.folder, 'history')
  readonly #killed = new Map<number, number>()
  readonly #services: WorkerService[] = []

  constructor(options: FleetOptions) {
    this.#options = options
    this.leaseMs = options.leaseMs ?? 1000
    this.maxAttempts = options.maxAttempts ?? 10
    writeFileSync(this.#history, '')
    open.add(this)
  }

  /** Starts so many processes that run jobs; they may have a way of their own to the store. */
  spawn(count: number, store = this.#options.store): Promise<WorkerProcess[]> {
    const setting = this.#setting(store)
    return Promise.all(Array.from({ length: count }, () => WorkerProcess.started(setting, store.node)))
  }

  /** A process that only submits and looks. */
  async producer(store = this.#options.store): Promise<WorkerProcess['service']> {
    return (await this.bystander(store)).service
  }

  /** A process that runs no jobs. */
  bystander(store = this.#options.store): Promise<WorkerProcess> {
    return WorkerProcess.idle(this.#setting(store), store.node)
  }

  /** A service in this process that only submits and looks. */
  join(queue: QueueAdapter): WorkerService {
    const jobs = (['work', 'fail', 'busy', 'crash'] satisfies Kind[]).map((name) =>
      defineJob({ name, retry: this.#retry(), handler: () => null }),
    )
    const logger = { debug() {}, info() {}, warn() {}, error() {} }
    const service = new WorkerService({ queue, jobs, logger })
    this.#services.push(service)
    return service
  }

  /** Submits jobs, and remembers which of them were acknowledged. */
  async submit(service: Producer, specs: readonly JobSpec[], options: SubmitOptions = {}): Promise<string[]> {
    const answers = await service.submitJobs(specs, options)
    const ids = answers.flatMap((answer) => ('error' in answer ? [] : [answer.id]))
    this.acknowledged.push(...ids)
    return ids
  }

  /** Kills a process as `kill -9` does, and remembers when. */
  async kill(worker: WorkerProcess): Promise<number> {
    const us = nowUs()
    this.#killed.set(worker.pid, us)
    await worker.kill()
    return us
  }

  /** Stops a process as Ctrl-Z does, but not while it keeps all others from the store: then they would stand still too. */
  async freeze(worker: WorkerProcess): Promise<void> {
    for (;;) {
      await worker.freeze()
      if ((await this.#options.store.isFree?.(this.#place)) ?? true) return
      worker.thaw()
    }
  }

  contents(): Promise<Contents> {
    return this.#options.store.contents(this.#place)
  }

  history(): Line[] {
    return readHistory(this.#history)
  }

  /** All runs, or those of a job. */
  runs(id?: string): Run[] {
    return runsOf(this.history()).filter(({ job }) => id === undefined || job === id)
  }

  /** What is written down of one kind, by a process or by any. */
  told(kind: Line['kind'], by?: WorkerProcess): Line[] {
    return this.history().filter((line) => line.kind === kind && (by === undefined || line.pid === by.pid))
  }

  /** Waits until so many runs have begun. */
  async started(count: number, withinMs?: number): Promise<void> {
    await until(`${count} runs begin`, () => this.runs().length >= count, withinMs)
  }

  /** Waits until all that was acknowledged has ended. */
  async allEnded(withinMs = 30_000): Promise<void> {
    let left: string[] = []
    const check = async (): Promise<boolean> => {
      const { jobs } = await this.contents()
      left = this.acknowledged.filter((id) => !isFinal(jobs.get(id)?.status ?? 'completed'))
      return left.length === 0
    }
    await until(`all ${this.acknowledged.length} jobs end`, check, withinMs).catch((error: unknown) => {
      throw new Error(`${left.length} jobs have not ended: ${left.slice(0, 5).join(', ')}`, { cause: error })
    })
  }

  /** What is wrong, a sentence each: in the history, in the store, or with what became of the jobs. */
  async wrongs(): Promise<string[]> {
    const contents = await this.contents()
    const history = this.history()
    const { leaseMs, maxAttempts } = this
    return [
      ...breaches(history, { leaseMs, maxAttempts, killedUs: this.#killed }),
      ...contents.wrongs,
      ...this.#lost(contents, history),
      ...foreignResults(contents, history, new Set(this.acknowledged)),
    ]
  }

  /** What was acknowledged, is not there, and had no reason to go. */
  #lost({ jobs }: Contents, history: readonly Line[]): string[] {
    const mayGo = new Set(
      this.#options.keepsCompleted === false
        ? runsOf(history).flatMap(({ job, how }) => (how === 'returned' ? [job] : []))
        : [],
    )
    return this.acknowledged.filter((id) => !jobs.has(id) && !mayGo.has(id)).map((id) => `${id} is lost`)
  }

  async close(): Promise<void> {
    open.delete(this)
    await Promise.all(this.#services.map((service) => service.stop({ graceMs: 0 })))
    rmSync(this.folder, { recursive: true, force: true })
  }

  get #place(): FleetPlace {
    return { namespace: this.namespace, folder: this.folder }
  }

  #setting(store: FleetStore): WorkerSetting {
    const { service, scheduler, crawl, keepsCompleted = true } = this.#options
    return {
      queue: store.queue(this.#place),
      service: {
        workers: { count: 1, maxConcurrentJobs: 4, leaseMs: this.leaseMs, abortGraceMs: 500, ...service },
        scheduler: { enabled: scheduler ?? false },
        ...(crawl === undefined ? {} : { crawl }),
        ...(keepsCompleted ? {} : { retention: { completed: { count: 0 } } }),
      },
      retry: this.#retry(),
      history: this.#history,
    }
  }

  /** Waits are short, so that a test need not. */
  #retry(): { maxAttempts: number; initialDelayMs: number; backoff: 'fixed'; jitter: boolean } {
    return { maxAttempts: this.maxAttempts, initialDelayMs: 100, backoff: 'fixed', jitter: false }
  }
}

/** The monotonic clock of the host, as the processes write it down. */
export function nowUs(): number {
  return Number(process.hrtime.bigint() / 1000n)
}

/** A job of a kind. */
export function job(kind: Kind, payload: Readonly<Record<string, number>> = {}): JobSpec {
  return { type: kind, payload }
}

/** So many jobs of a kind. */
export function jobs(count: number, kind: Kind, payload: Readonly<Record<string, number>> = {}): JobSpec[] {
  return Array.from({ length: count }, () => job(kind, payload))
}

// -------------------------------------------------------------------------------------------------------------------

/** A completed job was completed by the run that has its fence, and that run did return. The library's own write no history. */
function foreignResults(
  { jobs }: Contents,
  history: readonly Line[],
  acknowledged: ReadonlySet<string>,
): string[] {
  const returned = new Set(
    runsOf(history).flatMap((run) => (run.how === 'returned' ? [`${run.job} ${run.fence}`] : [])),
  )
  return [...jobs]
    .filter(([id, { status, fence }]) => {
      return acknowledged.has(id) && status === 'completed' && !returned.has(`${id} ${fence}`)
    })
    .map(([id, { fence }]) => `${id} completed with fence ${fence}, of which no run returned`)
}
