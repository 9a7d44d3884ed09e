import type { QueueAdapter } from '../../../src/core/queue-adapter.js'
import type { QueueSubject } from '../../../src/testing/index.js'
import { freshNamespace } from '../redis/redis-server.js'

/** A store is a namespace that no other has used; a second adapter on it has connections of its own. */
export function subjectAt(make: (namespace: string) => QueueAdapter): QueueSubject {
  const namespaces = new WeakMap<QueueAdapter, string>()
  const create = (namespace: string): QueueAdapter => {
    const queue = make(namespace)
    namespaces.set(queue, namespace)
    return queue
  }
  return {
    create: () => create(freshNamespace()),
    connect: (queue) => create(namespaces.get(queue) ?? freshNamespace()),
    moves: true,
  }
}
