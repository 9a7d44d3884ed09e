import type { Visit } from '../page.js'
import type { Validity } from './freshness.js'

/** A page as it stands in the storage. */
export interface StoredPage {
  /** One that succeeded; any other is kept nowhere. */
  readonly visit: Visit
  readonly validity: Validity
}

/** The page that a text of the storage holds; undefined for whatever nobody here would have written: that is a miss. */
export function pageIn(text: string): StoredPage | undefined {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!isObject(parsed)) return undefined
  const { visit, validity } = parsed
  if (!isVisit(visit) || !isValidity(validity)) return undefined
  // One that was stored before the way to a page counted holds only where there was none.
  if (validity.wayMs === undefined && visit.redirects.length > 0) return undefined
  return {
    // Nor did X-Robots-Tag count once.
    visit: { ...visit, nofollow: visit.nofollow ?? false },
    validity: { ...validity, wayMs: validity.wayMs ?? null },
  }
}

// -------------------------------------------------------------------------------------------------------------------

type StoredVisit = Omit<Visit, 'nofollow'> & Partial<Pick<Visit, 'nofollow'>>
type StoredValidity = Omit<Validity, 'wayMs'> & { readonly wayMs?: number | null }

function isValidity(value: unknown): value is StoredValidity {
  if (!isObject(value)) return false
  const { confirmedAt, ageMs, wayMs, headers } = value
  const hasTimes = [confirmedAt, ageMs, wayMs ?? 0].every(Number.isFinite)
  return hasTimes && isObject(headers) && Object.values(headers).every((header) => typeof header === 'string')
}

function isVisit(visit: unknown): visit is StoredVisit {
  if (!isObject(visit)) return false
  const { finalUrl, status, redirects, contentType, encoding, document, html, nofollow, failure } = visit
  const hasFacts =
    typeof finalUrl === 'string' &&
    URL.canParse(finalUrl) &&
    typeof status === 'number' &&
    Array.isArray(redirects) &&
    typeof (nofollow ?? false) === 'boolean' &&
    failure === null
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
