import { RiptideError, describe } from './core/errors.js'
import type { WorkerServiceOptions } from './options.js'

/** The environment, as `process.env` has it. The library never looks at it by itself. */
export type Environment = Readonly<Record<string, string | undefined>>

/** The options that the variables of the environment say; CONFIG_INVALID names the variable that cannot be read. */
export function optionsFromEnv(env: Environment): WorkerServiceOptions {
  refuse(env, 'WORKER_REDIS_URL')
  refuse(env, 'WORKER_SQLITE_PATH')
  const count = integer(env, 'WORKER_POOL_SIZE', 0, 1_000)
  const maxBatchSize = integer(env, 'WORKER_MAX_BATCH_SIZE', 1, 100_000)
  const maxConcurrency = integer(env, 'WORKER_MAX_CONCURRENCY', 1, 1_000)
  const enabled = boolean(env, 'WORKER_ENABLE_SCHEDULER')
  return {
    workers: count === undefined ? {} : { count },
    crawl: {
      ...(maxBatchSize === undefined ? {} : { maxBatchSize }),
      ...(maxConcurrency === undefined ? {} : { maxConcurrency }),
    },
    scheduler: enabled === undefined ? {} : { enabled },
  }
}

/** What in the environment a person may expect to take effect and does not: said once, so that nobody looks for jobs in vain. */
export function noticesOf(env: Environment): readonly string[] {
  if (read(env, 'REDIS_URL') === undefined) return []
  return ['REDIS_URL is set, but this version has no queue on Redis yet: jobs are kept in memory']
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

/** Asked for and not there yet: said, never passed over. The value may hold a password and is not shown. */
function refuse(env: Environment, name: string): void {
  if (read(env, name) === undefined) return
  throw new RiptideError(
    'NOT_SUPPORTED',
    `${name} is set, but this version has only the queue in memory; unset it to use that`,
  )
}
