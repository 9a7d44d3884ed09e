import { asId } from '../core/check.js'
import { RiptideError, describe } from '../core/errors.js'
import { type Route, parameterOf } from './route.js'

/** Where a request leads: a path of ours, with the routes that share it. */
export interface Match {
  readonly prefix: string
  /** The path without its query, as it came. */
  readonly path: string
  readonly query: string
  /** The id segment, still encoded; of no meaning to a route without a parameter. */
  readonly rawId: string | undefined
  /** At least one: they differ by method. */
  readonly routes: readonly Route[]
}

/** Finds the routes of a request target; undefined when it is not ours. */
export type Matcher = (target: string) => Match | undefined

/**
 * A matcher of these routes under `basePath`, or, when there is none, under any prefix. A path is ours in one spelling only:
 * case counts, and empty, dot and encoded segments do not match, so that no other spelling of a path can slip past a guard.
 */
export function createMatcher(routes: readonly Route[], basePath: string | undefined): Matcher {
  const patterns = groupByPath(routes)
  const heads = new Set(patterns.map(({ segments }) => segments[1]))
  return (target) => {
    const mark = target.indexOf('?')
    const path = mark < 0 ? target : target.slice(0, mark)
    const segments = path.split('/')
    const at = basePath === undefined ? firstOurs(segments, heads) : below(basePath, path)
    if (at === undefined) return undefined
    const rest = segments.slice(at)
    const found = patterns.filter((pattern) => fits(pattern.segments, rest))
    if (found.length === 0) return undefined
    const idAt = found.map(({ idAt }) => idAt).find((index) => index >= 0)
    return {
      prefix: segments.slice(0, at).join('/'),
      path,
      query: mark < 0 ? '' : target.slice(mark + 1),
      rawId: idAt === undefined ? undefined : rest[idAt],
      routes: oneOfEachMethod(found.flatMap(({ routes }) => routes)),
    }
  }
}

/** The id or name in the path of a route, decoded once: PATH_ENCODING, ID_INVALID or NAME_INVALID when it can be none. */
export function idIn({ path }: Route, rawId: string | undefined): string {
  const name = parameterOf(path)
  if (rawId === undefined || name === undefined) return ''
  const place = { path: `/${name}`, ...(name === 'name' ? { code: 'NAME_INVALID' as const } : {}) }
  try {
    return asId(decodeURIComponent(rawId), place)
  } catch (cause) {
    if (!(cause instanceof URIError)) throw cause
    throw new RiptideError('PATH_ENCODING', `the path is not percent-encoded UTF-8; got ${describe(rawId)}`, {
      cause,
    })
  }
}

// -------------------------------------------------------------------------------------------------------------------

interface Pattern {
  readonly segments: readonly string[]
  /** Where the id stands; -1 for nowhere. */
  readonly idAt: number
  readonly routes: readonly Route[]
}

function groupByPath(routes: readonly Route[]): readonly Pattern[] {
  const groups = new Map<string, Route[]>()
  for (const route of routes) groups.set(route.path, [...(groups.get(route.path) ?? []), route])
  const patterns = [...groups].map(([path, group]) => {
    const segments = path.split('/').slice(1)
    return { segments, idAt: segments.findIndex((segment) => segment.startsWith(':')), routes: group }
  })
  return patterns.sort((a, b) => Number(a.idAt >= 0) - Number(b.idAt >= 0))
}

/**
 * A word of ours may be an id too: `POST /workers/jobs/batch` submits, and `GET` on the same path looks at the job "batch". So
 * the routes of both are taken together, and where both have a method, that of the word is the one that is meant.
 */
function oneOfEachMethod(routes: readonly Route[]): readonly Route[] {
  return routes.filter(({ method }, i) => routes.findIndex((other) => other.method === method) === i)
}

/** Index of the first `workers` segment that one of our own words follows; the prefix before it must be plain. */
function firstOurs(segments: readonly string[], heads: ReadonlySet<string | undefined>): number | undefined {
  const at = segments.findIndex((segment, i) => i > 0 && segment === 'workers' && heads.has(segments[i + 1]))
  const prefix = segments.slice(1, at)
  return at > 0 && segments[0] === '' && prefix.every(isPlain) ? at : undefined
}

function isPlain(segment: string): boolean {
  return segment !== '' && !/^(?:\.|%2e){1,2}$/i.test(segment)
}

function below(basePath: string, path: string): number | undefined {
  return path.startsWith(`${basePath}/`) ? basePath.split('/').length : undefined
}

function fits(pattern: readonly string[], segments: readonly string[]): boolean {
  return (
    pattern.length === segments.length &&
    pattern.every((part, i) => (part.startsWith(':') ? segments[i] !== '' : part === segments[i]))
  )
}
