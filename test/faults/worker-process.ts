import type { Job } from '../../src/core/job.js'
import type { WorkerService } from '../../src/index.js'
import type { WorkerServiceOptions } from '../../src/options.js'
import { ChildProgram } from './child-program.js'

/** How a worker process is set up; plain data, for it crosses to the process. */
export interface WorkerSetting {
  readonly queue: QueueSetting
  readonly service?: Pick<WorkerServiceOptions, 'workers' | 'scheduler' | 'retention' | 'crawl'>
  readonly retry?: Job['retry'] | Partial<Job['retry']>
  /** The file that it writes its history to. */
  readonly history: string
}

/** The options of a queue, which `worker-queue.mjs` makes; in place of a url there may be the nodes of a cluster. */
export type QueueSetting =
  | {
      readonly kind: 'redis'
      readonly url?: string
      readonly cluster?: readonly { readonly host: string; readonly port: number }[]
      readonly namespace: string
      readonly commandTimeoutMs?: number
    }
  | {
      readonly kind: 'sqlite'
      readonly path: string
      readonly synchronous?: 'full' | 'normal'
      readonly inline?: boolean
      readonly busyTimeoutMs?: number
    }

/** What can be asked of the service in a worker process. */
export type RemoteService = Pick<WorkerService, (typeof remoteCalls)[number]>

const remoteCalls = [
  'submitFlow',
  'submitJobs',
  'getJob',
  'getJobResult',
  'getJobPages',
  'waitForJob',
  'cancelJob',
  'addScheduledJob',
  'listScheduledJobs',
  'removeScheduledJob',
  'getQueueStats',
] as const

/** A process with a service. It ends with its test at the latest. */
export class WorkerProcess {
  readonly service: RemoteService
  readonly #child: ChildProgram

  /** `node` is what runs it. */
  constructor(setting: WorkerSetting, node?: string) {
    this.#child = new ChildProgram('worker-program.mjs', setting, { node })
    this.service = this.#remote()
  }

  /** One that runs no jobs. */
  static async idle(setting: WorkerSetting, node?: string): Promise<WorkerProcess> {
    const worker = new WorkerProcess(setting, node)
    await worker.#child.ready()
    return worker
  }

  /** One that runs jobs. */
  static async started(setting: WorkerSetting, node?: string): Promise<WorkerProcess> {
    const worker = await WorkerProcess.idle(setting, node)
    await worker.#child.ask('start')
    return worker
  }

  get pid(): number {
    return this.#child.pid
  }

  get isAlive(): boolean {
    return this.#child.isAlive
  }

  /** Stops the service, then expects the process to end by itself. */
  async stop(graceMs = 2000): Promise<void> {
    await this.#child.ask('stop', { graceMs })
    await this.#child.leave()
  }

  /** Holds up its event loop. */
  block(ms: number): Promise<unknown> {
    return this.#child.ask('block', ms)
  }

  /** From now on it writes down each end that it hears of. */
  hearEnds(): Promise<unknown> {
    return this.#child.ask('hearEnds')
  }

  freeze(): Promise<void> {
    return this.#child.freeze()
  }

  thaw(): void {
    this.#child.thaw()
  }

  kill(): Promise<void> {
    return this.#child.kill()
  }

  #remote(): RemoteService {
    const calls = remoteCalls.map((verb) => [verb, (...args: unknown[]) => this.#child.ask(verb, ...args)])
    return Object.fromEntries(calls) as RemoteService
  }
}
