import { hasMethods } from '../../core/adapter-shape.js'
import { asObject, onlyKeys, wrong } from '../../core/check.js'
import { type Clock, systemClock } from '../../core/clock.js'
import { type Logger, consoleLogger, safeLogger } from '../../core/logger.js'
import type { StorageAdapter } from '../../core/storage-adapter.js'
import { type CrawlOptions, type ResolvedCrawlOptions, resolveCrawlOptions } from '../options.js'

/** What a part of the crawler is given by the app that uses it alone. */
export interface PartHost {
  /** Gets warnings; a part has none that is an error. @default warnings to the console */
  readonly logger?: Logger | undefined
  /** For tests: where all times come from. @default the host's clock */
  readonly clock?: Clock | undefined
}

/** The same, with a place for texts. */
export interface StoringPartHost extends PartHost {
  /**
   * Where processes meet: `redisStorage`, `sqliteStorage`, any Keyv. The part opens it with its first use, and closes it with
   * itself.
   */
  readonly storage?: StorageAdapter | undefined
}

/** All of it, with what is not given filled in. */
export interface ResolvedPart {
  readonly options: ResolvedCrawlOptions
  readonly logger: Logger
  readonly clock: Clock
}

/**
 * Takes the settings of a part: those of the crawler that it heeds, and what it is given beside them. CONFIG_INVALID names
 * the field, also for one that this part would not heed.
 */
export function resolvePart(
  input: unknown,
  heeded: readonly (keyof CrawlOptions)[],
  own: readonly string[] = [],
): ResolvedPart {
  const place = { path: '', code: 'CONFIG_INVALID' } as const
  const given = asObject(input, place)
  onlyKeys(given, [...heeded, ...own, 'logger', 'clock'], place)
  const { logger = consoleLogger, clock = systemClock } = given
  if (!isLogger(logger))
    throw wrong('CONFIG_INVALID', { path: '/logger' }, 'must have debug, info, warn and error', logger)
  if (!isClock(clock))
    throw wrong('CONFIG_INVALID', { path: '/clock' }, 'must be a clock, such as a FakeClock', clock)
  const asked = Object.fromEntries(heeded.filter((key) => key in given).map((key) => [key, given[key]]))
  return { options: resolveCrawlOptions(asked, ''), logger: safeLogger(logger), clock }
}

// -------------------------------------------------------------------------------------------------------------------

function isLogger(value: unknown): value is Logger {
  return hasMethods(value, ['debug', 'info', 'warn', 'error'])
}

function isClock(value: unknown): value is Clock {
  return hasMethods(value, ['now', 'monotonic', 'after', 'soon', 'sleep'])
}
