import { hasMethods } from '../core/adapter-shape.js'
import { asBoolean, asObject, integerIn, onlyKeys } from '../core/check.js'
import { type Clock, systemClock } from '../core/clock.js'
import { type Logger, consoleLogger, safeLogger } from '../core/logger.js'
import { RiptideError, describe } from '../core/errors.js'

/** How queues are moved; all of it may be left out. */
export interface MigrateOptions {
  /** Jobs that go at once, 1 to 1,000. @default as many as both stores take in a step */
  readonly batchSize?: number
  /** How long, in ms, jobs are waited for that run although nobody heals their lease. @default 30_000 */
  readonly waitMs?: number
  /**
   * Jobs that an earlier call left on their way to another queue come into this one. Only for when that one is lost: else they
   * would be in both. @default false
   */
  readonly adopt?: boolean
  /** Stops between two batches: what has moved has moved, and the next call goes on. */
  readonly signal?: AbortSignal
  /** Hears what has moved so far, after each batch. */
  readonly onProgress?: (progress: MigrateProgress) => void
  /** @default warnings and errors to the console */
  readonly logger?: Logger
  /** For tests: see `FakeClock` in `riptide-workers/testing`. @default the host's clock */
  readonly clock?: Clock
}

/** What has moved in this call. */
export interface MigrateProgress {
  readonly jobs: number
  readonly schedules: number
  /** Of the jobs, those that came with a result. */
  readonly results: number
}

/** What a call has moved, and what it has not. */
export interface MigrateReport extends MigrateProgress {
  /** What stays because its id, its dedupe key or its name is taken by another; the first 1,000 of them. */
  readonly conflicts: readonly MigrateConflict[]
  /** Jobs that are still in the queue they were to leave: those in conflict, those that run, and those behind them. */
  readonly left: number
}

export interface MigrateConflict {
  readonly kind: 'job' | 'schedule'
  readonly id: string
}

/** Every setting, with its value. */
export interface ResolvedMigrateOptions {
  readonly batchSize: number
  readonly waitMs: number
  readonly adopt: boolean
  readonly signal: AbortSignal | undefined
  readonly onProgress: (progress: MigrateProgress) => void
  readonly logger: Logger
  readonly clock: Clock
  /** The clock was given: stores shall take their time from it too. */
  readonly clockForStores: Clock | undefined
}

const code = 'CONFIG_INVALID'
const mostAtOnce = 1000
const dayMs = 86_400_000

/** Every option checked and every default put in. */
export function resolveMigrateOptions(given: unknown = {}): ResolvedMigrateOptions {
  const options = asObject(given, { path: '', code }) as MigrateOptions
  onlyKeys(options as Record<string, unknown>, keys, { path: '', code })
  const {
    batchSize = mostAtOnce,
    waitMs = 30_000,
    adopt = false,
    signal,
    onProgress = nothing,
    logger = consoleLogger,
  } = options
  requireMethods(signal, ['addEventListener'], 'an AbortSignal', '/signal')
  requireMethods(onProgress, [], 'a function', '/onProgress')
  requireMethods(logger, ['debug', 'info', 'warn', 'error'], 'a logger', '/logger')
  requireMethods(options.clock, ['now', 'monotonic', 'after', 'soon', 'sleep'], 'a Clock', '/clock')
  return Object.freeze({
    batchSize: integerIn(batchSize, 1, mostAtOnce, { path: '/batchSize', code }),
    waitMs: integerIn(waitMs, 0, dayMs, { path: '/waitMs', code }),
    adopt: asBoolean(adopt, { path: '/adopt', code }),
    signal,
    onProgress,
    logger: safeLogger(logger),
    clock: options.clock ?? systemClock,
    clockForStores: options.clock,
  })
}

// -------------------------------------------------------------------------------------------------------------------

const keys = ['batchSize', 'waitMs', 'adopt', 'signal', 'onProgress', 'logger', 'clock']

const nothing = (): void => undefined

function requireMethods(value: unknown, methods: readonly string[], what: string, path: string): void {
  const isFunction = methods.length > 0 || typeof value === 'function'
  if (value === undefined || (isFunction && hasMethods(value, methods))) return
  throw new RiptideError(code, `${path} must be ${what}; got ${describe(value)}`, { path })
}
