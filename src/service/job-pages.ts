import { asObject, asText, integerIn, onlyKeys } from '../core/check.js'
import { RiptideError } from '../core/errors.js'
import {
  type JobLife,
  type JobPage,
  type JobPages,
  type PagesPlace,
  cursorOf,
  mayFollow,
  pagesKey,
  pagesOf,
  placeOf,
  readChunk,
} from '../core/job-pages.js'
import type { StorageAdapter } from '../core/storage-adapter.js'
import type { PagesOptions } from '../crawl-api.js'

/** Chunks that are asked for at once, as long as they are small. */
const readAhead = 8
/** A chunk of more characters is large. */
const smallChunk = 250_000
/** Chunks that are removed in one step. */
const removalStep = 500
/** An answer ends with the chunk that takes it over so many characters. */
const mostChars = 8_000_000

/** How much of the pages is asked for. */
export interface PagesQuery {
  readonly limit: number
  readonly cursor: string | null
}

/** Checks what `getJobPages` is given. */
export function pagesQuery(options: PagesOptions): PagesQuery {
  const fields = asObject(options, { path: '', code: 'ARGUMENT_INVALID' })
  onlyKeys(fields, ['limit', 'cursor'], { path: '' })
  const { limit, cursor } = fields
  const code = 'PAGE_INVALID'
  return {
    limit: limit === undefined ? 50 : integerIn(limit, 1, 500, { path: '/limit', code }),
    cursor: cursor === undefined ? null : asText(cursor, 100, { path: '/cursor', code }),
  }
}

/**
 * The pages of a job that are kept so far. `hasEnded` must have been looked up before: what was kept by then is what there
 * is. PAGE_INVALID for a cursor that is none, or of another life of the job.
 */
export async function readPages(
  storage: Pick<StorageAdapter, 'get'>,
  life: JobLife,
  hasEnded: boolean,
  { limit, cursor }: PagesQuery,
): Promise<JobPages> {
  let place = placeIn(life, cursor)
  let mayRewind = place.chunk > 0 && place.fence !== '0'
  let chars = 0
  let ahead = 1
  const pages: JobPage[] = []
  const next = (): string => cursorOf(life, place)
  for (;;) {
    const keys = Array.from({ length: ahead }, (_, i) => pagesKey(life, place.chunk + i))
    for (const text of await Promise.all(keys.map((key) => storage.get(key)))) {
      const chunk = typeof text === 'string' ? readChunk(text) : undefined
      const isFirst = mayRewind
      mayRewind = false
      if (isFirst && (chunk ? chunk.fence !== place.fence : hasEnded)) {
        const earlier = await rewound(storage, life, place)
        if (earlier) {
          place = earlier
          break
        }
      }
      if (!chunk || !mayFollow(chunk.fence, place.fence))
        return { pages, nextCursor: hasEnded ? null : next() }
      const { fence } = chunk
      // Of a chunk that was replaced meanwhile nothing has been read.
      const from = fence === place.fence || place.fence === '0' ? place.offset : 0
      const taken = chunk.pages.slice(from, from + limit - pages.length)
      pages.push(...taken)
      chars += text?.length ?? 0
      ahead = (text?.length ?? 0) > smallChunk ? 1 : readAhead
      const offset = from + taken.length
      place =
        offset < chunk.pages.length
          ? { chunk: place.chunk, offset, fence }
          : { chunk: place.chunk + 1, offset: 0, fence }
      if (pages.length >= limit || (chars > mostChars && pages.length > 0))
        return { pages, nextCursor: next() }
    }
  }
}

/** Removes the pages of all lives of a job; where the storage cannot list what it holds, they go by their time. */
export async function removePages(storage: Pick<StorageAdapter, 'deletePrefix'>, id: string): Promise<void> {
  while (((await storage.deletePrefix?.(pagesOf(id), removalStep)) ?? 0) >= removalStep);
}

// -------------------------------------------------------------------------------------------------------------------

/**
 * The place from which a later run has replaced what was read so far: a run that was given up had gone on behind the end of
 * the log. Undefined where none has.
 */
async function rewound(
  storage: Pick<StorageAdapter, 'get'>,
  life: JobLife,
  place: PagesPlace,
): Promise<PagesPlace | undefined> {
  let { chunk } = place
  for (; chunk > 0; chunk--) {
    const text = await storage.get(pagesKey(life, chunk - 1))
    const before = typeof text === 'string' ? readChunk(text) : undefined
    if (!before || mayFollow(place.fence, before.fence)) break
  }
  return chunk < place.chunk ? { chunk, offset: 0, fence: '0' } : undefined
}

function placeIn(life: JobLife, cursor: string | null): PagesPlace {
  if (cursor === null) return { chunk: 0, offset: 0, fence: '0' }
  const place = placeOf(life, cursor)
  if (place) return place
  const text = '/cursor must be the nextCursor of an answer before, in the same life of the job'
  throw new RiptideError('PAGE_INVALID', text, { path: '/cursor' })
}
