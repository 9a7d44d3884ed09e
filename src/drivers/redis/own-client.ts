import { RiptideError } from '../../core/errors.js'
import type { Random } from '../../core/random.js'
import { backoffMs } from './backoff.js'
import { type RedisClient, asClient, ownOptions } from './redis-client.js'
import type { RedisServer } from './redis-url.js'

/** The package, as far as it is used. */
interface Ioredis {
  readonly Redis: new (options: Readonly<Record<string, unknown>>) => unknown
}

/** Loaded only for those who give a url: ioredis is an optional peer. */
const importIoredis = async (): Promise<Ioredis> => import('ioredis')

/** A client of ours to a server, not connected yet; CONFIG_INVALID when ioredis is not installed. */
export async function ownClient(
  server: RedisServer,
  { connectTimeoutMs, random }: { readonly connectTimeoutMs: number; readonly random: Random },
  load: () => Promise<Ioredis> = importIoredis,
): Promise<RedisClient> {
  const { Redis } = await loaded(load)
  return asClient(
    new Redis({
      ...ownOptions,
      ...server,
      connectTimeout: connectTimeoutMs,
      retryStrategy: (attempt: number) => backoffMs(attempt - 1, random),
    }),
  )
}

// -------------------------------------------------------------------------------------------------------------------

async function loaded(load: () => Promise<Ioredis>): Promise<Ioredis> {
  try {
    return await load()
  } catch (cause) {
    throw new RiptideError(
      'CONFIG_INVALID',
      'a Redis url needs the package ioredis, which cannot be loaded; install it: npm install ioredis',
      { path: '/url', cause },
    )
  }
}
