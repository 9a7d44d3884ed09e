import { RiptideError } from './core/errors.js'
import type { QueueAdapter, QueueMoving, StepLimits } from './core/queue-adapter.js'
import { canMove } from './core/queue-move.js'

export interface LazyQueueOptions {
  readonly kind: string
  readonly limits: StepLimits
  readonly load: () => Promise<QueueAdapter>
  /** It takes jobs in transactions of the app's own. @default false */
  readonly sharesTransactions?: boolean
}

/**
 * A queue whose driver is loaded when it is opened, so that a process which uses another never loads it, and
 * `WorkerService.fromEnv` need not be awaited.
 */
export function lazyQueue({
  kind,
  limits,
  load,
  sharesTransactions = false,
}: LazyQueueOptions): QueueAdapter {
  let loading: Promise<QueueAdapter> | undefined
  let loaded: QueueAdapter | undefined
  const queue = (): QueueAdapter => {
    if (loaded === undefined) throw new RiptideError('STATE_INVALID', 'the queue has not been opened')
    return loaded
  }
  const moving = (): QueueMoving => {
    const opened = queue()
    if (canMove(opened)) return opened
    throw new RiptideError('NOT_SUPPORTED', `a ${kind} queue has no verbs for moving`)
  }
  return {
    kind,
    limits,
    storage: {
      get: async (key) => queue().storage.get(key),
      set: async (key, value, ttlMs) => queue().storage.set(key, value, ttlMs),
      delete: async (key) => queue().storage.delete(key),
      replace: async (key, expected, value, ttlMs) =>
        (await queue().storage.replace?.(key, expected, value, ttlMs)) ?? false,
      prune: async (limit) => (await queue().storage.prune?.(limit)) ?? 0,
      deletePrefix: async (prefix, limit) => (await queue().storage.deletePrefix?.(prefix, limit)) ?? 0,
    },
    async open(options) {
      loaded = await (loading ??= load())
      await loaded.open(options)
    },
    close: async () => loaded?.close(),
    time: async () => queue().time(),
    submit: async (jobs) => queue().submit(jobs),
    ...(sharesTransactions
      ? {
          submitIn: (connection, jobs) => queue().submitIn?.(connection, jobs) ?? [],
          wake: () => loaded?.wake?.(),
        }
      : {}),
    cycle: async (request) => queue().cycle(request),
    renew: async (request) => queue().renew(request),
    leave: async (instance) => queue().leave(instance),
    cancel: async (request) => queue().cancel(request),
    retry: async (request) => queue().retry(request),
    reprioritise: async (request) => queue().reprioritise(request),
    discard: async (request) => queue().discard(request),
    pause: async (type) => queue().pause(type),
    resume: async (type) => queue().resume(type),
    pauses: async () => queue().pauses(),
    keyState: async (query) => queue().keyState(query),
    keepStep: async (request) => queue().keepStep(request),
    steps: async (lease) => queue().steps(lease),
    get: async (id) => queue().get(id),
    list: async (query) => queue().list(query),
    counts: async () => queue().counts(),
    metrics: async () => queue().metrics(),
    instances: async () => queue().instances(),
    prune: async (request) => queue().prune(request),
    mend: async () => (await queue().mend?.()) ?? [],
    putSchedule: async (schedule) => queue().putSchedule(schedule),
    schedules: async () => queue().schedules(),
    removeSchedule: async (id, token) => queue().removeSchedule(id, token),
    fire: async (request) => queue().fire(request),
    settings: async (query) => queue().settings(query),
    putSetting: async (request) => queue().putSetting(request),
    removeSetting: async (key) => queue().removeSetting(key),
    exportJobs: async (request) => moving().exportJobs(request),
    withdraw: async (request) => moving().withdraw(request),
    withdrawal: async () => moving().withdrawal(),
    foresee: async (request) => moving().foresee(request),
    importJobs: async (request) => moving().importJobs(request),
    subscribe: (instance, listener, options) => queue().subscribe(instance, listener, options),
  }
}
