import { createHash } from 'node:crypto'
import type { Clock } from '../core/clock.js'
import { isRiptideError } from '../core/errors.js'
import { toJobError } from '../core/job-error.js'
import type { Logger } from '../core/logger.js'
import type { StorageAdapter } from '../core/storage-adapter.js'
import { version } from '../core/version.js'
import type { ResolvedCrawlOptions } from './options.js'
import type { Visit } from './page.js'

/** A page is read into a document, or kept as its own html. */
export type Reading = 'document' | 'html'

/** The pages that were fetched lately. It can fail at any time, which is logged and costs a fetch, never a page. */
export interface PageCache {
  /** Where the page is kept: the same for every process with the same settings. */
  keyOf(href: string, reading: Reading): string
  /** A visit that is still fresh. */
  read(key: string): Promise<Visit | undefined>
  /** Keeps a visit that succeeded; any other is none. */
  write(key: string, visit: Visit): Promise<void>
}

export interface PageCacheDeps {
  readonly storage: () => StorageAdapter
  readonly clock: Clock
  readonly logger: Logger
}

type CacheSettings = Pick<
  ResolvedCrawlOptions,
  'cacheTtlMs' | 'userAgent' | 'allowPrivateNetwork' | 'respectRobots' | 'extractor' | 'extractorVersion'
>

/** What stands in the storage. */
interface Entry {
  readonly storedAt: number
  readonly visit: Visit
}

/** A cache over the storage of the service, under `cache/page/<host>/`. */
export function createPageCache(
  settings: CacheSettings,
  { storage, clock, logger }: PageCacheDeps,
): PageCache {
  const salt = saltOf(settings)
  const { cacheTtlMs } = settings
  const warn = (message: string, key: string, error: unknown): void =>
    logger.warn(message, {
      key,
      code: isRiptideError(error) ? error.code : undefined,
      error: toJobError(error).message.slice(0, 200),
    })
  return {
    keyOf(href, reading) {
      const url = new URL(href)
      url.hash = ''
      const digest = createHash('sha256').update(`${salt}\n${reading}\n${url.href}`).digest('base64url')
      return `cache/page/${url.hostname}/${digest}`
    },
    async read(key) {
      try {
        const text = await storage().get(key)
        const entry = typeof text === 'string' ? entryOf(text) : undefined
        // A process with a shorter ttl than the one that stored this must not take it.
        return entry && clock.now() - entry.storedAt < cacheTtlMs ? entry.visit : undefined
      } catch (error) {
        warn('a stored page could not be read; it is fetched instead', key, error)
        return undefined
      }
    },
    async write(key, visit) {
      if (visit.failure !== null) return
      try {
        await storage().set(key, JSON.stringify({ storedAt: clock.now(), visit } satisfies Entry), cacheTtlMs)
      } catch (error) {
        warn('a page could not be stored', key, error)
      }
    },
  }
}

// -------------------------------------------------------------------------------------------------------------------

/**
 * What makes the same url another page. With `allowPrivateNetwork` off, pages of private addresses that another process
 * was allowed to fetch must stay out of reach.
 */
function saltOf(settings: CacheSettings): string {
  const { userAgent, allowPrivateNetwork, respectRobots, extractor, extractorVersion } = settings
  const reader = extractor === undefined ? `built-in ${version}` : `own ${extractorVersion}`
  return JSON.stringify([reader, userAgent, allowPrivateNetwork, respectRobots])
}

/** Undefined for whatever `write` would not have written: that is a miss. */
function entryOf(text: string): Entry | undefined {
  let parsed: Entry
  try {
    parsed = JSON.parse(text) as Entry
  } catch {
    return undefined
  }
  return isObject(parsed) && Number.isFinite(parsed.storedAt) && isVisit(parsed.visit) ? parsed : undefined
}

function isVisit(visit: unknown): visit is Visit {
  if (!isObject(visit)) return false
  const { finalUrl, status, redirects, contentType, encoding, document, html, failure } = visit
  const hasFacts =
    typeof finalUrl === 'string' && typeof status === 'number' && Array.isArray(redirects) && failure === null
  const hasNames = isTextOrNull(contentType) && isTextOrNull(encoding)
  return (
    hasFacts &&
    hasNames &&
    (isDocument(document) ? html === null : document === null && typeof html === 'string')
  )
}

function isDocument(value: unknown): boolean {
  if (!isObject(value)) return false
  const { text, markdown, links, metadata } = value
  return (
    typeof text === 'string' && typeof markdown === 'string' && Array.isArray(links) && isObject(metadata)
  )
}

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === 'string'
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
