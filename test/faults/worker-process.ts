import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterEach } from 'vitest'
import type { Job, Result } from '../../src/core/job.js'
import type { ScheduledJob } from '../../src/core/schedule.js'
import type { BulkEntry, Health, ScheduleInput } from '../../src/service-api.js'
import type { WorkerServiceOptions } from '../../src/options.js'

/** How a worker process is set up; plain data, for it crosses to the process. */
export interface WorkerSetting {
  /** The options of `redisQueue`, or the nodes of a cluster in place of the url. */
  readonly queue: {
    readonly url?: string
    readonly cluster?: readonly { readonly host: string; readonly port: number }[]
    readonly namespace: string
    readonly commandTimeoutMs?: number
    readonly connectTimeoutMs?: number
  }
  readonly service?: Pick<WorkerServiceOptions, 'workers' | 'scheduler' | 'retention'>
  readonly retry?: Job['retry'] | Partial<Job['retry']>
  /** The file that it writes its history to. */
  readonly history: string
}

interface Reply {
  readonly n: number
  readonly value?: unknown
  readonly code?: string
  readonly message?: string
}

const program = fileURLToPath(new URL('worker-program.mjs', import.meta.url))
const running = new Set<WorkerProcess>()

afterEach(async () => {
  await Promise.all([...running].map((one) => one.kill()))
})
process.once('exit', () => {
  for (const one of running) if (one.pid > 0) process.kill(one.pid, 'SIGKILL')
})

/** A process with a service on Redis. It ends with its test at the latest. */
export class WorkerProcess {
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  readonly #exit: Promise<unknown>
  #calls = 0

  constructor(setting: WorkerSetting) {
    this.#child = fork(program, [JSON.stringify(setting)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    this.#exit = once(this.#child, 'exit').then(() => this.#gone())
    this.#child.on('message', (reply: Reply) => this.#answered(reply))
    running.add(this)
  }

  /** One that runs jobs. */
  static async started(setting: WorkerSetting): Promise<WorkerProcess> {
    const worker = new WorkerProcess(setting)
    await worker.#reply(0)
    await worker.#ask('start')
    return worker
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** Stops the service, then expects the process to end by itself. */
  async stop(graceMs = 2000): Promise<void> {
    await this.#ask('stop', { graceMs })
    this.#child.disconnect()
    await this.#exit
  }

  submit(entries: readonly BulkEntry[]): Promise<unknown> {
    return this.#ask('submit', entries)
  }

  wait(id: string, timeoutMs: number): Promise<Result> {
    return this.#ask('wait', id, { timeoutMs }) as Promise<Result>
  }

  health(): Promise<Health> {
    return this.#ask('health') as Promise<Health>
  }

  schedule(schedule: ScheduleInput): Promise<ScheduledJob> {
    return this.#ask('schedule', schedule) as Promise<ScheduledJob>
  }

  /** Holds up its event loop. */
  block(ms: number): Promise<unknown> {
    return this.#ask('block', ms)
  }

  freeze(): void {
    process.kill(this.pid, 'SIGSTOP')
  }

  thaw(): void {
    process.kill(this.pid, 'SIGCONT')
  }

  async kill(): Promise<void> {
    if (this.isAlive) this.#child.kill('SIGKILL')
    await this.#exit
  }

  #ask(verb: string, ...args: readonly unknown[]): Promise<unknown> {
    const n = ++this.#calls
    const reply = this.#reply(n)
    if (this.#child.connected) this.#child.send({ n, verb, args }, () => undefined)
    else this.#gone()
    return reply
  }

  #reply(n: number): Promise<unknown> {
    return new Promise((resolve, reject) => this.#waiting.set(n, { resolve, reject }))
  }

  #answered({ n, value, code, message }: Reply): void {
    const waiting = this.#waiting.get(n)
    this.#waiting.delete(n)
    if (code === undefined) waiting?.resolve(value)
    else waiting?.reject(Object.assign(new Error(`${code}: ${message ?? ''}`), { code }))
  }

  #gone(): void {
    running.delete(this)
    for (const { reject } of this.#waiting.values()) reject(new Error('the worker process is gone'))
    this.#waiting.clear()
  }
}
