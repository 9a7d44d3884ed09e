import type { QueueAdapter } from './core/queue-adapter.js'
import { stepLimits } from './drivers/redis/step-limits.js'
import { lazyQueue } from './lazy-queue.js'

/** The queue on Redis that the environment asks for; a process without it never loads its driver. */
export function lazyRedisQueue(url: string): QueueAdapter {
  return lazyQueue({
    kind: 'redis',
    limits: stepLimits,
    async load() {
      const { redisQueue } = await import('./drivers/redis/redis-queue.js')
      return redisQueue({ url })
    },
  })
}
