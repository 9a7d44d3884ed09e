import { asId, onlyKeys, wrong } from '../core/check.js'
import { RiptideError } from '../core/errors.js'
import type { ListOptions } from '../service-api.js'
import { stateIn, wireStates } from './wire-words.js'

/** What a list was asked for; `limit` and `offset` are shown in its answer. */
export type ListQuery = ListOptions & { readonly limit: number; readonly offset: number }

const keys = ['status', 'job_type', 'search', 'limit', 'offset', 'cursor']
const longestQuery = 4096
const defaultLimit = 50
const mostLimit = 500
const mostOffset = 1e9

/** The query of `GET /workers/jobs`. A filter that is misspelt is refused: ignored, it would show every job. */
export function listIn(query: string): ListQuery {
  if (query.length > longestQuery) {
    throw new RiptideError(
      'QUERY_TOO_LONG',
      `the query may have at most ${longestQuery} characters; got ${query.length}`,
      {
        facts: { limit: longestQuery },
      },
    )
  }
  const parameters = new URLSearchParams(query)
  const given = Object.fromEntries(parameters)
  onlyKeys(given, keys, { path: '' })
  const twice = keys.find((key) => parameters.getAll(key).length > 1)
  if (twice !== undefined)
    throw new RiptideError('PAGE_INVALID', `/${twice} was given twice`, { path: `/${twice}` })
  const limit = countIn(given['limit'], 1, mostLimit, '/limit') ?? defaultLimit
  const offset = countIn(given['offset'], 0, mostOffset, '/offset')
  const { cursor, search } = given
  if (cursor !== undefined && offset !== undefined && offset !== 0) {
    throw new RiptideError('PAGE_INVALID', 'give offset or cursor, not both', { path: '/offset' })
  }
  return {
    ...statusField(given['status']),
    ...typeField(given['job_type']),
    ...(search === undefined || search === '' ? {} : { search }),
    ...(cursor === undefined ? {} : { cursor }),
    limit,
    offset: offset ?? 0,
  }
}

// -------------------------------------------------------------------------------------------------------------------

function countIn(text: string | undefined, min: number, max: number, path: string): number | undefined {
  if (text === undefined) return undefined
  const count = /^\d{1,16}$/.test(text) ? Number(text) : NaN
  if (count >= min && count <= max) return count
  throw wrong('PAGE_INVALID', { path }, `must be a whole number from ${min} to ${max}`, text)
}

function statusField(text: string | undefined): Pick<ListOptions, 'status'> {
  if (text === undefined) return {}
  const status = stateIn(text)
  if (status !== undefined) return { status }
  const allowed = [...wireStates, 'Failed']
  throw wrong('TYPE_MISMATCH', { path: '/status' }, `must be one of ${allowed.join(', ')}`, text, { allowed })
}

function typeField(text: string | undefined): Pick<ListOptions, 'type'> {
  if (text === undefined) return {}
  if (text !== 'custom') return { type: asId(text, { path: '/job_type' }) }
  const hint = 'a custom job is listed by its job_name'
  throw new RiptideError('NOT_SUPPORTED', `/job_type: ${hint}; give that instead of "custom"`, {
    path: '/job_type',
  })
}
