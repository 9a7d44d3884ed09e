import { type Place, onlyKeys, wrong } from '../core/check.js'
import { RiptideError } from '../core/errors.js'

const longestQuery = 4096

/** The parameters of a query, each at most once and of the known ones: one that is misspelt is refused, not ignored. */
export function queryIn(
  query: string,
  known: readonly string[],
): Readonly<Record<string, string | undefined>> {
  if (query.length > longestQuery) {
    const text = `the query may have at most ${longestQuery} characters; got ${query.length}`
    throw new RiptideError('QUERY_TOO_LONG', text, { facts: { limit: longestQuery } })
  }
  const parameters = new URLSearchParams(query)
  const given = Object.fromEntries(parameters)
  onlyKeys(given, known, { path: '' })
  const twice = known.find((key) => parameters.getAll(key).length > 1)
  if (twice !== undefined)
    throw new RiptideError('PAGE_INVALID', `/${twice} was given twice`, { path: `/${twice}` })
  return given
}

/** A whole number of a query. */
export function countIn(
  text: string | undefined,
  min: number,
  max: number,
  { path, code = 'PAGE_INVALID' }: Place,
): number | undefined {
  if (text === undefined) return undefined
  const count = /^\d{1,16}$/.test(text) ? Number(text) : NaN
  if (count >= min && count <= max) return count
  throw wrong(code, { path }, `must be a whole number from ${min} to ${max}`, text)
}

/** A yes or no of a query. */
export function flagIn(text: string | undefined, path: string): boolean {
  if (text === undefined || text === 'false') return false
  if (text === 'true') return true
  throw wrong('TYPE_MISMATCH', { path }, 'must be true or false', text)
}
