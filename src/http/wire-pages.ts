import { formatInstant } from '../core/instant.js'
import type { JobPages } from '../core/job-pages.js'
import type { PagesOptions } from '../crawl-api.js'
import { pageOut } from './wire-crawl.js'
import { countIn, queryIn } from './wire-query.js'

const mostLimit = 500

/** The query of `GET /workers/jobs/:job_id/pages`. */
export function pagesIn(query: string): PagesOptions {
  const { limit, cursor } = queryIn(query, ['limit', 'cursor'])
  const count = countIn(limit, 1, mostLimit, { path: '/limit' })
  return { ...(count === undefined ? {} : { limit: count }), ...(cursor === undefined ? {} : { cursor }) }
}

/** Pages of a crawl, with where to go on. */
export function pagesOut({ pages, nextCursor }: JobPages): object {
  const out = pages.map((page) => ({
    ...pageOut({ ...page }),
    finished_at: formatInstant(page.finishedAt),
  }))
  return { pages: out, next_cursor: nextCursor }
}
