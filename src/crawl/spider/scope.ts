import { isIP } from 'node:net'
import { fitsGlob } from './glob.js'
import type { SpiderScope, SpiderSettings } from './spider-request.js'

/** Which urls a spider crawls. */
export interface Scope {
  /** Near enough to one of the starts. */
  reaches(url: URL): boolean
  /** Near enough, and let through by the patterns. */
  takes(url: URL): boolean
}

/**
 * The scope around starts: their host, with or without `www.`; with `domain`, all below it too; with `path`, the folder of
 * the start on its host. The port belongs to the host. Patterns that begin with `/` are compared with path and query, others
 * with the whole url.
 */
export function scopeOf(
  { scope, include, exclude }: Pick<SpiderSettings, 'scope' | 'include' | 'exclude'>,
  starts: readonly URL[],
): Scope {
  const areas = [...new Set(starts.map((start) => keyOf(scope, start)))]
  const reaches = (url: URL): boolean => scope === 'any' || areas.some((area) => isWithin(scope, area, url))
  const fitsAny = (patterns: readonly string[], url: URL): boolean =>
    patterns.some((pattern) =>
      fitsGlob(pattern, pattern.startsWith('/') ? `${url.pathname}${url.search}` : url.href),
    )
  return {
    reaches,
    takes: (url) => reaches(url) && (include.length === 0 || fitsAny(include, url)) && !fitsAny(exclude, url),
  }
}

// -------------------------------------------------------------------------------------------------------------------

function keyOf(scope: SpiderScope, start: URL): string {
  const host = hostOf(start)
  return scope === 'path' ? `${host}${start.pathname.replace(/[^/]*$/, '')}` : host
}

function isWithin(scope: SpiderScope, area: string, url: URL): boolean {
  const host = hostOf(url)
  if (scope === 'path') return `${host}${url.pathname}`.startsWith(area)
  if (host === area) return true
  return scope === 'domain' && isIP(url.hostname) === 0 && host.endsWith(`.${area}`)
}

/** Without `www.`: sites answer to both, and send from one to the other. */
function hostOf(url: URL): string {
  return url.host.replace(/^www\./, '')
}
