/** The directives of a Cache-Control header by lower-case name; `null` for one without a value. Of two of one name the first counts. */
export type CacheControl = ReadonlyMap<string, string | null>

/** Reads a Cache-Control header (RFC 9111, 5.2); what is malformed is passed over. */
export function parseCacheControl(header: string | undefined): CacheControl {
  const directives = new Map<string, string | null>()
  for (const [, name = '', quoted, token] of (header ?? '').matchAll(directive)) {
    const lower = name.toLowerCase()
    const value = quoted?.replace(/\\(.)/g, '$1') ?? token ?? null
    if (!directives.has(lower)) directives.set(lower, value)
  }
  return directives
}

/** A number of seconds in ms (RFC 9111, 1.2.2); undefined for what is none. */
export function deltaMs(value: string | null | undefined): number | undefined {
  return typeof value === 'string' && /^\d+$/.test(value)
    ? Math.min(Number(value), longest) * 1000
    : undefined
}

// -------------------------------------------------------------------------------------------------------------------

const longest = 2 ** 31

const directive = /([!#$%&'*+.^_`|~\w-]+)(?:[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*)))?/g
