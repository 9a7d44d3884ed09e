import { hasMethods } from '../../core/adapter-shape.js'
import type { Fields } from '../../core/check.js'
import { RiptideError } from '../../core/errors.js'
import type { Random } from '../../core/random.js'
import { unavailable } from './redis-errors.js'

/** A client that the app hands over: a `Redis` or a `Cluster` of ioredis 5 or 6. */
export interface ForeignClient {
  evalsha(...args: never[]): unknown
  duplicate(...args: never[]): unknown
}

type Word = string | number

/** What the driver uses of an ioredis client, of a cluster's or a single server's. */
export interface RedisClient {
  readonly status?: string
  readonly mode?: string
  readonly isCluster?: boolean
  readonly options?: Fields
  eval(text: string, keys: number, ...args: Word[]): Promise<unknown>
  evalsha(sha: string, keys: number, ...args: Word[]): Promise<unknown>
  wait(replicas: number, ms: number): Promise<unknown>
  ping(): Promise<unknown>
  client?(subcommand: 'SETNAME', name: string): Promise<unknown>
  select(db: number): Promise<unknown>
  subscribe(...channels: string[]): Promise<unknown>
  unsubscribe(...channels: string[]): Promise<unknown>
  connect(): Promise<unknown>
  disconnect(reconnect?: boolean): void
  duplicate(options: Fields): RedisClient
  on(event: string, listener: (...args: never[]) => void): unknown
  off(event: string, listener: (...args: never[]) => void): unknown
}

/** What a cluster's client has besides. */
export interface ClusterClient extends RedisClient {
  nodes(role: 'master'): readonly RedisClient[]
  pipeline(commands: readonly (readonly Word[])[]): {
    exec(): Promise<readonly (readonly [Error | null, unknown])[] | null>
  }
}

const methods = ['eval', 'evalsha', 'connect', 'disconnect', 'duplicate', 'on', 'off'] as const

/** A client from outside, or CONFIG_INVALID with the reason why it cannot be used. */
export function asClient(value: unknown): RedisClient {
  if (!hasMethods(value, methods)) {
    throw refused('must be a client of ioredis (a Redis or a Cluster)')
  }
  const client = value as RedisClient
  const reason = whyNot(client)
  if (reason !== undefined) throw refused(reason)
  return client
}

export function isCluster(client: RedisClient): client is ClusterClient {
  return client.isCluster === true
}

/** Whether commands can go out now. A stand-in without a status is always ready. */
export function isReady(client: RedisClient): boolean {
  return client.status === undefined || client.status === 'ready'
}

/** Whether it is a client, or a server that one has to be made for. */
export function isClient(server: object): server is RedisClient {
  return hasMethods(server, methods)
}

/** A client that listens, to the same server; in a cluster to any node, because messages go to all of them. */
export function duplicateOf(client: RedisClient, connectTimeoutMs: number, random: Random): RedisClient {
  const nodes = isCluster(client) ? client.nodes('master') : [client]
  const one = nodes[Math.floor(random() * nodes.length)]
  if (!one) throw unavailable('the cluster has no node that can be reached')
  // Whoever uses it connects again by itself: the next one may be on another node.
  return one.duplicate({ ...ownOptions, connectTimeout: connectTimeoutMs, retryStrategy: null })
}

/**
 * Has the server show who this is. Not by the option `connectionName`: with unfulfilled commands not sent again, ioredis 5.11
 * takes a connection that was lost while it said its name for one that is ready, and never makes another.
 */
export function sayName(client: RedisClient): void {
  const said = async (): Promise<unknown> => client.client?.('SETNAME', 'riptide-workers')
  // A stand-in may not know it, and a user may not be allowed to: it is only for people who look.
  said().catch(() => undefined)
}

/** Secrets that no message may repeat. */
export function secretsOf(client: RedisClient): readonly string[] {
  const all = [client.options, client.options?.redisOptions].map((options) => {
    return typeof options === 'object' && options !== null ? (options as Fields).password : undefined
  })
  return all.filter((one) => typeof one === 'string')
}

/**
 * How a client of ours is: it rejects what cannot be sent now instead of keeping it, because whoever sent it sends it again;
 * and the checks at the start are our own.
 */
export const ownOptions = {
  lazyConnect: true,
  enableOfflineQueue: false,
  enableReadyCheck: false,
  enableAutoPipelining: false,
  autoResubscribe: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  disableClientInfo: true,
  noDelay: true,
  /** A socket that the other side does not close is destroyed after this long. */
  disconnectTimeout: 100,
} as const

// -------------------------------------------------------------------------------------------------------------------

function whyNot(client: RedisClient): string | undefined {
  const { options, status, mode } = client
  const nested = options?.redisOptions
  const prefix = options?.keyPrefix ?? (nested as Fields | undefined)?.keyPrefix
  if (prefix !== undefined && prefix !== null && prefix !== '') {
    return 'has a keyPrefix, which scripts cannot follow; use a client without one, and the option "namespace"'
  }
  if (mode === 'subscriber')
    return 'is in subscriber mode and can run no commands; use one that does not subscribe'
  if (mode === 'monitor') return 'is in monitor mode and can run no commands'
  if (status === 'end') return 'is closed; use one that is open, or one with lazyConnect'
  return undefined
}

function refused(reason: string): RiptideError {
  return new RiptideError('CONFIG_INVALID', `/client ${reason}`, { path: '/client' })
}
