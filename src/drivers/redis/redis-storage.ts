import type { StorageAdapter } from '../../core/storage-adapter.js'
import { type Link, createLink } from './link.js'
import { prefixOf } from './names.js'
import { type RedisStorageOptions, resolveStorageOptions } from './redis-options.js'
import { Shelf, shelves } from './shelf.js'

/**
 * A storage on Redis, for large results and cached pages of any queue. It shares nothing with a `redisQueue` of the same
 * namespace; all its keys lie on one node of a cluster.
 * @example new WorkerService({ storage: redisStorage({ url: 'redis://127.0.0.1:6379' }) })
 */
export function redisStorage(options: RedisStorageOptions): StorageAdapter {
  const { namespace, link } = resolveStorageOptions(options)
  return new Shelf(createLink(link), prefixOf(namespace), shelves.app)
}

/** What belongs to the queue whose keys begin so, over its connection. */
export function storageOn(link: Link, prefix: string): StorageAdapter {
  return new Shelf(link, prefix, shelves.queue)
}
