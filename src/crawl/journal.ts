import { throwIfAborted } from '../core/abort.js'
import { type Clock, nextTurn } from '../core/clock.js'
import { type CountedText, counted, together } from '../core/counted-text.js'
import { RiptideError, isRiptideError } from '../core/errors.js'
import { toJobError } from '../core/job-error.js'
import {
  type JobLife,
  type PagesChunk,
  mayFollow,
  pagesKey,
  readChunk,
  writeChunk,
} from '../core/job-pages.js'
import type { Logger } from '../core/logger.js'
import type { StorageAdapter } from '../core/storage-adapter.js'

/** What a crawl has finished, kept page by page, so that a later run of its job fetches only the rest. */
export interface Journal {
  /** A later run of the job will find what is kept here. */
  readonly keeps: boolean
  /** Calls `take` for each chunk that earlier runs of this life of the job have kept, the first one first. */
  restore(take: (chunk: PagesChunk) => void): Promise<void>
  /** Resolves when the page is kept. `fields` is its JSON without the braces; `note` is what the next run will want to know of it. */
  append(index: number, fields: CountedText, note?: unknown): Promise<void>
  /** Resolves when the note is kept, of no page. */
  note(note: unknown): Promise<void>
}

export interface JournalOptions {
  readonly storage: StorageAdapter
  readonly clock: Clock
  readonly logger: Logger
  readonly life: JobLife
  /** Of this run: a run with an older one cannot write over what this one wrote, where the storage can `replace`. */
  readonly fence: string
  /** Tells what is crawled: what earlier runs have kept of something else counts for nothing. */
  readonly content: string
  readonly ttlMs: number
  readonly signal: AbortSignal
  /**
   * A storage that fails ends the run. Otherwise it costs a line in the log and the journal: a crawl whose result holds all
   * pages can do without.
   */
  readonly isNeeded: boolean
}

/** Of one write. */
const mostChunkChars = 1_000_000
const mostChunkPages = 500
/** Between the tries of one write, in ms. */
const pauses = [50, 250, 1_000]
/** Of one text by another: more come only from a storage that does not keep what it is given. */
const mostReplacements = 8
/** Chunks that are asked for at once, as long as they are small. */
const readAhead = 8
/** A chunk of more characters is large. */
const smallChunk = 250_000

interface Line {
  /** JSON, or nothing. */
  readonly page: CountedText | undefined
  readonly note: CountedText | undefined
  resolve(): void
  reject(error: unknown): void
}

/**
 * Writes what comes while a write is under way with the next one, so a slow storage makes fewer, larger writes, not a slower
 * crawl; and one after the other, so that the log never has a gap.
 */
export class PageJournal implements Journal {
  readonly #options: JournalOptions
  #chunk = 0
  #lines: Line[] = []
  #isWriting = false
  /** When the first page was kept: what is read again must not be over by then. */
  #firstAt = Infinity
  /** The storage failed, and the crawl goes on without. */
  #isOff = false

  constructor(options: JournalOptions) {
    this.#options = options
  }

  get keeps(): boolean {
    const { clock, ttlMs } = this.#options
    return !this.#isOff && clock.now() - this.#firstAt < ttlMs / 2
  }

