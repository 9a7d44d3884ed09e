import { asBoolean, asObject, asText, integerIn, onlyKeys } from '../../core/check.js'
import { RiptideError } from '../../core/errors.js'
import { prefixOf } from './names.js'
import { type ForeignClient, type RedisClient, asClient } from './redis-client.js'
import { type RedisServer, parseRedisUrl } from './redis-url.js'

export interface RedisQueueOptions {
  /** Where Redis is: `redis://user:password@host:6379/0`, or `rediss://` for TLS. Either this or `client`. */
  readonly url?: string
  /** A `Redis` or `Cluster` of ioredis 5 or 6. It stays yours: it is not closed; for listening it is duplicated. */
  readonly client?: ForeignClient
  /** Services with the same namespace share their jobs. @default 'riptide_jobs' */
  readonly namespace?: string
  /** Use a Redis that throws keys away when its memory is used up: jobs may vanish. @default false */
  readonly allowEviction?: boolean
  /** A step counts only when so many replicas have it, else it rejects with NOT_REPLICATED. @default 0 */
  readonly waitReplicas?: number
  /** How long an answer may take; then the connection counts as dead and is made anew. @default 5_000 */
  readonly commandTimeoutMs?: number
  /** How long the first connection may take, with a server that is loading its data too. @default 5_000 */
  readonly connectTimeoutMs?: number
}

/** The same connection as a queue's, for texts. */
export type RedisStorageOptions = RedisQueueOptions

/** How a link connects: all defaults filled in. */
export interface LinkOptions {
  readonly server: RedisServer | RedisClient
  /** Of all keys and channels of the namespace. */
  readonly prefix: string
  readonly allowEviction: boolean
  readonly waitReplicas: number
  readonly commandTimeoutMs: number
  readonly connectTimeoutMs: number
}

export interface ResolvedRedisOptions {
  readonly namespace: string
  readonly link: LinkOptions
}

/** The options of `redisQueue`, checked and complete. */
export function resolveQueueOptions(options: RedisQueueOptions): ResolvedRedisOptions {
  return resolve(options)
}

/** The options of `redisStorage`, checked and complete. */
export function resolveStorageOptions(options: RedisStorageOptions): ResolvedRedisOptions {
  return resolve(options)
}

// -------------------------------------------------------------------------------------------------------------------

const known = [
  'url',
  'client',
  'namespace',
  'allowEviction',
  'waitReplicas',
  'commandTimeoutMs',
  'connectTimeoutMs',
] as const

const longestMs = 600_000

function resolve(options: RedisQueueOptions): ResolvedRedisOptions {
  onlyKeys(asObject(options, place('')), known, place(''))
  const namespace = asText(options.namespace ?? 'riptide_jobs', 200, place('/namespace'))
  const { allowEviction, waitReplicas, commandTimeoutMs, connectTimeoutMs } = options
  return Object.freeze({
    namespace,
    link: Object.freeze({
      server: serverOf(options),
      prefix: prefixOf(namespace),
      allowEviction: asBoolean(allowEviction ?? false, place('/allowEviction')),
      waitReplicas: integerIn(waitReplicas ?? 0, 0, 100, place('/waitReplicas')),
      commandTimeoutMs: integerIn(commandTimeoutMs ?? 5000, 1, longestMs, place('/commandTimeoutMs')),
      connectTimeoutMs: integerIn(connectTimeoutMs ?? 5000, 1, longestMs, place('/connectTimeoutMs')),
    }),
  })
}

function serverOf({ url, client }: RedisQueueOptions): RedisServer | RedisClient {
  if ((url === undefined) === (client === undefined)) {
    const got = url === undefined ? 'neither' : 'both'
    throw new RiptideError('CONFIG_INVALID', `give either "url" or "client"; got ${got}`, { path: '/' })
  }
  if (client !== undefined) return asClient(client)
  if (typeof url !== 'string') {
    throw new RiptideError('CONFIG_INVALID', '/url must be a string', { path: '/url' })
  }
  return parseRedisUrl(url)
}

function place(path: string): { readonly path: string; readonly code: 'CONFIG_INVALID' } {
  return { path, code: 'CONFIG_INVALID' }
}
