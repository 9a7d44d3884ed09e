import { throwIfAborted } from '../core/abort.js'
import { type Fields, asBoolean, asObject, asText, oneOf, onlyKeys, wrong } from '../core/check.js'
import { type Clock, nextTurn, systemClock } from '../core/clock.js'
import { PermanentError, RiptideError } from '../core/errors.js'
import { type AnyJobDefinition, type JobContext, defineJob } from '../core/handler.js'
import type { StandardSchema } from '../core/standard-schema.js'
import type { StorageAdapter } from '../core/storage-adapter.js'

export interface MaintenanceDeps {
  readonly storage: () => StorageAdapter
  /** One step of retention: removes what is over, and says how much that was; nothing left is 0 and 0. */
  readonly prune: () => Promise<{ readonly removedJobs: number; readonly expiredResults: number }>
  readonly health: () => Promise<unknown>
  /** Seals anew what an older key sealed; undefined where nothing is sealed. */
  readonly reseal?: ((ctx: Pick<JobContext, 'signal'>) => Promise<object>) | undefined
  /** @default the host's clock */
  readonly clock?: Clock
}

const taskTypes = ['cache_cleanup', 'prune_results', 'health_check', 'reseal'] as const
type TaskType = (typeof taskTypes)[number]

/** A maintenance job, checked: each task has parameters of its own. */
export interface MaintenancePayload {
  readonly taskType: TaskType
  readonly parameters: Fields
}

/**
 * The job type `maintenance`: `cache_cleanup` removes what has expired from the storage, or cached pages by `all` or by
 * `prefix`; `prune_results` applies the retention rules now; `health_check` answers with the service's health; `reseal` seals
 * schedules, templates and webhooks with the key that seals now, and is refused where nothing is sealed.
 */
export function maintenanceJob(deps: MaintenanceDeps): AnyJobDefinition {
  const clock = deps.clock ?? systemClock
  const input: StandardSchema<unknown, MaintenancePayload> = {
    '~standard': {
      version: 1,
      vendor: 'riptide-workers',
      validate: (value) => ({ value: requireKeys(checkMaintenance(value), deps) }),
    },
  }
  return defineJob({
    name: 'maintenance',
    input,
    async handler({ taskType, parameters }: MaintenancePayload, ctx: JobContext) {
      if (taskType === 'cache_cleanup')
        return { task: taskType, ...(await cleanCache(deps.storage(), parameters, clock, ctx)) }
      if (taskType === 'prune_results')
        return { task: taskType, ...(await pruneResults(deps.prune, clock, ctx)) }
      if (taskType === 'reseal') return { task: taskType, ...(await deps.reseal?.(ctx)) }
      return { task: taskType, health: await deps.health() }
    },
  })
}

/** Checks what a `maintenance` job is submitted with; its own answer comes through unchanged. */
export function checkMaintenance(payload: unknown): MaintenancePayload {
  const given = asObject(payload, { path: '' })
  onlyKeys(given, ['taskType', 'parameters'], { path: '' })
  if (given.taskType === undefined || given.taskType === null)
    throw wrong('REQUIRED', { path: '/taskType' }, 'is required', given.taskType)
  const taskType = oneOf(given.taskType, taskTypes, { path: '/taskType' })
  return { taskType, parameters: checkParameters(taskType, given.parameters) }
}

// -------------------------------------------------------------------------------------------------------------------

function requireKeys(payload: MaintenancePayload, { reseal }: MaintenanceDeps): MaintenancePayload {
  if (payload.taskType !== 'reseal' || reseal) return payload
  const text =
    '/taskType: "reseal" needs the option encryption of the service; without keys nothing is sealed'
  throw new RiptideError('NOT_SUPPORTED', text, { path: '/taskType' })
}

/** What a cleanup may touch; results of jobs stand beside it. */
const cacheRoot = 'cache/'
/** Entries in one step: between two steps the event loop goes on and the signal is looked at. */
const stepSize = 500

function checkParameters(taskType: TaskType, value: unknown): Fields {
  const given = value === undefined || value === null ? {} : asObject(value, { path: '/parameters' })
  onlyKeys(given, taskType === 'cache_cleanup' ? ['all', 'prefix'] : [], { path: '/parameters' })
  if (taskType !== 'cache_cleanup') return {}
  const all =
    given.all === undefined || given.all === null ? false : asBoolean(given.all, { path: '/parameters/all' })
  if (given.prefix === undefined || given.prefix === null) return all ? { all } : {}
  const place = { path: '/parameters/prefix' }
  const prefix = asText(given.prefix, 300, place)
  if (!prefix.startsWith(cacheRoot))
    throw wrong('INPUT_INVALID', place, `must begin with "${cacheRoot}"`, prefix)
  if (all) throw wrong('FIELDS_CONFLICT', place, 'and "all" cannot both be given', prefix)
  return { prefix }
}

async function cleanCache(
  storage: StorageAdapter,
  parameters: Fields,
  clock: Clock,
  ctx: JobContext,
): Promise<{ removed: number }> {
  const prefix =
    typeof parameters.prefix === 'string'
      ? parameters.prefix
      : parameters.all === true
        ? cacheRoot
        : undefined
  if (prefix === undefined) {
    // A storage without `prune` lets its entries expire by itself.
    const removed = await repeat(async () => (await storage.prune?.(stepSize)) ?? 0, clock, ctx)
    return { removed }
  }
  if (!storage.deletePrefix) {
    throw new PermanentError('this storage cannot remove entries by prefix (it has no deletePrefix)', {
      code: 'NOT_SUPPORTED',
    })
  }
  const removed = await repeat(async () => (await storage.deletePrefix?.(prefix, stepSize)) ?? 0, clock, ctx)
  return { removed }
}

async function pruneResults(
  prune: MaintenanceDeps['prune'],
  clock: Clock,
  ctx: JobContext,
): Promise<{ jobs: number; results: number }> {
  let jobs = 0
  let results = 0
  const step = async (): Promise<number> => {
    const { removedJobs, expiredResults } = await prune()
    jobs += removedJobs
    results += expiredResults
    return removedJobs + expiredResults
  }
  await repeat(step, clock, ctx)
  return { jobs, results }
}

/** Takes steps until one finds nothing more, and answers with their sum. */
async function repeat(step: () => Promise<number>, clock: Clock, ctx: JobContext): Promise<number> {
  let total = 0
  for (let steps = 1; ; steps++) {
    throwIfAborted(ctx.signal)
    const count = await step()
    if (count === 0) break
    total += count
    // How much is left is not known, so each step goes half of what remains of the way to the end.
    ctx.progress(1 - 0.5 ** Math.min(steps, 10), `${total} removed`)
    await nextTurn(clock)
  }
  ctx.progress(1, `${total} removed`)
  return total
}
