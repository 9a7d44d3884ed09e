import type { JobStatus } from '../../src/core/states.js'
import { idOf } from '../../src/drivers/redis/names.js'
import { redisQueue } from '../../src/drivers/redis/index.js'
import type { RedisQueueOptions } from '../../src/drivers/redis/redis-options.js'
import type { WorkerService } from '../../src/index.js'
import type { Fleet } from './fleet.js'
import type { FleetStore } from './fleet-store.js'
import { type Call, type RawJob, takeSnapshot } from './snapshot.js'
import { unsoundness } from './soundness.js'
import type { QueueSetting } from './worker-process.js'

type RedisSetting = Extract<QueueSetting, { kind: 'redis' }>

/**
 * A namespace of a Redis. The processes connect where the setting says: to a server, a proxy before it, or the nodes of a
 * cluster; `call` goes to the server itself, past any proxy.
 */
export function redisStore(call: Call, setting: Omit<RedisSetting, 'kind' | 'namespace'>): FleetStore {
  return {
    queue: ({ namespace }) => ({ kind: 'redis', namespace, ...setting }),
    async contents({ namespace }) {
      const snapshot = await takeSnapshot(call, namespace)
      const jobs = [...snapshot.jobs.values()].map((job) => [idOf(job.name), stored(job)] as const)
      return { jobs: new Map(jobs), wrongs: unsoundness(snapshot) }
    },
  }
}

/** A service in this process that submits to a fleet and looks; it connects to a url, or uses a client. */
export function producerOf(
  fleet: Fleet,
  at: string | NonNullable<RedisQueueOptions['client']>,
  given: { readonly commandTimeoutMs?: number } = {},
): WorkerService {
  const place = typeof at === 'string' ? { url: at } : { client: at }
  return fleet.join(redisQueue({ ...place, namespace: fleet.namespace, ...given }))
}

// -------------------------------------------------------------------------------------------------------------------

const statuses: Readonly<Record<string, JobStatus>> = {
  P: 'pending',
  D: 'pending',
  R: 'retrying',
  W: 'processing',
  B: 'blocked',
  C: 'completed',
  L: 'dead_letter',
  X: 'cancelled',
}

function stored({ status, fence }: RawJob): { status: JobStatus; fence: bigint } {
  return { status: statuses[status]!, fence: BigInt(fence) }
}
