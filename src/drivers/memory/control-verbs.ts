import type { QueueAdapter } from '../../core/queue-adapter.js'
import { cancelJob, discardJob, reprioritiseJob, retryJob } from './control.js'
import type { MemoryStore } from './memory-store.js'
import { keepStep, stepsOfRun } from './steps.js'

type Verbs = 'cancel' | 'retry' | 'reprioritise' | 'discard' | 'keepStep' | 'steps'

/** What people do to single jobs, and what runs keep of their steps. */
export function controlVerbs(store: MemoryStore): Pick<QueueAdapter, Verbs> {
  const { table, instances, hints } = store
  return {
    cancel: (request) =>
      store.step((now) =>
        cancelJob(table, request, now, (instance, lease) => {
          instances.find(instance)?.cancelled.push(lease)
          hints.interrupted(instance, { ...lease, reason: 'cancelled' })
        }),
      ),
    retry: (request) => store.step((now) => retryJob(table, request, now)),
    reprioritise: (request) => store.step((now) => reprioritiseJob(table, request, now)),
    discard: (request) => store.step(() => discardJob(table, request)),
    keepStep: (request) => store.step(() => keepStep(table, request)),
    steps: (lease) => store.step(() => stepsOfRun(table, lease)),
  }
}
