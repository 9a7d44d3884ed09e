import { asObject, integerIn, onlyKeys } from '../../core/check.js'
import type { QueueAdapter, QueueMoving } from '../../core/queue-adapter.js'
import { controlVerbs } from './control-verbs.js'
import type { Room } from './intake.js'
import { jobVerbs } from './job-verbs.js'
import { MemoryStore } from './memory-store.js'
import { movingVerbs } from './moving-verbs.js'
import { pauseVerbs, settingVerbs } from './pause-verbs.js'
import { scheduleVerbs } from './schedule-verbs.js'

export interface MemoryQueueOptions {
  /** Jobs in every state together; a submission beyond it is refused with STORE_FULL. @default 1_000_000 */
  readonly maxJobs?: number
  /** Of payloads and results together, in UTF-8; a submission beyond it is refused with STORE_FULL. @default 1_073_741_824 */
  readonly maxBytes?: number
}

/**
 * A queue in this process, with nothing to install: what it holds lives as long as the process, and no other process sees
 * it. Several services may share one.
 * @example new WorkerService({ queue: memoryQueue({ maxJobs: 10_000 }) })
 */
export function memoryQueue(options: MemoryQueueOptions = {}): QueueAdapter {
  const store = new MemoryStore(resolveRoom(options))
  return {
    kind: 'memory',
    storage: store.storage,
    limits,
    open: store.open,
    close: store.close,
    ...jobVerbs(store, limits.items),
    ...controlVerbs(store),
    ...pauseVerbs(store),
    ...settingVerbs(store),
    ...scheduleVerbs(store),
    ...movingVerbs(store),
    subscribe: (instance, listener, subscription) => store.hints.subscribe(instance, listener, subscription),
  } satisfies QueueAdapter & QueueMoving
}

// -------------------------------------------------------------------------------------------------------------------

const limits = { items: 1024, bytes: Number.MAX_SAFE_INTEGER, inFlight: 1, wakeJitterMs: 0 } as const

function resolveRoom(options: MemoryQueueOptions): Room {
  const place = { path: '', code: 'CONFIG_INVALID' } as const
  onlyKeys(asObject(options, place), ['maxJobs', 'maxBytes'], place)
  const most = Number.MAX_SAFE_INTEGER
  return Object.freeze({
    maxJobs: integerIn(options.maxJobs ?? 1_000_000, 1, most, { ...place, path: '/maxJobs' }),
    maxBytes: integerIn(options.maxBytes ?? 2 ** 30, 1, most, { ...place, path: '/maxBytes' }),
  })
}
