import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterAll } from 'vitest'

/** A redis-server of our own on a free port, without persistence unless its settings say otherwise. */
export interface RedisProcess {
  readonly port: number
  readonly url: string
  readonly pid: () => number
  /** Sends any command, on a connection of its own. */
  readonly call: (command: string, ...args: readonly (string | number)[]) => Promise<unknown>
  /** The process is there and says nothing, until `thaw`. */
  readonly freeze: () => void
  readonly thaw: () => void
  /** Ends it at once, as `kill -9`. */
  readonly kill: () => Promise<void>
  /** Starts it again on the same port, with the files it left. */
  readonly restart: () => Promise<void>
}

const made = new Set<Server>()

afterAll(async () => {
  await Promise.all([...made].map((one) => one.dispose()))
})
process.once('exit', () => {
  for (const one of made) endProcess(one.handle.pid())
})

/** Starts a redis-server; it ends with the test file. Settings are pairs, such as `maxmemory: '2mb'`. */
export async function startRedis(settings: Readonly<Record<string, string>> = {}): Promise<RedisProcess> {
  for (let tries = 0; ; tries++) {
    const server = new Server(await freePort(), settings)
    made.add(server)
    try {
      await server.start()
      return server.handle
    } catch (error) {
      await server.dispose()
      // Someone else may have taken the port in between.
      if (tries === 4) throw error
    }
  }
}

// -------------------------------------------------------------------------------------------------------------------

class Server {
  readonly handle: RedisProcess
  readonly #port: number
  readonly #folder = mkdtempSync(join(tmpdir(), 'riptide-redis-'))
  readonly #arguments: readonly string[]
  readonly #admin: Redis
  #child: ChildProcess | undefined

  constructor(port: number, settings: Readonly<Record<string, string>>) {
    this.#port = port
    const all = {
      save: '',
      appendonly: 'no',
      bind: '127.0.0.1',
      ...settings,
      port: `${port}`,
      dir: this.#folder,
    }
    this.#arguments = Object.entries(all).flatMap(([name, value]) => [`--${name}`, value])
    // Without a ready check it can speak to a server that is busy, too.
    const manner = { enableReadyCheck: false, lazyConnect: true, retryStrategy: () => 20 }
    this.#admin = new Redis({ host: '127.0.0.1', port, ...manner })
    this.#admin.on('error', () => undefined)
    this.handle = {
      port,
      url: `redis://127.0.0.1:${port}`,
      pid: () => this.#child?.pid ?? 0,
      call: (command, ...args) => this.#admin.call(command, ...args.map(String)),
      freeze: () => this.#signal('SIGSTOP'),
      thaw: () => this.#signal('SIGCONT'),
      kill: () => this.#end(),
      restart: () => this.start(),
    }
  }

  async start(): Promise<void> {
    const child = spawn('redis-server', this.#arguments, { stdio: ['ignore', 'pipe', 'pipe'] })
    this.#child = child
    let said = ''
    child.stdout.on('data', (data: Buffer) => (said += data.toString()))
    child.stderr.on('data', (data: Buffer) => (said += data.toString()))
    const failed = once(child, 'exit').then(() => {
      throw new Error(`redis-server on port ${this.#port} ended: ${said.slice(-500)}`)
    })
    failed.catch(() => undefined)
    const noProgram = once(child, 'error').then(([error]) => {
      throw new Error(`redis-server cannot be started: ${String(error)}`)
    })
    noProgram.catch(() => undefined)
    const ready = new Promise<void>((resolve) => {
      child.stdout.on('data', () => /Ready to accept connections/.test(said) && resolve())
    })
    try {
      await Promise.race([ready, failed, noProgram])
    } catch (error) {
      await this.#end()
      throw error
    }
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#child?.pid) process.kill(this.#child.pid, signal)
  }

  async #end(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child?.pid && child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit')
      endProcess(child.pid)
      await gone
    }
  }

  async dispose(): Promise<void> {
    made.delete(this)
    this.#admin.disconnect()
    await this.#end()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

function endProcess(pid: number): void {
  if (pid > 0) process.kill(pid, 'SIGKILL')
}

/** A port that is free, and the one 10,000 above it, where nodes of a cluster talk. */
async function freePort(): Promise<number> {
  for (;;) {
    const probe = createServer().listen(0, '127.0.0.1')
    await once(probe, 'listening')
    const address = probe.address()
    probe.close()
    await once(probe, 'close')
    if (typeof address === 'object' && address && address.port < 55_000) return address.port
  }
}
