import { hasMethods } from './core/adapter-shape.js'
import { asBoolean, asObject, integerIn, onlyKeys } from './core/check.js'
import { type Clock, systemClock } from './core/clock.js'
import { RiptideError, describe } from './core/errors.js'
import type { AnyJobDefinition } from './core/handler.js'
import { longestTimeoutMs } from './core/job-view.js'
import { type Logger, consoleLogger, safeLogger } from './core/logger.js'
import type { SkipBudgets } from './core/priority.js'
import type { PruneRequest, QueueAdapter, QueueLimits, Retention } from './core/queue-adapter.js'
import type { StorageAdapter } from './core/storage-adapter.js'
import {
  type EncryptionKey,
  type ResolvedAutoscale,
  type ResolvedWebhooks,
  autoscaleOf,
  encryptionOf,
  limitsOf,
  webhooksOf,
} from './control-options.js'
import { type CrawlOptions, type ResolvedCrawlOptions, resolveCrawlOptions } from './crawl/options.js'
import { memoryQueue } from './drivers/memory/memory-queue.js'
import { budgetsOf, requireQueue, requireStorage, retentionOf } from './queue-options.js'

/** What a service is made of; all of it may be left out. The reference of configuration has every default and range. */
export interface WorkerServiceOptions {
  /** Where jobs wait. @default memoryQueue() */
  readonly queue?: QueueAdapter
  /** Where large results and cached pages are kept; any Keyv fits. @default what belongs to the queue */
  readonly storage?: StorageAdapter
  /** What `defineJob` made: the kinds of job that this service runs beside the built-in ones. */
  readonly jobs?: readonly AnyJobDefinition[]
  /** How much runs at once, and how long it may. */
  readonly workers?: {
    /** Workers of this service, 0 to 1,000; with `autoscale` those that it starts with. @default 4 */
    readonly count?: number
    /** As many workers as it takes for jobs to start in time, from `min` to `max`: see the guide on operating. @default none */
    readonly autoscale?: {
      readonly min: number
      readonly max: number
      /** 95 % of the jobs shall wait no longer, in ms. @default 1_000 */
      readonly targetP95WaitMs?: number
    }
    /** Jobs that each runs at once, 1 to 10,000. @default 4 */
    readonly maxConcurrentJobs?: number
    /**
     * Jobs that each worker claims ahead of its free slots, for many short ones: they wait here, under a lease, and neither a
     * job of a higher class that comes meanwhile nor an idle worker can overtake them, and they read as `processing`. When
     * the process is lost, each of them has spent an attempt. @default 0
     */
    readonly prefetch?: number
    /** Longest run, in ms, of a job that does not say its own. @default 600_000 */
    readonly jobTimeoutMs?: number
    /** A worker that shows no life for so many ms has lost its jobs; at least twice the heartbeat. @default 15_000 */
    readonly leaseMs?: number
    /** Between two signs of life, in ms; at most half of the lease. @default 3_000, or a fifth of a shorter lease */
    readonly heartbeatMs?: number
    /** How long, in ms, a handler may go on after its signal aborted, before its slot is given to another job. @default 5_000 */
    readonly abortGraceMs?: number
  }
  /** Whether this service fires schedules. @default { enabled: true } */
  readonly scheduler?: { readonly enabled?: boolean }
  /** Of the whole queue, for the fleet together: give all processes the same. @default none */
  readonly limits?: {
    /** Jobs that run at once. */
    readonly concurrency?: number
    /** At most `max` starts, 1 to 10,000, within any `perMs`, up to a day. */
    readonly rate?: { readonly max: number; readonly perMs: number }
  }
  /** How the ends of jobs are told to other servers. */
  readonly webhooks?: {
    /** Signs the webhooks of single jobs that bring none: `whsec_` and base64 of 24 to 64 bytes. @default they are not signed */
    readonly secret?: string
    /** Deliveries at once, beside the jobs of the workers. @default 10 */
    readonly concurrency?: number
    /** For one delivery, in ms. @default 15_000 */
    readonly timeoutMs?: number
    /** Allows `http://` targets. @default true */
    readonly allowHttp?: boolean
  }
  /** Seals what is stored: the first key seals, all of them open. See the guide on encryption. @default nothing is sealed */
  readonly encryption?: {
    /** `secret`: 32 bytes, as a Buffer or in base64. */
    readonly keys: readonly { readonly id: string; readonly secret: string | Uint8Array }[]
  }
  /** What the app decides about crawling; no request can change it. */
  readonly crawl?: CrawlOptions
  /** Claims that a class may be passed over; 0 is strictly by priority. @default { high: 4, normal: 8, low: 16 } */
  readonly budgets?: Partial<SkipBudgets>
  /** What is kept of jobs that have ended; the tightest limit decides. Of each at most 100,000 jobs and 256 MiB. */
  readonly retention?: {
    /**
     * With 0 for any of the three, nothing is written down of a job that completes: it is gone as it ends, and its result with
     * it. Who waits for it is told that it succeeded, with `data: null`; its id can be used again. @default a day
     */
    readonly completed?: Partial<Retention>
    /** @default 30 days */
    readonly deadLetter?: Partial<Retention>
    /** @default a day */
    readonly cancelled?: Partial<Retention>
  }
  /** How long results can be read, in ms; 0 keeps none. @default 3_600_000 */
  readonly resultTtlMs?: number
  /** Largest payload of a job, as JSON. @default 10 MiB */
  readonly maxPayloadBytes?: number
  /** Largest result of a job, as JSON; a larger one fails the attempt. @default 64 MiB */
  readonly maxResultBytes?: number
  /** @default warnings and errors to the console */
  readonly logger?: Logger
  /** For tests: see `FakeClock` in `riptide-workers/testing`. @default the host's clock */
  readonly clock?: Clock
}

