import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import { redisQueue } from '../../src/drivers/redis/index.js'
import type { RedisQueueOptions } from '../../src/drivers/redis/redis-options.js'
import { idOf, nameOf } from '../../src/drivers/redis/names.js'
import { type JobSpec, type SubmitOptions, WorkerService, defineJob } from '../../src/index.js'
import type { WorkerServiceOptions } from '../../src/options.js'
import { type Line, type Run, breaches, readHistory, runsOf } from './history.js'
import { until } from './patience.js'
import { type Call, type Snapshot, takeSnapshot } from './snapshot.js'
import { unsoundness } from './soundness.js'
import { WorkerProcess, type WorkerSetting } from './worker-process.js'

/** The kinds of job that a worker process runs; see worker-program.mjs. */
export type Kind = 'work' | 'fail' | 'busy' | 'crash'

export interface FleetOptions {
  /** Where the processes connect to: a server, a proxy before it, or the nodes of a cluster. */
  readonly at: Pick<WorkerSetting['queue'], 'url' | 'cluster'>
  /** Goes to the server itself, past any proxy. */
  readonly call: Call
  readonly leaseMs?: number
  readonly maxAttempts?: number
  readonly commandTimeoutMs?: number
  readonly service?: NonNullable<WorkerServiceOptions['workers']>
  readonly scheduler?: boolean
  /** With false nothing is kept of a job that completes. @default true */
  readonly keepsCompleted?: boolean
}

let fleets = 0
const open = new Set<Fleet>()

afterEach(async () => {
  await Promise.all([...open].map((one) => one.close()))
})

/** Worker processes on one namespace of their own, what they wrote down, and what is in the store. It ends with its test. */
export class Fleet {
  readonly namespace = `fleet_${++fleets}`
  readonly leaseMs: number
  readonly maxAttempts: number
  /** What the store has acknowledged. */
  readonly acknowledged: string[] = []
  readonly #options: FleetOptions
  readonly #folder = mkdtempSync(join(tmpdir(), 'riptide-fleet-'))
  readonly #history = join(this.#folder, 'history')
  readonly #killed = new Map<number, number>()
  readonly #services: WorkerService[] = []

  constructor(options: FleetOptions) {
    this.#options = options
    this.leaseMs = options.leaseMs ?? 1000
    this.maxAttempts = options.maxAttempts ?? 10
    writeFileSync(this.#history, '')
    open.add(this)
  }

  /** Starts so many processes that run jobs. */
  spawn(count: number, at = this.#options.at): Promise<WorkerProcess[]> {
    const { commandTimeoutMs, service, scheduler, keepsCompleted = true } = this.#options
    const setting: WorkerSetting = {
      queue: { ...at, namespace: this.namespace, ...(commandTimeoutMs ? { commandTimeoutMs } : {}) },
      service: {
        workers: { count: 1, maxConcurrentJobs: 4, leaseMs: this.leaseMs, abortGraceMs: 500, ...service },
        scheduler: { enabled: scheduler ?? false },
        ...(keepsCompleted ? {} : { retention: { completed: { count: 0 } } }),
      },
      retry: this.#retry(),
      history: this.#history,
    }
    return Promise.all(Array.from({ length: count }, () => WorkerProcess.started(setting)))
  }

  /** A service in this process that only submits and looks; it connects to a url, or uses a client. */
  producer(
    at: string | NonNullable<RedisQueueOptions['client']>,
    given: { readonly commandTimeoutMs?: number } = {},
  ): WorkerService {
    const jobs = (['work', 'fail', 'busy', 'crash'] satisfies Kind[]).map((name) =>
      defineJob({ name, retry: this.#retry(), handler: () => null }),
    )
    const place = typeof at === 'string' ? { url: at } : { client: at }
    const logger = { debug() {}, info() {}, warn() {}, error() {} }
    const service = new WorkerService({
      queue: redisQueue({ ...place, namespace: this.namespace, ...given }),
      jobs,
      logger,
    })
    this.#services.push(service)
    return service
  }

  /** Submits jobs, and remembers which of them were acknowledged. */
  async submit(
    service: WorkerService,
    specs: readonly JobSpec[],
    options: SubmitOptions = {},
  ): Promise<string[]> {
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

  snapshot(): Promise<Snapshot> {
    return takeSnapshot(this.#options.call, this.namespace)
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
      const { jobs } = await this.snapshot()
      left = this.acknowledged.filter((id) => !'CLX'.includes(jobs.get(nameOf(id))?.status ?? 'C'))
      return left.length === 0
    }
    await until(`all ${this.acknowledged.length} jobs end`, check, withinMs).catch((error: unknown) => {
      throw new Error(`${left.length} jobs have not ended: ${left.slice(0, 5).join(', ')}`, { cause: error })
    })
  }

  /** What is wrong, a sentence each: in the history, in the store, or with what became of the jobs. */
  async wrongs(): Promise<string[]> {
    const snapshot = await this.snapshot()
    const history = this.history()
    const { leaseMs, maxAttempts } = this
    return [
      ...breaches(history, { leaseMs, maxAttempts, killedUs: this.#killed }),
      ...unsoundness(snapshot),
      ...this.#lost(snapshot, history),
      ...foreignResults(snapshot, history),
    ]
  }

  /** What was acknowledged, is not there, and had no reason to go. */
  #lost({ jobs }: Snapshot, history: readonly Line[]): string[] {
    const mayGo = new Set(
      this.#options.keepsCompleted === false
        ? runsOf(history).flatMap(({ job, how }) => (how === 'returned' ? [job] : []))
        : [],
    )
    return this.acknowledged
      .filter((id) => !jobs.has(nameOf(id)) && !mayGo.has(id))
      .map((id) => `${id} is lost`)
  }

  async close(): Promise<void> {
    open.delete(this)
    await Promise.all(this.#services.map((service) => service.stop({ graceMs: 0 })))
    rmSync(this.#folder, { recursive: true, force: true })
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

/** A completed job was completed by the run that has its fence, and that run did return. */
function foreignResults({ jobs }: Snapshot, history: readonly Line[]): string[] {
  const returned = new Set(
    runsOf(history).flatMap((run) => (run.how === 'returned' ? [`${run.job} ${run.fence}`] : [])),
  )
  return [...jobs.values()]
    .filter(({ status, name, fence }) => status === 'C' && !returned.has(`${idOf(name)} ${fence}`))
    .map(({ name, fence }) => `${idOf(name)} completed with fence ${fence}, of which no run returned`)
}
