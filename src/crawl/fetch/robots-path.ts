import { indexOf } from './linear-search.js'

/**
 * The part of a url that robots.txt speaks of, path and query, in a form that compares (RFC 9309, 2.2.2): what needs no
 * percent-encoding has none, all else has it in upper case. A literal `*` or `$` is encoded, so that it is no wildcard.
 */
export function canonicalPath(url: string): string {
  // A base, since a path alone is a fair question too.
  const { pathname, search } = URL.canParse(url, 'http://host')
    ? new URL(url, 'http://host')
    : new URL('http://host')
  return canonical(`${pathname}${search}`).replace(/\*/g, '%2A').replace(/\$/g, '%24')
}

/** A pattern in the same form; `*` keeps its meaning, and `$` at the end. */
export function canonicalPattern(pattern: string): string {
  if (isCanonical.test(pattern)) return pattern
  const text = canonical(pattern)
  return text.slice(0, -1).replace(/\$/g, '%24') + text.slice(-1)
}

/**
 * Whether a pattern matches a path from its beginning. Each part between two stars is looked for once, from left to right, and
 * no character of the path is looked at more than a few times, so no pattern takes longer than the lengths of both together allow.
 */
export function matchesPattern(pattern: string, path: string): boolean {
  const isAnchored = pattern.endsWith('$')
  const parts = (isAnchored ? pattern.slice(0, -1) : pattern).split(/\*+/)
  const [first = '', ...rest] = parts
  if (!path.startsWith(first)) return false
  if (rest.length === 0) return !isAnchored || path.length === first.length
  const last = isAnchored ? (rest.pop() ?? '') : ''
  let at = first.length
  for (const part of rest) {
    const found = indexOf(path, part, at)
    if (found === -1) return false
    at = found + part.length
  }
  return !isAnchored || (path.length - last.length >= at && path.endsWith(last))
}

// -------------------------------------------------------------------------------------------------------------------

/** Nothing in it has to be put in another form: most patterns. */
const isCanonical = /^[\w.~!*();:@&=+,/[\]-]*\$?$/

/** In a query these four mean themselves whether encoded or not (RFC 3986, 3.4). */
const plainInQuery = /[:/?@]/

function canonical(text: string): string {
  const queryAt = text.indexOf('?')
  const path = queryAt === -1 ? text : text.slice(0, queryAt)
  const query = queryAt === -1 ? '' : text.slice(queryAt)
  // A url has its quotes in a query encoded (WHATWG URL, special-query percent-encode set).
  const plain = normalise(query, (c) => unreserved(c) || plainInQuery.test(c))
  return normalise(path, unreserved) + plain.replaceAll("'", '%27')
}

function normalise(text: string, isPlain: (c: string) => boolean): string {
  return text.replace(/%[0-9a-f]{2}|[^\w.~!*'();:@&=+$,/?#[\]%-]+/gi, (found) => {
    if (!found.startsWith('%')) return encodeURIComponent(found.replace(/\p{Surrogate}/gu, '\ufffd'))
    const c = String.fromCharCode(parseInt(found.slice(1), 16))
    return isPlain(c) ? c : found.toUpperCase()
  })
}

function unreserved(c: string): boolean {
  return /[\w.~-]/.test(c)
}
