import { createHash } from 'node:crypto'
import type { Clock } from '../../core/clock.js'
import { isRiptideError } from '../../core/errors.js'
import { toJobError } from '../../core/job-error.js'
import type { Logger } from '../../core/logger.js'
import type { StorageAdapter } from '../../core/storage-adapter.js'
import { version } from '../../core/version.js'
import type { JobHeaders } from '../fetch/job-headers.js'
import type { ResolvedCrawlOptions } from '../options.js'
import type { Reading } from '../page.js'
import { conditionalOf } from './freshness.js'
import { type StoredPage, pageIn } from './stored-page.js'

/** The pages that were fetched lately. It can fail at any time, which is logged and costs a fetch, never a page. */
export interface PageCache {
  /** Where the page is kept: the same for every process with the same settings, and every job that asks in the same way. */
  keyOf(href: string, reading: Reading, headers: JobHeaders, proxy: string | null): string
  /** What stands there, fresh or not. */
  read(key: string): Promise<StoredPage | undefined>
  write(key: string, page: StoredPage): Promise<void>
  /** Forgets a page that is gone, or that may not be kept any more. */
  remove(key: string): Promise<void>
}

export interface PageCacheDeps {
  readonly storage: () => StorageAdapter
  readonly clock: Clock
  readonly logger: Logger
}

type CacheSettings = Pick<
  ResolvedCrawlOptions,
  | 'cacheTtlMs'
  | 'userAgent'
  | 'allowPrivateNetwork'
  | 'allowedPorts'
  | 'respectRobots'
  | 'extractor'
  | 'extractorVersion'
>

/** A cache over the storage of the service, under `cache/page/<host>/`. */
export function createPageCache(settings: CacheSettings, { storage, logger }: PageCacheDeps): PageCache {
  const salt = saltOf(settings)
  const { cacheTtlMs } = settings
  const orWarn = async <T>(message: string, key: string, work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work()
    } catch (error) {
      const code = isRiptideError(error) ? error.code : undefined
      logger.warn(message, { key, code, error: toJobError(error).message.slice(0, 200) })
      return undefined
    }
  }
  return {
    keyOf(href, reading, headers, proxy) {
      const url = new URL(href)
      url.hash = ''
      const network = [Object.entries(headers).sort(([a], [b]) => (a < b ? -1 : 1)), proxy]
      const isPlain = proxy === null && Object.keys(headers).length === 0
      const text = [salt, reading, url.href, ...(isPlain ? [] : [JSON.stringify(network)])].join('\n')
      return `cache/page/${url.hostname}/${createHash('sha256').update(text).digest('base64url')}`
    },
    async read(key) {
      return orWarn('a stored page could not be read; it is fetched instead', key, async () => {
        const text = await storage().get(key)
        return typeof text === 'string' ? pageIn(text) : undefined
      })
    },
    async write(key, page) {
      // What a server can be asked about is worth keeping for longer than it may be used unasked.
      const canBeAsked = conditionalOf(page.validity, '') !== undefined
      const ttlMs = canBeAsked ? cacheTtlMs * 2 : cacheTtlMs
      await orWarn('a page could not be stored', key, () => storage().set(key, JSON.stringify(page), ttlMs))
    },
    async remove(key) {
      await orWarn('a stored page could not be removed', key, () => storage().delete(key))
    },
  }
}

// -------------------------------------------------------------------------------------------------------------------

/**
 * What makes the same url another page. With `allowPrivateNetwork` off, pages of private addresses that another process
 * was allowed to fetch must stay out of reach.
 */
function saltOf(settings: CacheSettings): string {
  const { userAgent, allowPrivateNetwork, allowedPorts, respectRobots, extractor, extractorVersion } =
    settings
  const reader = extractor === undefined ? `built-in ${version}` : `own ${extractorVersion}`
  return JSON.stringify([reader, userAgent, allowPrivateNetwork, allowedPorts ?? null, respectRobots])
}