/** Every setting, with its value. */
export interface ResolvedOptions {
  readonly queue: QueueAdapter
  readonly storage: StorageAdapter
  readonly foreignStorage: boolean
  readonly jobs: readonly AnyJobDefinition[]
  readonly workers: {
    readonly count: number
    readonly autoscale: ResolvedAutoscale | undefined
    readonly maxConcurrentJobs: number
    readonly prefetch: number
    readonly jobTimeoutMs: number
    readonly leaseMs: number
    readonly heartbeatMs: number
    readonly abortGraceMs: number
  }
  readonly schedulerEnabled: boolean
  readonly limits: QueueLimits | undefined
  readonly webhooks: ResolvedWebhooks
  readonly encryption: readonly EncryptionKey[] | undefined
  readonly crawl: ResolvedCrawlOptions
  readonly budgets: SkipBudgets
  readonly retention: Omit<PruneRequest, 'limit'>
  readonly resultTtlMs: number
  readonly maxPayloadBytes: number
  readonly maxResultBytes: number
  readonly logger: Logger
  readonly clock: Clock
  /** The clock was given: stores shall take their time from it too. */
  readonly clockForStores: Clock | undefined
}

const code = 'CONFIG_INVALID'
const dayMs = 86_400_000
const yearMs = 366 * dayMs

/** Every option checked and every default put in; CONFIG_INVALID or ADAPTER_INVALID says which one is wrong. */
export function resolveOptions(given: unknown = {}): ResolvedOptions {
  const options = asObject(given, { path: '', code }) as WorkerServiceOptions
  onlyKeys(options as Record<string, unknown>, topKeys, { path: '', code })
  const queue = options.queue ?? memoryQueue()
  requireQueue(queue, '/queue')
  const storage = options.storage ?? queue.storage
  requireStorage(storage, '/storage')
  return Object.freeze({
    queue,
    storage,
    foreignStorage: options.storage !== undefined && options.storage !== queue.storage,
    jobs: jobsOf(options.jobs),
    workers: workersOf(options.workers),
    schedulerEnabled: enabledOf(options.scheduler),
    limits: limitsOf(options.limits),
    webhooks: webhooksOf(options.webhooks),
    encryption: encryptionOf(options.encryption),
    crawl: resolveCrawlOptions(options.crawl, '/crawl'),
    budgets: budgetsOf(options.budgets),
    retention: retentionOf(options.retention),
    resultTtlMs: integer(options.resultTtlMs, 3_600_000, 0, yearMs, '/resultTtlMs'),
    maxPayloadBytes: integer(options.maxPayloadBytes, 10 * 2 ** 20, 1, 2 ** 29, '/maxPayloadBytes'),
    maxResultBytes: integer(options.maxResultBytes, 64 * 2 ** 20, 1, 2 ** 29, '/maxResultBytes'),
    logger: safeLogger(loggerOf(options.logger)),
    clock: clockOf(options.clock),
    clockForStores: options.clock,
  })
}

