import { type RiptideError, isRiptideError } from '../../core/errors.js'
import type { Clock } from '../../core/clock.js'
import type { Logger } from '../../core/logger.js'
import type { Random } from '../../core/random.js'
import { CommandClient } from './command-client.js'
import { evaluate } from './evaluate.js'
import { ownClient } from './own-client.js'
import { Pending } from './pending.js'
import { type RedisClient, asClient, isClient, sayName } from './redis-client.js'
import { unavailable } from './redis-errors.js'
import type { LinkOptions } from './redis-options.js'
import type { Script } from './script.js'
import { examine, isAboutEviction, startCheck } from './start-checks.js'

export interface SessionOptions {
  readonly link: LinkOptions
  readonly clock: Clock
  readonly random: Random
  readonly logger: () => Logger
  readonly onBack: () => void
}

/** What lives from the first `open` of a link to its last `close`: the client for commands and what waits for it. */
export class Session {
  readonly #options: SessionOptions
  readonly #pending: Pending
  readonly #replicasMs: number
  #commands: CommandClient | undefined
  #opening: Promise<RedisClient> | undefined
  #isOpen = false
  #isClosed = false

  constructor(options: SessionOptions) {
    this.#options = options
    const { commandTimeoutMs } = options.link
    this.#pending = new Pending(options.clock, commandTimeoutMs)
    // Until WAIT has its answer, all that is behind it on the connection waits too.
    this.#replicasMs = Math.ceil(commandTimeoutMs / 5)
  }

  /** Connects once, whoever asks; answers the client. */
  open(): Promise<RedisClient> {
    return (this.#opening ??= this.#connect())
  }

  /** Closes a client of ours; one from outside goes on. Whatever waits is rejected. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    const error = closed()
    this.#commands?.stop(error)
    this.#pending.failAll(error)
    if (!isClient(this.#options.link.server)) this.#commands?.client.disconnect()
  }

  run(script: Script, key: string, args: readonly (string | number)[]): Promise<unknown> {
    const commands = this.#commands
    if (!commands || this.#isClosed) return Promise.reject(closed())
    let connection = -1
    const work = async (): Promise<unknown> => {
      if (!commands.isUp) await commands.reach()
      connection = commands.connection
      const replicas = this.#options.link.waitReplicas
      return evaluate(commands.client, { script, key, args, replicas, replicasMs: this.#replicasMs })
    }
    const answer = this.#pending.limit(work(), `"${script.name}"`, () => commands.drop(connection))
    return answer.catch((thrown: unknown) => {
      const error = commands.asError(thrown)
      // The server became a replica: a new connection finds the primary, or finds out that it does not.
      if (error.facts.reply === 'READONLY') commands.drop(connection)
      throw error
    })
  }

  async #connect(): Promise<RedisClient> {
    const { server, connectTimeoutMs, commandTimeoutMs } = this.#options.link
    const { clock, random, onBack } = this.#options
    const client = isClient(server) ? asClient(server) : await ownClient(server, { connectTimeoutMs, random })
    if (this.#isClosed) throw closed()
    const check = (): Promise<void> => this.#check(client)
    this.#commands = new CommandClient({ client, check, onBack, greetingMs: commandTimeoutMs, clock, random })
    await this.#commands.open(connectTimeoutMs)
    this.#isOpen = true
    return client
  }

  async #check(client: RedisClient): Promise<void> {
    const { link, logger } = this.#options
    if (!isClient(link.server)) sayName(client)
    // ioredis goes on in database 0 when the one it was told does not exist.
    if (!isClient(link.server) && link.server.db > 0) await this.#ask(client.select(link.server.db), 'SELECT')
    const args = [1, `${link.prefix}n`, `${link.prefix}check`] as const
    const answer = await this.#ask(client.eval(startCheck.text, ...args), 'EVAL')
    try {
      examine(answer, link, logger())
    } catch (thrown) {
      // Jobs under way are better finished than stopped by a setting that someone changed.
      if (!this.#isOpen || !isRiptideError(thrown) || !isAboutEviction(thrown)) throw thrown
      logger().error(thrown.message, { code: thrown.code, ...thrown.facts })
    }
    await this.#ask(client.evalsha(startCheck.sha, ...args), 'EVALSHA').catch((thrown: unknown) => {
      if (!(thrown instanceof Error && thrown.message.startsWith('NOSCRIPT'))) throw thrown
    })
  }

  #ask<T>(work: Promise<T>, what: string): Promise<T> {
    const connection = this.#commands?.connection ?? -1
    return this.#pending.limit(work, what, () => this.#commands?.drop(connection))
  }
}

// -------------------------------------------------------------------------------------------------------------------

function closed(): RiptideError {
  return unavailable('the connection is not open')
}
