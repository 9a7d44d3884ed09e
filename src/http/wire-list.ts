import { asId, wrong } from '../core/check.js'
import { RiptideError } from '../core/errors.js'
import type { ListOptions } from '../service-api.js'
import { countIn, queryIn } from './wire-query.js'
import { stateIn, wireStates } from './wire-words.js'

/** What a list was asked for; `limit` and `offset` are shown in its answer. */
export type ListQuery = ListOptions & { readonly limit: number; readonly offset: number }

const pageKeys = ['job_type', 'search', 'limit', 'offset', 'cursor']
const defaultLimit = 50
const mostLimit = 500
const mostOffset = 1e9

/** The query of `GET /workers/jobs`. A filter that is misspelt is refused: ignored, it would show every job. */
export function listIn(query: string): ListQuery {
  return pageIn(queryIn(query, ['status', ...pageKeys]))
}

/** The query of `GET /workers/dead-letters`. */
export function deadLettersIn(query: string): ListQuery {
  return { ...pageIn(queryIn(query, pageKeys)), status: 'dead_letter' }
}

/** A `job_type` where it is a filter: of a custom job it is the name. */
export function typeIn(text: string, path: string): string {
  if (text !== 'custom') return asId(text, { path })
  const hint = 'a custom job is told by its job_name'
  throw new RiptideError('NOT_SUPPORTED', `${path}: ${hint}; give that instead of "custom"`, { path })
}

// -------------------------------------------------------------------------------------------------------------------

function pageIn(given: Readonly<Record<string, string | undefined>>): ListQuery {
  const limit = countIn(given['limit'], 1, mostLimit, { path: '/limit' }) ?? defaultLimit
  const offset = countIn(given['offset'], 0, mostOffset, { path: '/offset' })
  const { cursor, search } = given
  const type = given['job_type']
  if (cursor !== undefined && offset !== undefined && offset !== 0) {
    throw new RiptideError('PAGE_INVALID', 'give offset or cursor, not both', { path: '/offset' })
  }
  return {
    ...statusField(given['status']),
    ...(type === undefined ? {} : { type: typeIn(type, '/job_type') }),
    ...(search === undefined || search === '' ? {} : { search }),
    ...(cursor === undefined ? {} : { cursor }),
    limit,
    offset: offset ?? 0,
  }
}

function statusField(text: string | undefined): Pick<ListOptions, 'status'> {
  if (text === undefined) return {}
  const status = stateIn(text)
  if (status !== undefined) return { status }
  const allowed = [...wireStates, 'Failed']
  throw wrong('TYPE_MISMATCH', { path: '/status' }, `must be one of ${allowed.join(', ')}`, text, { allowed })
}
