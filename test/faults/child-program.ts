import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach } from 'vitest'
import { type ErrorCode, RiptideError } from '../../src/core/errors.js'
import { until } from './patience.js'

export interface ChildOptions {
  /** The Node that runs it. @default this one */
  readonly node?: string | undefined
  /** Ends behind the last test of the file, not with the one that began it. */
  readonly isLasting?: boolean
}

interface Reply {
  readonly n: number
  readonly value?: unknown
  readonly code?: ErrorCode
  readonly message?: string
  readonly retryable?: boolean
}

const running = new Set<ChildProgram>()

afterEach(() => endAll(({ isLasting }) => !isLasting))
afterAll(() => endAll(() => true))
process.once('exit', () => {
  for (const one of running) if (one.pid > 0) process.kill(one.pid, 'SIGKILL')
})

/** A program of this folder in a process of its own, which does what it is asked: see answering.mjs. */
export class ChildProgram {
  readonly isLasting: boolean
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  readonly #exit: Promise<unknown>
  #calls = 0

  constructor(program: string, setting: unknown, { node, isLasting = false }: ChildOptions = {}) {
    this.isLasting = isLasting
    this.#child = fork(fileOf(program), [JSON.stringify(setting)], {
      ...(node === undefined ? {} : { execPath: node }),
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    this.#exit = once(this.#child, 'exit').then(() => this.#gone())
    this.#child.on('message', (reply: Reply) => this.#answered(reply))
    running.add(this)
  }

  /** Resolves when it is ready to be asked. */
  ready(): Promise<unknown> {
    return this.#reply(0)
  }

  ask(verb: string, ...args: readonly unknown[]): Promise<unknown> {
    const n = ++this.#calls
    const reply = this.#reply(n)
    if (this.#child.connected) this.#child.send({ n, verb, args }, () => undefined)
    else this.#gone()
    return reply
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** Resolves when no thread of it runs any more, where the host tells. */
  async freeze(): Promise<void> {
    process.kill(this.pid, 'SIGSTOP')
    const tasks = `/proc/${this.pid}/task`
    if (!existsSync(tasks)) return
    const isStopped = (task: string): boolean =>
      /\) [TtZX] /.test(readFileSync(`${tasks}/${task}/stat`, 'utf8'))
    await until('it stops', () => readdirSync(tasks).every(isStopped))
  }

  thaw(): void {
    process.kill(this.pid, 'SIGCONT')
  }

  /** Expects it to end by itself. */
  async leave(): Promise<void> {
    this.#child.disconnect()
    await this.#exit
  }

  async kill(): Promise<void> {
    if (this.isAlive) this.#child.kill('SIGKILL')
    await this.#exit
  }

  #reply(n: number): Promise<unknown> {
    return new Promise((resolve, reject) => this.#waiting.set(n, { resolve, reject }))
  }

  #answered({ n, value, code, message = '', retryable = false }: Reply): void {
    const waiting = this.#waiting.get(n)
    this.#waiting.delete(n)
    if (code === undefined) waiting?.resolve(value)
    else waiting?.reject(new RiptideError(code, message, { retryable }))
  }

  #gone(): void {
    running.delete(this)
    for (const { reject } of this.#waiting.values()) reject(new Error('the process is gone'))
    this.#waiting.clear()
  }
}

// -------------------------------------------------------------------------------------------------------------------

function fileOf(program: string): string {
  return fileURLToPath(new URL(program, import.meta.url))
}

async function endAll(which: (one: ChildProgram) => boolean): Promise<void> {
  await Promise.all([...running].filter(which).map((one) => one.kill()))
}
