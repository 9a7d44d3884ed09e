import { type CountedText, listed, together } from './counted-text.js'

/** Which life of which job pages belong to. The time tells it from an earlier job that had the same id. */
export interface JobLife {
  readonly id: string
  readonly generation: number
  readonly createdAt: number
}

/** A page of a crawl as it is kept while its job runs, whatever else the crawl says of it. */
export interface JobPage {
  /** Of a batch, the place of its url; of a spider, the number of the page; from 0. */
  readonly index: number
  /** When it was kept: ms since the epoch. */
  readonly finishedAt: number
  readonly url: string
}

/** Some of the pages of a job, in the order in which they were finished. */
export interface JobPages<Page = JobPage> {
  readonly pages: readonly Page[]
  /** Goes on behind these, now or once there are more; null when the job has ended and these were the last. */
  readonly nextCursor: string | null
}

/** What stands under one key: the pages that one write took along. */
export interface PagesChunk {
  /** Of the run that wrote it. */
  readonly fence: string
  /** Tells what was asked for: a job that waits for its next run can be given other content. */
  readonly content: string
  readonly pages: readonly JobPage[]
  /** What the crawl itself needs to go on from there, in the order in which it was said. */
  readonly notes: readonly unknown[]
}

/** Where a reader goes on. */
export interface PagesPlace {
  readonly chunk: number
  /** Pages of that chunk to pass over. */
  readonly offset: number
  /** Of the chunk that was read last, this one or the one before; `'0'` before the first. */
  readonly fence: string
}

/**
 * The pages of one life of a job are a log: chunk after chunk from 0, without gaps. One run writes it at a time, one chunk at
 * a time, so what stands before a chunk is complete. A run that was given up and does not know it may write on behind that:
 * such a chunk has a lower fence than the one before it, and the log ends before it.
 */
export function pagesKey(life: JobLife, chunk: number): string {
  const { id, generation, createdAt } = life
  return `${pagesOf(id)}${generation}/${createdAt}/${chunk}`
}

/** What the keys of all lives of a job begin with. */
export function pagesOf(id: string): string {
  return `pages/${id}/`
}

/** A chunk as a text; its pages and notes are texts already. */
export function writeChunk(
  { fence, content }: Pick<PagesChunk, 'fence' | 'content'>,
  pages: readonly CountedText[],
  notes: readonly CountedText[],
): CountedText {
  const head = JSON.stringify({ fence, content }).slice(0, -1)
  return together(`${head},"pages":[`, listed(pages), '],"notes":[', listed(notes), ']}')
}

/** Undefined for what `writeChunk` did not write. */
export function readChunk(text: string): PagesChunk | undefined {
  let chunk: Partial<Record<keyof PagesChunk, unknown>> | null
  try {
    chunk = JSON.parse(text) as typeof chunk
  } catch {
    return undefined
  }
  if (typeof chunk !== 'object' || chunk === null) return undefined
  const { fence, content, pages, notes } = chunk
  if (typeof fence !== 'string' || !/^\d+$/.test(fence) || typeof content !== 'string') return undefined
  if (!Array.isArray(pages) || !Array.isArray(notes)) return undefined
  return pages.every(isPage) ? { fence, content, pages, notes } : undefined
}

/** Whether a chunk of this fence may stand behind one of that. Fences are whole numbers as texts, too long for a number. */
export function mayFollow(fence: string, before: string): boolean {
  return fence.length === before.length ? fence >= before : fence.length > before.length
}

/** A place as text, which holds for this life of the job alone. */
export function cursorOf({ generation, createdAt }: JobLife, { chunk, offset, fence }: PagesPlace): string {
  return [...[generation, createdAt, chunk, offset].map((part) => part.toString(36)), fence].join('.')
}

/** Undefined for what is no cursor, or one of another life. */
export function placeOf({ generation, createdAt }: JobLife, cursor: string): PagesPlace | undefined {
  if (!/^[\da-z]{1,11}(?:\.[\da-z]{1,11}){3}(?:\.\d{1,30})?$/.test(cursor)) return undefined
  const [ofGeneration = '', ofTime = '', chunk = '', offset = '', fence = '0'] = cursor.split('.')
  const isOfLife = parseInt(ofGeneration, 36) === generation && parseInt(ofTime, 36) === createdAt
  return isOfLife ? { chunk: parseInt(chunk, 36), offset: parseInt(offset, 36), fence } : undefined
}

// -------------------------------------------------------------------------------------------------------------------

function isPage(value: unknown): value is JobPage {
  if (typeof value !== 'object' || value === null) return false
  const { index, finishedAt, url } = value as Partial<Record<keyof JobPage, unknown>>
  return Number.isSafeInteger(index) && typeof finishedAt === 'number' && typeof url === 'string'
}
