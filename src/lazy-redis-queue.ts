import { RiptideError } from './core/errors.js'
import type { QueueAdapter } from './core/queue-adapter.js'
import { stepLimits } from './drivers/redis/step-limits.js'

/**
 * The queue on Redis that the environment asks for. Its driver is loaded when the queue is opened, so that a process without
 * Redis never loads it, and `WorkerService.fromEnv` need not be awaited.
 */
export function lazyRedisQueue(url: string): QueueAdapter {
  let loading: Promise<QueueAdapter> | undefined
  let loaded: QueueAdapter | undefined
  const queue = (): QueueAdapter => {
    if (loaded === undefined) throw new RiptideError('STATE_INVALID', 'the queue has not been opened')
    return loaded
  }
  return {
    kind: 'redis',
    limits: stepLimits,
    storage: {
      get: async (key) => queue().storage.get(key),
      set: async (key, value, ttlMs) => queue().storage.set(key, value, ttlMs),
      delete: async (key) => queue().storage.delete(key),
      prune: async (limit) => (await queue().storage.prune?.(limit)) ?? 0,
      deletePrefix: async (prefix, limit) => (await queue().storage.deletePrefix?.(prefix, limit)) ?? 0,
    },
    async open(options) {
      loaded = await (loading ??= load(url))
      await loaded.open(options)
    },
    close: async () => loaded?.close(),
    time: async () => queue().time(),
    submit: async (jobs) => queue().submit(jobs),
    cycle: async (request) => queue().cycle(request),
    renew: async (request) => queue().renew(request),
    leave: async (instance) => queue().leave(instance),
    cancel: async (request) => queue().cancel(request),
    retry: async (request) => queue().retry(request),
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
    subscribe: (instance, listener, options) => queue().subscribe(instance, listener, options),
  }
}

// -------------------------------------------------------------------------------------------------------------------

async function load(url: string): Promise<QueueAdapter> {
  const { redisQueue } = await import('./drivers/redis/redis-queue.js')
  return redisQueue({ url })
}
