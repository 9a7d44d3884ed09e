import { RiptideError, describe, isRiptideError } from './core/errors.js'
import type { QueueAdapter } from './core/queue-adapter.js'
import { parseRedisUrl } from './drivers/redis/redis-url.js'
import { resolveSqliteOptions } from './drivers/sqlite/sqlite-options.js'
import { lazyRedisQueue } from './lazy-redis-queue.js'
import { lazySqliteQueue } from './lazy-sqlite-queue.js'
import type { WorkerServiceOptions } from './options.js'

/** The environment, as `process.env` has it. The library never looks at it by itself. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * The options that the variables of the environment say, and those given, which win. CONFIG_INVALID names the variable that
 * cannot be read.
 */
export function optionsFromEnv(env: Environment, given: WorkerServiceOptions = {}): WorkerServiceOptions {
  const count = integer(env, 'WORKER_POOL_SIZE', 0, 1_000)
  const maxBatchSize = integer(env, 'WORKER_MAX_BATCH_SIZE', 1, 100_000)
  const maxConcurrency = integer(env, 'WORKER_MAX_CONCURRENCY', 1, 1_000)
  const enabled = boolean(env, 'WORKER_ENABLE_SCHEDULER')
  const queue = given.queue ?? queueOf(env)
  return {
    ...given,
    ...(queue === undefined ? {} : { queue }),
    workers: { ...(count === undefined ? {} : { count }), ...given.workers },
    crawl: {
      ...(maxBatchSize === undefined ? {} : { maxBatchSize }),
      ...(maxConcurrency === undefined ? {} : { maxConcurrency }),
      ...given.crawl,
    },
    scheduler: { ...(enabled === undefined ? {} : { enabled }), ...given.scheduler },
  }
}

// -------------------------------------------------------------------------------------------------------------------

/** The value of a variable; one that is empty counts as not set, as shells and compose files mean it. */
function read(env: Environment, name: string): string | undefined {
  const value = env[name]?.trim()
  return value === undefined || value === '' ? undefined : value
}

function integer(env: Environment, name: string, min: number, max: number): number | undefined {
  const text = read(env, name)
  if (text === undefined) return undefined
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (value >= min && value <= max) return value
  throw new RiptideError(
    'CONFIG_INVALID',
    `${name} must be a whole number from ${min} to ${max}; got ${describe(text)}`,
  )
}

function boolean(env: Environment, name: string): boolean | undefined {
  const text = read(env, name)?.toLowerCase()
  if (text === undefined) return undefined
  if (['true', '1', 'yes', 'on'].includes(text)) return true
  if (['false', '0', 'no', 'off'].includes(text)) return false
  throw new RiptideError('CONFIG_INVALID', `${name} must be true or false; got ${describe(text)}`)
}

/** The queue on Redis when a url says where that is, else the one in a file when there is a path; else the default, in memory. */
function queueOf(env: Environment): QueueAdapter | undefined {
  return redisQueueOf(env) ?? sqliteQueueOf(env)
}

function redisQueueOf(env: Environment): QueueAdapter | undefined {
  const name = ['WORKER_REDIS_URL', 'REDIS_URL'].find((one) => read(env, one) !== undefined)
  const url = name === undefined ? undefined : read(env, name)
  if (name === undefined || url === undefined) return undefined
  naming(name, '/url ', () => parseRedisUrl(url))
  return lazyRedisQueue(url)
}

function sqliteQueueOf(env: Environment): QueueAdapter | undefined {
  const name = 'WORKER_SQLITE_PATH'
  const path = read(env, name)
  if (path === undefined) return undefined
  return lazySqliteQueue(naming(name, '/path ', () => resolveSqliteOptions({ path })))
}

/** What is wrong with an option is wrong with the variable that it comes from. */
function naming<T>(name: string, option: string, check: () => T): T {
  try {
    return check()
  } catch (error) {
    const rule = isRiptideError(error) ? error.message.replace(option, '') : String(error)
    throw new RiptideError('CONFIG_INVALID', `${name} ${rule}`)
  }
}
