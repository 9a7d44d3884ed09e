import type { QueueAdapter, QueueSettings } from '../../core/queue-adapter.js'
import type { MemoryStore } from './memory-store.js'

type Verbs = 'pause' | 'resume' | 'pauses' | 'keyState'

/** What holds jobs up. */
export function pauseVerbs(store: MemoryStore): Pick<QueueAdapter, Verbs> {
  const { pauses, ready, starts } = store.table
  return {
    pause: (type) => store.step(() => pauses.add(type)),
    resume: (type) =>
      store.step(() => {
        pauses.remove(type)
        store.hints.resumed(type)
      }),
    pauses: () => store.step(() => pauses.all()),
    keyState: (query) =>
      store.step((now) => ({
        ...ready.keyed.book.stateOf(query),
        queueFreeAt: query.queueRate ? starts.freeAt(query.queueRate.max, query.queueRate.perMs, now) : null,
      })),
  }
}

/** What is kept for the parts of a service. */
export function settingVerbs(store: MemoryStore): QueueSettings {
  const { settings } = store
  return {
    settings: (query) => store.step(() => settings.page(query)),
    putSetting: (request) => store.step(() => settings.put(request)),
    removeSetting: (key) => store.step(() => settings.remove(key)),
  }
}