  async restore(take: (chunk: PagesChunk) => void): Promise<void> {
    try {
      // A job that begins has none: one look must tell.
      for (let count = 1, fence = '0'; ;) {
        const texts = await Promise.all(Array.from({ length: count }, (_, i) => this.#read(this.#chunk + i)))
        for (const text of texts) {
          const chunk = typeof text === 'string' ? readChunk(text) : undefined
          // What a run that was given up has written behind a later one is replaced when this one comes to it.
          if (!chunk || !mayFollow(chunk.fence, fence)) return
          if (chunk.content !== this.#options.content) return await this.#clear()
          this.#chunk++
          fence = chunk.fence
          count = (text?.length ?? 0) > smallChunk ? 1 : readAhead
          this.#firstAt = Math.min(this.#firstAt, chunk.pages[0]?.finishedAt ?? Infinity)
          take(chunk)
          await nextTurn(this.#options.clock)
        }
      }
    } catch (error) {
      this.#failed(error)
    }
  }

  append(index: number, fields: CountedText, note?: unknown): Promise<void> {
    const head = `{"index":${index},"finishedAt":${Math.floor(this.#options.clock.now())},`
    return this.#say(
      together(head, fields, '}'),
      note === undefined ? undefined : counted(JSON.stringify(note)),
    )
  }

  note(note: unknown): Promise<void> {
    return this.#say(undefined, counted(JSON.stringify(note)))
  }

  #say(page: CountedText | undefined, note: CountedText | undefined): Promise<void> {
    if (this.#isOff) return Promise.resolve()
    return new Promise((resolve, reject) => {
      this.#lines.push({ page, note, resolve, reject })
      if (!this.#isWriting) void this.#writeAll()
    })
  }

  async #writeAll(): Promise<void> {
    this.#isWriting = true
    while (this.#lines.length > 0) {
      const lines = this.#lines.splice(0, this.#nextCount())
      try {
        await this.#write(lines)
        for (const line of lines) line.resolve()
      } catch (error) {
        for (const line of [...lines, ...this.#lines.splice(0)]) this.#settle(line, error)
      }
    }
    this.#isWriting = false
  }

  async #write(lines: readonly Line[]): Promise<void> {
    const text = writeChunk(
      this.#options,
      lines.flatMap(({ page }) => page ?? []),
      lines.flatMap(({ note }) => note ?? []),
    )
    await this.#patiently(() => this.#put(pagesKey(this.#options.life, this.#chunk), text))
    this.#chunk++
  }

  async #put(key: string, { text, bytes }: CountedText): Promise<void> {
    const { storage, ttlMs, fence } = this.#options
    if (!storage.replace) return void (await storage.set(key, text, ttlMs, bytes))
    let standing: string | undefined
    for (let tries = 0; tries < mostReplacements; tries++) {
      if (await storage.replace(key, standing, text, ttlMs, bytes)) return
      standing = (await storage.get(key)) ?? undefined
      // The reply to the write before was lost.
      if (standing === text) return
      const writer = standing === undefined ? undefined : readChunk(standing)?.fence
      if (writer !== undefined && !mayFollow(fence, writer))
        throw new RiptideError('LEASE_LOST', 'a later run of this job keeps its pages now')
    }
    throw new RiptideError('STORE_BUSY', 'the pages of the crawl could not be kept', { retryable: true })
  }

  #read(chunk: number): Promise<string | undefined> {
    const { storage, life } = this.#options
    return this.#patiently(() => storage.get(pagesKey(life, chunk)))
  }

  /** What stands from here on was kept of something else. */
  async #clear(): Promise<void> {
    const { storage, life } = this.#options
    for (let chunk = this.#chunk; typeof (await this.#read(chunk)) === 'string'; chunk++)
      await this.#patiently(() => storage.delete(pagesKey(life, chunk)))
  }

  async #patiently<T>(call: () => Promise<T>): Promise<T> {
    const { clock, signal } = this.#options
    for (const pause of pauses) {
      throwIfAborted(signal)
      try {
        return await call()
      } catch (error) {
        if (isRiptideError(error) && !error.retryable) throw error
        await clock.sleep(pause, signal)
      }
    }
    return call()
  }

  #nextCount(): number {
    let chars = 0
    const end = this.#lines.findIndex(
      (line, i) => (chars += charsOf(line.page) + charsOf(line.note)) > mostChunkChars && i > 0,
    )
    return Math.min(end < 0 ? this.#lines.length : end, mostChunkPages)
  }

  #settle(line: Line, error: unknown): void {
    try {
      this.#failed(error)
      line.resolve()
    } catch (thrown) {
      line.reject(thrown)
    }
  }

  #failed(error: unknown): void {
    const { signal, isNeeded, logger, life } = this.#options
    const isLost = isRiptideError(error) && error.code === 'LEASE_LOST'
    if (isNeeded || isLost || signal.aborted) throw error
    if (this.#isOff) return
    this.#isOff = true
    logger.warn('the pages of a crawl cannot be kept while it runs; if it is interrupted it begins anew', {
      jobId: life.id,
      code: isRiptideError(error) ? error.code : undefined,
      error: toJobError(error).message.slice(0, 200),
    })
  }
}

/** Keeps nothing. */
export const noJournal: Journal = {
  keeps: false,
  restore: () => Promise.resolve(),
  append: () => Promise.resolve(),
  note: () => Promise.resolve(),
}

// -------------------------------------------------------------------------------------------------------------------

function charsOf(said: CountedText | undefined): number {
  return said?.text.length ?? 0
}