// -------------------------------------------------------------------------------------------------------------------

const topKeys = [
  'queue',
  'storage',
  'jobs',
  'workers',
  'scheduler',
  'limits',
  'webhooks',
  'encryption',
  'crawl',
  'budgets',
  'retention',
  'resultTtlMs',
  'maxPayloadBytes',
  'maxResultBytes',
  'logger',
  'clock',
]

function workersOf(given: unknown): ResolvedOptions['workers'] {
  const path = '/workers'
  const fields = asObject(given ?? {}, { path, code })
  onlyKeys(
    fields,
    [
      ...['count', 'autoscale', 'maxConcurrentJobs', 'prefetch', 'jobTimeoutMs', 'leaseMs', 'heartbeatMs'],
      'abortGraceMs',
    ],
    { path, code },
  )
  const autoscale = autoscaleOf(fields['autoscale'], `${path}/autoscale`)
  const [least, most] = autoscale ? [autoscale.min, autoscale.max] : [0, 1_000]
  const leaseMs = integer(fields['leaseMs'], 15_000, 100, dayMs, `${path}/leaseMs`)
  const heartbeatMs = integer(
    fields['heartbeatMs'],
    Math.min(3_000, Math.floor(leaseMs / 5)),
    10,
    dayMs,
    `${path}/heartbeatMs`,
  )
  if (heartbeatMs * 2 > leaseMs) {
    const text = `${path}/heartbeatMs must be at most half of leaseMs (${leaseMs}); got ${heartbeatMs}`
    throw new RiptideError(code, text, { path: `${path}/heartbeatMs` })
  }
  return Object.freeze({
    count: integer(fields['count'], Math.min(Math.max(4, least), most), least, most, `${path}/count`),
    autoscale,
    maxConcurrentJobs: integer(fields['maxConcurrentJobs'], 4, 1, 10_000, `${path}/maxConcurrentJobs`),
    prefetch: integer(fields['prefetch'], 0, 0, 1_000, `${path}/prefetch`),
    jobTimeoutMs: integer(fields['jobTimeoutMs'], 600_000, 1, longestTimeoutMs, `${path}/jobTimeoutMs`),
    leaseMs,
    heartbeatMs,
    abortGraceMs: integer(fields['abortGraceMs'], 5_000, 0, 600_000, `${path}/abortGraceMs`),
  })
}

function enabledOf(given: unknown): boolean {
  const fields = asObject(given ?? {}, { path: '/scheduler', code })
  onlyKeys(fields, ['enabled'], { path: '/scheduler', code })
  return fields['enabled'] === undefined
    ? true
    : asBoolean(fields['enabled'], { path: '/scheduler/enabled', code })
}

function jobsOf(given: unknown): readonly AnyJobDefinition[] {
  if (given === undefined) return []
  if (!Array.isArray(given))
    throw new RiptideError(code, `/jobs must be an array; got ${describe(given)}`, { path: '/jobs' })
  return given as readonly AnyJobDefinition[]
}

function loggerOf(given: unknown): Logger {
  if (given === undefined) return consoleLogger
  if (hasMethods(given, ['debug', 'info', 'warn', 'error'])) return given as Logger
  throw new RiptideError(code, `/logger must have debug, info, warn and error; got ${describe(given)}`, {
    path: '/logger',
  })
}

function clockOf(given: unknown): Clock {
  if (given === undefined) return systemClock
  if (hasMethods(given, ['now', 'monotonic', 'after', 'soon', 'sleep'])) return given as Clock
  throw new RiptideError(
    code,
    `/clock must have now, monotonic, after, soon and sleep; got ${describe(given)}`,
    { path: '/clock' },
  )
}

function integer(value: unknown, otherwise: number, min: number, max: number, path: string): number {
  return value === undefined ? otherwise : integerIn(value, min, max, { path, code })
}
